"""Gives up a message that was not sent: it is hidden for everyone, unless it turns out to have been sent after all."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from sync_backend.database.tables import chats
from sync_backend.errors import ApiError, not_found
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.conversations import KnownConversation, refresh_conversation
from wire.status import NOT_SENT


async def discard_message(transaction: WorkspaceTransaction, message_id: int, user_id: int) -> None:
    """Discarding it again changes nothing. ApiError: 404 foreign, 409 for what was sent or is not ours."""
    query = sa.select(chats).where(chats.c.id == message_id, chats.c.workspace_id == transaction.workspace_id)
    message = (await transaction.connection.execute(query)).one_or_none()
    if message is None:
        raise not_found("message")
    await _discard(transaction, message, user_id)


async def replace_failed(
    transaction: WorkspaceTransaction, conversation: KnownConversation, message_uuid: str, user_id: int
) -> None:
    """Discards what a new message repeats. One that is not known (a backup was restored) is in nobody's way."""
    query = sa.select(chats).where(chats.c.uuid == message_uuid, chats.c.conversation_id == conversation.id)
    message = (await transaction.connection.execute(query)).one_or_none()
    if message is not None:
        await _discard(transaction, message, user_id)


async def _discard(transaction: WorkspaceTransaction, message: Any, user_id: int) -> None:
    if message.type != "outbound" or message.deleted_at is not None or message.status not in NOT_SENT:
        raise ApiError(
            409,
            "already_sent",
            "This message was sent meanwhile.",
            hint="Only a message of ours that was not sent can be discarded or sent again.",
        )
    if message.deleted_by is not None:
        return
    await transaction.connection.execute(
        sa.update(chats).where(chats.c.id == message.id).values(deleted_by=user_id, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, [message.id])
    await refresh_conversation(transaction, message.conversation_id, unread=0)
