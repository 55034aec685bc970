"""Reads rows in the wire's shapes: the selects that `sync_backend.render` understands, and what runs them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import render
from sync_backend.database.brief import BRIEF
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
        "id phone_number display_name provider_type status status_reason is_primary health_score unread_count "
        "sync_status synced_count total_count last_sync_at_ms version deleted_at",
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
    # There always is one; but an inner join invites planners to begin with the few numbers and sort all their chats.
    .outerjoin(whatsapp_accounts, whatsapp_accounts.c.id == conversations.c.whatsapp_account_id)
    .outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
    .outerjoin(whatsapp_groups, whatsapp_groups.c.id == conversations.c.group_id)
    .outerjoin(_last, _last.c.id == conversations.c.last_message_id)
)

MESSAGES: Final = sa.select(
    *_columns(
        chats,
        "id uuid conversation_id whatsapp_account_id type message_type body status error sender_name sender_phone "
        "user_id sent_via_account_id quoted_provider_key quoted_chat_id metadata media_id sent_at_ms edited_at_ms "
        "sort_order arrival is_read client_uuid wam_id provider_key version deleted_at deleted_by",
    ),
    users.c.name.label("user_name"),
    sa.exists().where(reactions.c.chat_id == chats.c.id).label("is_reacted_to"),
).outerjoin(users, users.c.id == chats.c.user_id)

_REACTIONS: Final = (
    sa.select(
        reactions.c.chat_id,
        reactions.c.emoji,
        reactions.c.sender_name,
        (reactions.c.sender_key == "me").label("from_me"),
    )
    .where(reactions.c.chat_id.in_(sa.bindparam("ids", expanding=True)), reactions.c.emoji != "")
    .order_by(reactions.c.reacted_at_ms, reactions.c.id)
)

_FEW: Final = 50


def _by_ids(select: sa.Select[Any], table: sa.Table) -> sa.Select[Any]:
    return select.where(table.c.id.in_(sa.bindparam("ids", expanding=True))).order_by(table.c.version, table.c.id)


_BY_IDS: Final = {
    Kind.SESSION: _by_ids(SESSIONS, whatsapp_accounts),
    Kind.CONTACT: _by_ids(CONTACTS, contacts),
    Kind.GROUP: _by_ids(GROUPS, whatsapp_groups),
    Kind.CONVERSATION: _by_ids(CONVERSATIONS, conversations),
    Kind.MESSAGE: _by_ids(MESSAGES, chats),
}


async def load(connection: AsyncConnection, kind: Kind, ids: Collection[int]) -> list[Rendered]:
    """The rows of these ids in (version, id) order, tombstones included; an id that does not exist is left out."""
    if not ids:
        return []
    return await _rendered(connection, kind, await _all(connection, _BY_IDS[kind], sorted(ids)))


async def fetch(connection: AsyncConnection, kind: Kind, query: sa.Select[Any]) -> list[Rendered]:
    """Runs a query made from the select of this kind; the rows keep its order."""
    return await _rendered(connection, kind, (await connection.execute(query)).all())


async def _rendered(connection: AsyncConnection, kind: Kind, rows: Sequence[Any]) -> list[Rendered]:
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
            reacted = await _reactions(connection, [row.id for row in rows if row.is_reacted_to])
            return [render.message(row, reacted.get(row.id, [])) for row in rows]


async def message(connection: AsyncConnection, message_id: int) -> Rendered:
    """One message that is known to exist."""
    [rendered] = await load(connection, Kind.MESSAGE, [message_id])
    return rendered


async def _reactions(connection: AsyncConnection, message_ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if message_ids:
        for row in await _all(connection, _REACTIONS, message_ids):
            found.setdefault(row.chat_id, []).append(row)
    return found


async def _all(connection: AsyncConnection, query: sa.Select[Any], ids: Sequence[int]) -> Sequence[Any]:
    few = BRIEF if len(ids) <= _FEW else None
    found: sa.CursorResult[Any] = await connection.execute(query, {"ids": ids}, execution_options=few)
    return found.all()
