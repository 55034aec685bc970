"""Reads rows in the wire's shapes: the selects that `sync_backend.render` understands, and what runs them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import render
from sync_backend.database.tables import (
    chats,
    contacts,
    conversations,
    reactions,
    users,
    whatsapp_accounts,
    whatsapp_groups,
)
from sync_backend.ordering import Kind
from sync_backend.render import Rendered


def _columns(table: sa.Table, names: str) -> list[sa.Column[Any]]:
    return [table.c[name] for name in names.split()]


_last = chats.alias("last_message")

SESSIONS: Final = sa.select(
    *_columns(
        whatsapp_accounts,
        "id phone_number display_name provider_type status is_primary health_score unread_count sync_status "
        "synced_count total_count last_sync_at_ms version deleted_at",
    )
)

CONTACTS: Final = sa.select(
    contacts.c.id, contacts.c.first_name, contacts.c.phone, contacts.c.version, contacts.c.deleted_at
)

GROUPS: Final = sa.select(*_columns(whatsapp_groups, "id group_jid name participants_count version deleted_at"))

GROUP_DETAILS: Final = sa.select(whatsapp_groups)

CONVERSATIONS: Final = (
    sa.select(
        *_columns(
            conversations,
            "id chat_type whatsapp_account_id contact_id group_id last_message_id last_message_at_ms unread_count "
            "status window_expires_at_ms merged_into version deleted_at",
        ),
        whatsapp_accounts.c.provider_type,
        contacts.c.first_name.label("contact_name"),
        contacts.c.phone.label("contact_phone"),
        whatsapp_groups.c.name.label("group_name"),
        whatsapp_groups.c.participants_count,
        _last.c.body.label("last_body"),
        _last.c.message_type.label("last_message_type"),
        _last.c.type.label("last_type"),
        _last.c.status.label("last_status"),
        _last.c.sender_name.label("last_sender_name"),
        _last.c.sent_at_ms.label("last_sent_at_ms"),
    )
    .join(whatsapp_accounts, whatsapp_accounts.c.id == conversations.c.whatsapp_account_id)
    .outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
    .outerjoin(whatsapp_groups, whatsapp_groups.c.id == conversations.c.group_id)
    .outerjoin(_last, _last.c.id == conversations.c.last_message_id)
)

MESSAGES: Final = sa.select(
    *_columns(
        chats,
        "id uuid conversation_id whatsapp_account_id type message_type body status error sender_name sender_phone "
        "user_id sent_via_account_id quoted_provider_key quoted_chat_id metadata media_id sent_at_ms edited_at_ms "
        "sort_order arrival is_read client_uuid wam_id version deleted_at",
    ),
    users.c.name.label("user_name"),
).outerjoin(users, users.c.id == chats.c.user_id)

_REACTIONS: Final = sa.select(
    reactions.c.chat_id,
    reactions.c.emoji,
    reactions.c.sender_name,
    (reactions.c.sender_key == "me").label("from_me"),
).order_by(reactions.c.reacted_at_ms, reactions.c.id)

_TABLES: Final = {
    Kind.SESSION: (SESSIONS, whatsapp_accounts),
    Kind.CONTACT: (CONTACTS, contacts),
    Kind.GROUP: (GROUPS, whatsapp_groups),
    Kind.CONVERSATION: (CONVERSATIONS, conversations),
    Kind.MESSAGE: (MESSAGES, chats),
}


async def load(connection: AsyncConnection, kind: Kind, ids: Collection[int]) -> list[Rendered]:
    """The rows of these ids in (version, id) order, tombstones included; an id that does not exist is left out."""
    if not ids:
        return []
    select, table = _TABLES[kind]
    query = select.where(table.c.id.in_(sorted(ids))).order_by(table.c.version, table.c.id)
    return await fetch(connection, kind, query)


async def fetch(connection: AsyncConnection, kind: Kind, query: sa.Select[Any]) -> list[Rendered]:
    """Runs a query made from the select of this kind; the rows keep its order."""
    rows = (await connection.execute(query)).all()
    match kind:
        case Kind.SESSION:
            return [render.session(row) for row in rows]
        case Kind.CONTACT:
            return [render.contact(row) for row in rows]
        case Kind.GROUP:
            return [render.group(row) for row in rows]
        case Kind.CONVERSATION:
            return [render.conversation(row) for row in rows]
        case Kind.MESSAGE:
            reacted = await _reactions(connection, [row.id for row in rows])
            return [render.message(row, reacted.get(row.id, [])) for row in rows]


async def message(connection: AsyncConnection, message_id: int) -> Rendered:
    """One message that is known to exist."""
    [rendered] = await load(connection, Kind.MESSAGE, [message_id])
    return rendered


async def _reactions(connection: AsyncConnection, message_ids: Collection[int]) -> dict[int, list[Any]]:
    if not message_ids:
        return {}
    found: dict[int, list[Any]] = {}
    query = _REACTIONS.where(reactions.c.chat_id.in_(message_ids), reactions.c.emoji != "")
    for row in await connection.execute(query):
        found.setdefault(row.chat_id, []).append(row)
    return found
