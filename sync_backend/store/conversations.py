"""Conversations: one per number and person or group, with what a chat list shows kept beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.tables import chats, conversations
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.inserting import insert_row
from wire.status import NOT_SENT


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownConversation:
    """A conversation as ingest needs it; exactly one of `contact_id` and `group_id` is set."""

    id: int
    whatsapp_account_id: int
    chat_type: str
    contact_id: int | None
    group_id: int | None
    last_message_id: int | None
    last_message_at_ms: int
    unread_count: int
    window_expires_at_ms: int | None


async def find_conversation(
    connection: AsyncConnection, workspace_id: int, conversation_id: int
) -> KnownConversation | None:
    """Follows merges to the survivor; None for someone else's."""
    while True:
        query = sa.select(*_COLUMNS, conversations.c.merged_into).where(
            conversations.c.id == conversation_id, conversations.c.workspace_id == workspace_id
        )
        row = (await connection.execute(query)).one_or_none()
        if row is None:
            return None
        if row.merged_into is None:
            return KnownConversation(**{column.name: row._mapping[column.name] for column in _COLUMNS})
        conversation_id = row.merged_into


async def find_chat(
    connection: AsyncConnection, account: Account, *, contact_id: int | None = None, group_id: int | None = None
) -> KnownConversation | None:
    """The conversation of a number with a person or group."""
    query = _OF_GROUP if contact_id is None else _OF_CONTACT
    partner_id = group_id if contact_id is None else contact_id
    row = (await connection.execute(query, {"account_id": account.id, "partner_id": partner_id})).one_or_none()
    return None if row is None else KnownConversation(**row._mapping)


async def get_or_create_conversation(
    transaction: WorkspaceTransaction,
    account: Account,
    now: int,
    *,
    contact_id: int | None = None,
    group_id: int | None = None,
) -> KnownConversation:
    """The conversation of a number with a person or group."""
    known = await find_chat(transaction.connection, account, contact_id=contact_id, group_id=group_id)
    if known is not None:
        return known
    chat_type = "group" if contact_id is None else "private"
    conversation_id = await insert_row(
        transaction,
        conversations,
        whatsapp_account_id=account.id,
        chat_type=chat_type,
        contact_id=contact_id,
        group_id=group_id,
        created_at=now,
        updated_at=now,
    )
    transaction.changed(Kind.CONVERSATION, [conversation_id])
    return KnownConversation(
        id=conversation_id,
        whatsapp_account_id=account.id,
        chat_type=chat_type,
        contact_id=contact_id,
        group_id=group_id,
        last_message_id=None,
        last_message_at_ms=0,
        unread_count=0,
        window_expires_at_ms=None,
    )


async def show_message(
    transaction: WorkspaceTransaction,
    conversation: KnownConversation,
    message_id: int,
    now: int,
    *,
    shown_at_ms: int,
    unread: int,
    window_expires_at_ms: int | None,
) -> None:
    """Makes a new message the conversation's last, unless a later one is; moves the unread counter by `unread`."""
    # The newest arrival is the last among equals: `sort_order` says the same.
    is_last = conversation.last_message_id is None or shown_at_ms >= conversation.last_message_at_ms
    await transaction.connection.execute(
        _SHOW,
        {
            "own_id": conversation.id,
            "message_id": message_id if is_last else conversation.last_message_id,
            "shown_at_ms": shown_at_ms if is_last else conversation.last_message_at_ms,
            "unread": unread,
            "window": window_expires_at_ms,
            "head": transaction.head,
            "now": now,
        },
    )
    transaction.changed(Kind.CONVERSATION, [conversation.id])


async def stamp_conversations_of(
    transaction: WorkspaceTransaction, *, contact_ids: Sequence[int] = (), group_ids: Sequence[int] = ()
) -> None:
    """Restamps the conversations that show these people or groups."""
    for partner, partner_ids in ((conversations.c.contact_id, contact_ids), (conversations.c.group_id, group_ids)):
        if not partner_ids:
            continue
        ids = (
            await transaction.connection.scalars(sa.select(conversations.c.id).where(partner.in_(partner_ids)))
        ).all()
        if ids:
            stamp = sa.update(conversations).where(conversations.c.id.in_(ids)).values(version=transaction.head)
            await transaction.connection.execute(stamp)
            transaction.changed(Kind.CONVERSATION, ids)


async def stamp_if_last(transaction: WorkspaceTransaction, conversation_id: int, message_id: int) -> None:
    """Restamps the conversation when it shows this message as its last."""
    stamped = await transaction.connection.execute(
        _STAMP_IF_LAST, {"own_id": conversation_id, "message_id": message_id, "head": transaction.head}
    )
    if stamped.rowcount:
        transaction.changed(Kind.CONVERSATION, [conversation_id])


async def refresh_conversation(transaction: WorkspaceTransaction, conversation_id: int, *, unread: int) -> None:
    """Derives the last message anew and moves the unread counter by `unread`."""
    newest = (await transaction.connection.execute(_NEWEST, {"own_id": conversation_id})).one_or_none()
    await transaction.connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(
            last_message_id=None if newest is None else newest.id,
            last_message_at_ms=0 if newest is None else int(newest.sort_order.partition("-")[0]),
            unread_count=conversations.c.unread_count + unread,
            version=transaction.head,
        )
    )
    transaction.changed(Kind.CONVERSATION, [conversation_id])


_COLUMNS = [
    conversations.c[name]
    for name in (
        "id",
        "whatsapp_account_id",
        "chat_type",
        "contact_id",
        "group_id",
        "last_message_id",
        "last_message_at_ms",
        "unread_count",
        "window_expires_at_ms",
    )
]

_OF_ACCOUNT: Final = sa.select(*_COLUMNS).where(conversations.c.whatsapp_account_id == sa.bindparam("account_id"))
_OF_CONTACT: Final = brief(_OF_ACCOUNT.where(conversations.c.contact_id == sa.bindparam("partner_id")))
_OF_GROUP: Final = brief(_OF_ACCOUNT.where(conversations.c.group_id == sa.bindparam("partner_id")))

_STAMP_IF_LAST: Final = brief(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("own_id"), conversations.c.last_message_id == sa.bindparam("message_id"))
    .values(version=sa.bindparam("head"))
)

IS_SHOWN: Final = (
    chats.c.deleted_at.is_(None),
    sa.or_(chats.c.deleted_by.is_(None), chats.c.status.not_in(NOT_SENT)),
)
"""What makes a message fit to be the last of its conversation."""

# Not marked brief: it walks over whatever was deleted at the end.
_NEWEST: Final = (
    sa.select(chats.c.id, chats.c.sort_order)
    .where(chats.c.conversation_id == sa.bindparam("own_id"), *IS_SHOWN)
    .order_by(chats.c.sort_order.desc(), chats.c.id.desc())
    .limit(1)
)

_SHOW: Final = brief(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("own_id"))
    .values(
        last_message_id=sa.bindparam("message_id"),
        last_message_at_ms=sa.bindparam("shown_at_ms"),
        unread_count=conversations.c.unread_count + sa.bindparam("unread", type_=sa.Integer),
        window_expires_at_ms=sa.bindparam("window"),
        version=sa.bindparam("head"),
        updated_at=sa.bindparam("now"),
    )
)
