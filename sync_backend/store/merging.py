"""Two contacts that turn out to be one person become one, and so do their conversations: nothing is shown twice."""

from __future__ import annotations

import sqlalchemy as sa

from sync_backend.database.tables import chats, contact_identities, contacts, conversations
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.conversations import refresh_conversation


async def merge_contacts(transaction: WorkspaceTransaction, *, survivor: int, loser: int, now: int) -> None:
    """The survivor takes the loser's identities, messages and what is unread; the loser becomes a tombstone."""
    connection = transaction.connection
    await connection.execute(
        sa.update(contact_identities).where(contact_identities.c.contact_id == loser).values(contact_id=survivor)
    )
    query = sa.select(conversations.c.contact_id, conversations.c.whatsapp_account_id, conversations.c.id).where(
        conversations.c.contact_id.in_([survivor, loser]), conversations.c.deleted_at.is_(None)
    )
    rows = (await connection.execute(query)).all()
    kept = {row.whatsapp_account_id: row.id for row in rows if row.contact_id == survivor}
    for row in rows:
        if row.contact_id == loser and row.whatsapp_account_id in kept:
            await _merge_conversations(transaction, kept[row.whatsapp_account_id], row.id, survivor, now)
        elif row.contact_id == loser:
            await _hand_over(transaction, row.id, survivor)
    await connection.execute(
        sa.update(contacts).where(contacts.c.id == loser).values(deleted_at=now, version=transaction.head)
    )
    transaction.changed(Kind.CONTACT, [loser])


async def _hand_over(transaction: WorkspaceTransaction, conversation_id: int, contact_id: int) -> None:
    await transaction.connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(contact_id=contact_id, version=transaction.head)
    )
    await transaction.connection.execute(
        sa.update(chats).where(chats.c.conversation_id == conversation_id).values(contact_id=contact_id)
    )
    transaction.changed(Kind.CONVERSATION, [conversation_id])


async def _merge_conversations(
    transaction: WorkspaceTransaction, survivor: int, loser: int, contact_id: int, now: int
) -> None:
    connection = transaction.connection
    moved = (await connection.scalars(sa.select(chats.c.id).where(chats.c.conversation_id == loser))).all()
    await connection.execute(
        sa.update(chats)
        .where(chats.c.conversation_id == loser)
        .values(conversation_id=survivor, contact_id=contact_id, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, moved)
    facts = sa.select(conversations.c.id, conversations.c.unread_count, conversations.c.window_expires_at_ms).where(
        conversations.c.id.in_([survivor, loser])
    )
    rows = {row.id: row for row in await connection.execute(facts)}
    windows = [row.window_expires_at_ms for row in rows.values() if row.window_expires_at_ms is not None]
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == loser)
        .values(
            merged_into=survivor,
            deleted_at=now,
            unread_count=0,
            last_message_id=None,
            last_message_at_ms=0,
            version=transaction.head,
        )
    )
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == survivor)
        .values(window_expires_at_ms=max(windows, default=None))
    )
    transaction.changed(Kind.CONVERSATION, [loser])
    await refresh_conversation(transaction, survivor, unread=rows[loser].unread_count)
