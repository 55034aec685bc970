"""Marks messages as read; what arrives later is unread whatever time it claims."""

from __future__ import annotations

import sqlalchemy as sa

from sync_backend.database.tables import chats, conversations
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import add_unread
from sync_backend.store.conversations import KnownConversation


async def mark_read(
    transaction: WorkspaceTransaction, conversation: KnownConversation, *, up_to_arrival: int | None = None
) -> None:
    """Marks what arrived no later than `up_to_arrival` as read, everything when it is None."""
    unread = [
        chats.c.conversation_id == conversation.id,
        chats.c.is_read == sa.false(),
        chats.c.type == "inbound",
    ]
    if up_to_arrival is not None:
        unread.append(chats.c.arrival <= up_to_arrival)
    ids = (await transaction.connection.scalars(sa.select(chats.c.id).where(*unread))).all()
    if not ids:
        return
    await transaction.connection.execute(sa.update(chats).where(*unread).values(is_read=True, version=transaction.head))
    transaction.changed(Kind.MESSAGE, ids)
    await transaction.connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation.id)
        .values(unread_count=conversations.c.unread_count - len(ids), version=transaction.head)
    )
    transaction.changed(Kind.CONVERSATION, [conversation.id])
    await add_unread(transaction, conversation.whatsapp_account_id, -len(ids))
