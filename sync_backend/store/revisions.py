"""Edits, deletions for everyone and reactions: each restamps the message it speaks of, or waits for it."""

from __future__ import annotations

import sqlalchemy as sa

from sync_backend.database.tables import chats, reactions
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account, add_unread
from sync_backend.store.conversations import refresh_conversation, stamp_if_last
from sync_backend.store.messages import MessageContent, find_message
from sync_backend.store.receipts import keep_early_edit, keep_early_revoke


async def edit_message(
    transaction: WorkspaceTransaction, account: Account, provider_key: str, body: str, edited_at_ms: int, now: int
) -> None:
    """The latest edit wins, whatever came first."""
    message = await find_message(transaction, account, provider_key)
    if message is None:
        await keep_early_edit(transaction, account.id, provider_key, body, edited_at_ms, now)
        return
    is_old = message.edited_at_ms is not None and message.edited_at_ms > edited_at_ms
    is_same = (message.body, message.edited_at_ms) == (body, edited_at_ms)
    if message.deleted_at is not None or is_old or is_same:
        return
    await transaction.connection.execute(
        sa.update(chats)
        .where(chats.c.id == message.id)
        .values(body=body, edited_at_ms=edited_at_ms, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, [message.id])
    await stamp_if_last(transaction, message.conversation_id, message.id)


async def complete_message(
    transaction: WorkspaceTransaction, account: Account, provider_key: str, direction: str, content: MessageContent
) -> None:
    """Gives a message what it could not be shown with: media of old messages come after a placeholder for them."""
    message = await find_message(transaction, account, provider_key, direction=direction)
    if message is None or message.message_type != "unsupported" or message.deleted_at is not None:
        return
    kept = {name: value for name, value in (message.metadata or {}).items() if name == "quoted"}
    await transaction.connection.execute(
        sa.update(chats)
        .where(chats.c.id == message.id)
        .values(
            body=content.body if message.edited_at_ms is None else message.body,
            message_type=content.message_type,
            metadata={**kept, **content.metadata()} or None,
            version=transaction.head,
        )
    )
    transaction.changed(Kind.MESSAGE, [message.id])
    await stamp_if_last(transaction, message.conversation_id, message.id)


async def revoke_message(
    transaction: WorkspaceTransaction, account: Account, provider_key: str, revoked_at_ms: int, now: int
) -> None:
    """The message becomes a tombstone, and counts no longer as unread."""
    message = await find_message(transaction, account, provider_key)
    if message is None:
        await keep_early_revoke(transaction, account.id, provider_key, revoked_at_ms, now)
        return
    if message.deleted_at is not None:
        return
    await transaction.connection.execute(
        sa.update(chats)
        .where(chats.c.id == message.id)
        .values(deleted_at=revoked_at_ms, is_read=True, version=transaction.head)
    )
    transaction.changed(Kind.MESSAGE, [message.id])
    unread = 0 if message.is_read else -1
    await refresh_conversation(transaction, message.conversation_id, unread=unread)
    await add_unread(transaction, account.id, unread)


async def react(
    transaction: WorkspaceTransaction,
    account: Account,
    provider_key: str,
    *,
    sender_key: str,
    sender_name: str | None,
    emoji: str,
    reacted_at_ms: int,
) -> None:
    """Each person has one reaction to a message, their latest; an empty emoji takes it back."""
    own = sa.and_(
        reactions.c.whatsapp_account_id == account.id,
        reactions.c.provider_key == provider_key,
        reactions.c.sender_key == sender_key,
    )
    held = (await transaction.connection.execute(sa.select(reactions).where(own))).one_or_none()
    is_old = held is not None and held.reacted_at_ms > reacted_at_ms
    if is_old or (held is not None and (held.emoji, held.reacted_at_ms) == (emoji, reacted_at_ms)):
        return
    message = await find_message(transaction, account, provider_key)
    values = {
        "emoji": emoji,
        "sender_name": sender_name or (None if held is None else held.sender_name),
        "reacted_at_ms": reacted_at_ms,
        "chat_id": None if message is None else message.id,
    }
    if held is None:
        await transaction.connection.execute(
            sa.insert(reactions).values(
                workspace_id=transaction.workspace_id,
                whatsapp_account_id=account.id,
                provider_key=provider_key,
                sender_key=sender_key,
                **values,
            )
        )
    else:
        await transaction.connection.execute(sa.update(reactions).where(own).values(**values))
    transaction.keep()
    if message is not None:
        await transaction.connection.execute(
            sa.update(chats).where(chats.c.id == message.id).values(version=transaction.head)
        )
        transaction.changed(Kind.MESSAGE, [message.id])
