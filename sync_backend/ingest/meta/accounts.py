"""Finds the numbers that a webhook of Meta's speaks of, with what its signature is checked by."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.tables import whatsapp_accounts
from sync_backend.store.accounts import Account

_NUMBER_ID: Final = whatsapp_accounts.c.provider_config["phone_number_id"].as_string()
_VERIFY_TOKEN: Final = whatsapp_accounts.c.provider_config["verify_token"].as_string()
_META: Final = sa.and_(whatsapp_accounts.c.provider_type == "meta", whatsapp_accounts.c.deleted_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class MetaAccount:
    """A number on the Cloud API; `number_id` is Meta's id of it."""

    account: Account
    number_id: str
    phone_number: str
    status: str
    app_secret: str | None


async def accounts_of(connection: AsyncConnection, number_ids: Collection[str] | None) -> list[MetaAccount]:
    """Those of Meta's ids that are numbers of ours; all of ours when it is None."""
    query = sa.select(whatsapp_accounts).where(_META).order_by(whatsapp_accounts.c.id)
    if number_ids is not None:
        query = query.where(_NUMBER_ID.in_(number_ids))
    found = []
    for row in await connection.execute(query):
        config = row.provider_config or {}
        account = Account(
            id=row.id,
            workspace_id=row.workspace_id,
            provider_type=row.provider_type,
            hmac_secret=row.hmac_secret,
            strict_signatures=row.strict_signatures,
        )
        number_id = str(config.get("phone_number_id", ""))
        found.append(
            MetaAccount(
                account=account,
                number_id=number_id,
                phone_number=row.phone_number,
                status=row.status,
                app_secret=config.get("app_secret"),
            )
        )
    return found


async def account_with_token(connection: AsyncConnection, verify_token: str) -> bool:
    """Whether one of our numbers has this verify token."""
    if not verify_token:
        return False
    tokens = await connection.scalars(sa.select(_VERIFY_TOKEN).where(_META))
    given = verify_token.encode()
    return any(hmac.compare_digest(each.encode(), given) for each in tokens if each)
