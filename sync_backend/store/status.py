"""What becomes of a message that we sent: ticks, refusals, and the name that the provider gave it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sync_backend.database.tables import BURIED, chats
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.conversations import refresh_conversation, stamp_if_last
from sync_backend.store.messages import find_message, find_sent
from sync_backend.store.receipts import Error, adopt_reactions, keep_early_ack, take_early_news
from wire.status import higher


async def apply_ack(
    transaction: WorkspaceTransaction,
    account: Account,
    provider_key: str,
    status: str,
    now: int,
    *,
    error: Error | None = None,
    client_uuid: str | None = None,
) -> None:
    """Raises the message's status, or keeps the news until the message comes."""
    message = await find_message(transaction, account, provider_key, direction="outbound")
    if message is None and client_uuid is not None:
        message = await find_sent(transaction, account, client_uuid)
        if message is not None and message.wam_id is None:
            await name_message(transaction, account, message, provider_key, now, status=status, error=error)
            return
    if message is None:
        await keep_early_ack(transaction, account.id, provider_key, status, error, now)
        return
    await raise_status(transaction, message, status, error=error)


async def raise_status(
    transaction: WorkspaceTransaction, message: Any, status: str, *, error: Error | None = None
) -> None:
    """The higher rank wins, whatever came first; a refusal's reason is kept beside it. `message`: a row of `chats`."""
    values: dict[str, Any] = {}
    if (new := higher(message.status, status)) != message.status:
        values["status"] = new
    if error is not None and error != message.error:
        values["error"] = error
    if values:
        await _update(transaction, message, values)


async def name_message(
    transaction: WorkspaceTransaction,
    account: Account,
    message: Any,
    provider_key: str,
    now: int,
    *,
    status: str,
    error: Error | None = None,
) -> None:
    """Gives a message of ours (a row of `chats`) the provider's id, and with it all that was heard under that id.

    An echo that could not be matched was stored as a message of its own: ours takes its place.
    """
    if message.wam_id is not None:
        await raise_status(transaction, message, status, error=error)
        return
    values: dict[str, Any] = {"provider_key": provider_key, "wam_id": provider_key}
    status = higher(message.status, status)
    echo = await find_message(transaction, account, provider_key, direction="outbound")
    if echo is not None:
        status = higher(status, echo.status)
        await _bury(transaction, echo, now)
    early = await take_early_news(transaction, account.id, provider_key)
    values["status"], early_error = early.status_of("outbound", status)
    if error is not None or early_error is not None:
        values["error"] = error or early_error
    if early.body is not None:
        values |= {"body": early.body, "edited_at_ms": early.edited_at_ms}
    if early.revoked_at_ms is not None:
        values["deleted_at"] = early.revoked_at_ms
    if early.is_reacted_to:
        await adopt_reactions(transaction, account.id, provider_key, message.id)
    await _update(transaction, message, values)
    if echo is not None or early.revoked_at_ms is not None:
        await refresh_conversation(transaction, message.conversation_id, unread=0)


async def _bury(transaction: WorkspaceTransaction, echo: Any, now: int) -> None:
    await transaction.connection.execute(
        sa.update(chats)
        .where(chats.c.id == echo.id)
        .values(provider_key=f"{BURIED}{echo.id}", wam_id=None, deleted_at=now, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, [echo.id])


async def _update(transaction: WorkspaceTransaction, message: Any, values: dict[str, Any]) -> None:
    await transaction.connection.execute(
        sa.update(chats).where(chats.c.id == message.id).values(**values, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, [message.id])
    if message.deleted_by is None:
        await stamp_if_last(transaction, message.conversation_id, message.id)
    else:  # discarded, and it may have been sent after all
        await refresh_conversation(transaction, message.conversation_id, unread=0)
