"""Adds and lists the WhatsApp numbers of a workspace."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import phonenumbers
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.administration.new_row import insert_row
from sync_backend.clock import Clock
from sync_backend.database.tables import whatsapp_accounts as accounts
from sync_backend.errors import WorldError
from sync_backend.ordering import CommitListener, Kind, UnknownWorkspaceError, workspace_transaction

WEBJS: Final = "webjs"
META: Final = "meta"


class NumberTakenError(WorldError):
    """The workspace has this number already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaConfig:
    """What Meta's Cloud API needs; kept in the account's `provider_config`."""

    phone_number_id: str
    access_token: str | None = None
    app_secret: str | None = None
    verify_token: str | None = None
    graph_url: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether one can send with it, and believe what Meta says."""
        return bool(self.access_token and self.app_secret)

    def stored(self) -> dict[str, str]:
        pairs = {
            "phone_number_id": self.phone_number_id,
            "access_token": self.access_token,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
            "graph_url": self.graph_url,
        }
        return {name: value for name, value in pairs.items() if value is not None}


@dataclass(frozen=True, slots=True)
class AccountEntry:
    id: int
    workspace_id: int
    phone_number: str
    provider_type: str
    status: str
    bridge_url: str | None


@dataclass(frozen=True, slots=True)
class AddedAccount:
    """`hmac_secret` is to be given to the bridge, `verify_token` to Meta's console, when one was made."""

    account: AccountEntry
    hmac_secret: str | None
    verify_token: str | None


async def add_account(
    engine: AsyncEngine,
    listener: CommitListener,
    clock: Clock,
    *,
    workspace_id: int,
    provider: str,
    phone: str,
    display_name: str | None = None,
    bridge_url: str | None = None,
    meta: MetaConfig | None = None,
    shares_secret: bool = False,
) -> AddedAccount:
    """The workspace's first number is its primary one; one that `shares_secret` has none of its own.
    Raises WorldError, saying which value cannot be used."""
    number = e164(phone)
    _check(provider, bridge_url, meta)
    needs_secret = (provider == WEBJS or bridge_url is not None) and not shares_secret
    hmac_secret = secrets.token_hex(32) if needs_secret else None
    made_token = secrets.token_urlsafe(24) if meta is not None and meta.verify_token is None else None
    config = None if meta is None else meta.stored() | ({"verify_token": made_token} if made_token else {})
    # A bridge tells when it is connected; to Meta there is no connection to wait for.
    status = "connected" if meta is not None and meta.is_complete else "connecting"
    try:
        async with workspace_transaction(engine, workspace_id, listener) as transaction:
            held = await transaction.connection.execute(
                sa.select(accounts.c.phone_number).where(
                    accounts.c.workspace_id == workspace_id, accounts.c.deleted_at.is_(None)
                )
            )
            numbers = set(held.scalars())
            if number in numbers:
                raise NumberTakenError(f"Workspace {workspace_id} already has the number {number}.")
            if meta is not None:
                await _refuse_doubled(transaction.connection, meta.phone_number_id)
            account_id = await insert_row(
                transaction.connection,
                accounts,
                uuid=str(uuid.uuid4()),
                workspace_id=workspace_id,
                phone_number=number,
                display_name=display_name,
                provider_type=provider,
                status=status,
                is_primary=not numbers,
                bridge_url=bridge_url,
                hmac_secret=hmac_secret,
                provider_config=config,
                version=transaction.head,
                created_at=clock(),
                updated_at=clock(),
            )
            transaction.changed(Kind.SESSION, [account_id])
    except UnknownWorkspaceError:
        raise WorldError(
            f"There is no workspace {workspace_id}.", hint="`sync-backend workspace list` shows those there are."
        ) from None
    entry = AccountEntry(account_id, workspace_id, number, provider, status, bridge_url)
    return AddedAccount(entry, hmac_secret, made_token)


async def list_accounts(engine: AsyncEngine, workspace_id: int | None = None) -> list[AccountEntry]:
    """Of one workspace, or of all."""
    query = (
        sa.select(
            accounts.c.id,
            accounts.c.workspace_id,
            accounts.c.phone_number,
            accounts.c.provider_type,
            accounts.c.status,
            accounts.c.bridge_url,
        )
        .where(accounts.c.deleted_at.is_(None))
        .order_by(accounts.c.id)
    )
    if workspace_id is not None:
        query = query.where(accounts.c.workspace_id == workspace_id)
    async with engine.connect() as connection:
        return [AccountEntry(*row) for row in await connection.execute(query)]


def e164(phone: str) -> str:
    """`+62 812-3456-7890` → `+6281234567890`. Raises WorldError for anything that cannot be a number."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise WorldError(
            f"{phone!r} is not a telephone number.", hint="Write it with its country code, as +62 812-3456-7890."
        )
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


async def _refuse_doubled(connection: AsyncConnection, phone_number_id: str) -> None:
    """Meta's webhooks name a number by this id alone."""
    named = accounts.c.provider_config["phone_number_id"].as_string() == phone_number_id
    query = sa.select(accounts.c.id).where(accounts.c.provider_type == META, accounts.c.deleted_at.is_(None), named)
    if (await connection.scalars(query)).first() is not None:
        raise WorldError(f"The phone number id {phone_number_id} is in use already.")


def _check(provider: str, bridge_url: str | None, meta: MetaConfig | None) -> None:
    if provider not in (WEBJS, META):
        raise WorldError(f"There is no provider {provider!r}.", hint=f"Providers are {WEBJS} and {META}.")
    if provider == META and meta is None:
        raise WorldError("A number on Meta's Cloud API needs its phone number id.", hint="Give --phone-number-id.")
    if provider == WEBJS and meta is not None:
        raise WorldError("A number on whatsapp-web.js has no settings of Meta's.")
    for url in (bridge_url, meta.graph_url if meta else None):
        if url is not None and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
            raise WorldError(f"{url!r} is not an address.", hint="It begins with http:// or https://.")
