"""Which number a new chat goes out from: the one asked for, the contact's last, the primary, or the healthiest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.tables import conversations, whatsapp_accounts
from sync_backend.errors import ApiError, not_found

_KNOWN_PROVIDERS: Final = frozenset({"meta", "webjs"})
_CAN_SEND: Final = frozenset({"connected", "syncing"})

Number = Any
"""A row of `whatsapp_accounts`."""


async def choose_number(
    connection: AsyncConnection, workspace_id: int, *, session_id: int | None, contact_id: int | None
) -> Number:
    """Never one that cannot send. ApiError: 404 no such number, 409 session_not_active, no_active_session."""
    numbers = await _numbers(connection, workspace_id)
    if session_id is not None:
        return _asked_for(numbers, session_id)
    able = [each for each in numbers if _is_able(each)]
    if not able:
        raise ApiError(
            409,
            "no_active_session",
            "None of this workspace's WhatsApp numbers is connected.",
            hint="Ask a supervisor to connect one.",
        )
    last = await _last_of(connection, contact_id)
    return next((each for each in able if each.id == last), None) or preferred(able)


async def choose_backup(connection: AsyncConnection, workspace_id: int, failed_id: int) -> Number:
    """Another number that can send. ApiError 409 no_backup_provider."""
    numbers = await _numbers(connection, workspace_id)
    able = [each for each in numbers if _is_able(each) and each.id != failed_id]
    if not able:
        raise ApiError(409, "no_backup_provider", "There is no other connected number to send it from.")
    return preferred(able)


def preferred(able: Sequence[Number]) -> Number:
    """The primary one, else the healthiest; of equals the oldest."""
    return min(able, key=lambda each: (not each.is_primary, -each.health_score, each.id))


def _asked_for(numbers: Sequence[Number], session_id: int) -> Number:
    number = next((each for each in numbers if each.id == session_id), None)
    if number is None:
        raise not_found("session")
    if number.provider_type not in _KNOWN_PROVIDERS:
        raise ApiError(409, "unknown_provider", f"This server does not know the provider {number.provider_type!r}.")
    if number.status not in _CAN_SEND:
        raise ApiError(
            409,
            "session_not_active",
            f"The number {number.phone_number} is not connected.",
            field="session_id",
            hint="Choose another number, or ask a supervisor to connect it.",
        )
    return number


def _is_able(number: Number) -> bool:
    return number.status in _CAN_SEND and number.provider_type in _KNOWN_PROVIDERS


async def _numbers(connection: AsyncConnection, workspace_id: int) -> Sequence[Number]:
    query = (
        sa.select(whatsapp_accounts)
        .where(whatsapp_accounts.c.workspace_id == workspace_id, whatsapp_accounts.c.deleted_at.is_(None))
        .order_by(whatsapp_accounts.c.id)
    )
    return (await connection.execute(query)).all()


async def _last_of(connection: AsyncConnection, contact_id: int | None) -> int | None:
    """The number of the contact's latest chat."""
    if contact_id is None:
        return None
    query = (
        sa.select(conversations.c.whatsapp_account_id)
        .where(conversations.c.contact_id == contact_id, conversations.c.deleted_at.is_(None))
        .order_by(conversations.c.last_message_at_ms.desc(), conversations.c.id.desc())
        .limit(1)
    )
    number_id: int | None = await connection.scalar(query)
    return number_id
