"""Carries an agent's reaction to its provider; it is stored, and shown to all, once the provider has taken it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.auth.tokens import SignedInUser
from sync_backend.database.tables import chats, contacts, whatsapp_accounts, whatsapp_groups
from sync_backend.errors import ApiError, not_found
from sync_backend.ordering import workspace_transaction
from sync_backend.providers.base import OutboundReaction, Reacted, Recipient, Refused, Unavailable
from sync_backend.providers.directory import ProviderDirectory, SendingAccount
from sync_backend.sending.outbox import account_of, recipient_of
from sync_backend.services import Services
from sync_backend.store.accounts import find_account
from sync_backend.store.revisions import react

LONGEST_EMOJI: Final = 64
RETRY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    account: SendingAccount
    to: Recipient
    provider_id: str
    from_me: bool


async def react_to_message(
    services: Services, providers: ProviderDirectory, user: SignedInUser, message_id: int, emoji: str
) -> None:
    """Repeating it is safe. ApiError: 404 foreign, 409 refused by WhatsApp, 422 no emoji, 503 worth another try."""
    if len(emoji) > LONGEST_EMOJI or (not emoji.isprintable() and "\u200d" not in emoji) or emoji != emoji.strip():
        raise ApiError(422, "invalid", "A reaction is one emoji, or empty.", field="emoji")
    async with services.reads.connect() as connection:
        target = await _target(connection, user.workspace_id, message_id)
    reaction = OutboundReaction(to=target.to, message_id=target.provider_id, from_me=target.from_me, emoji=emoji)
    outcome = await providers.provider_for(target.account).react(reaction)
    if isinstance(outcome, Refused):
        raise ApiError(409, "refused", outcome.message)
    if not isinstance(outcome, Reacted):
        wait = outcome.retry_after if isinstance(outcome, Unavailable) and outcome.retry_after else RETRY_SECONDS
        raise ApiError(503, "unavailable", outcome.message, headers={"Retry-After": f"{wait:.0f}"})
    async with workspace_transaction(services.writes, user.workspace_id, services.broadcaster) as transaction:
        account = await find_account(transaction.connection, target.account.id)
        if account is not None:
            await react(
                transaction,
                account,
                target.provider_id,
                sender_key="me",
                sender_name=None,
                emoji=emoji,
                reacted_at_ms=services.clock(),
            )


async def _target(connection: AsyncConnection, workspace_id: int, message_id: int) -> _Target:
    query = (
        sa.select(
            *(chats.c[name] for name in ("wam_id", "type", "contact_id", "whatsapp_account_id", "deleted_at")),
            whatsapp_accounts.c.provider_type,
            whatsapp_accounts.c.bridge_url,
            whatsapp_accounts.c.hmac_secret,
            whatsapp_accounts.c.provider_config,
            contacts.c.phone,
            whatsapp_groups.c.group_jid,
        )
        .join(whatsapp_accounts, whatsapp_accounts.c.id == chats.c.whatsapp_account_id)
        .outerjoin(contacts, contacts.c.id == chats.c.contact_id)
        .outerjoin(whatsapp_groups, whatsapp_groups.c.id == chats.c.group_id)
        .where(chats.c.id == message_id, chats.c.workspace_id == workspace_id)
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise not_found("message")
    to = await recipient_of(connection, row)
    if row.wam_id is None or row.deleted_at is not None or to is None:
        raise ApiError(409, "not_on_whatsapp", "WhatsApp does not have this message, so nobody can react to it.")
    return _Target(account=account_of(row), to=to, provider_id=row.wam_id, from_me=row.type == "outbound")
