"""The present state, newest conversation first, so that a list built from its first page is already of use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.keyset import ahead
from sync_backend.database.tables import chats, contacts, conversations, whatsapp_accounts, whatsapp_groups
from sync_backend.ordering import Kind
from sync_backend.sync.pages import Page, load_closed

MESSAGES_PER_CONVERSATION: Final = 50
_CONVERSATIONS_PER_PAGE: Final = 25
_OTHERS_PER_PAGE: Final = 500

PARTS: Final = ("conversations", "contacts", "groups")
START: Final = ("conversations", 2**62, 2**62)
Stage = tuple[str, int, int]
"""Which part of the walk, and the last place reached in it."""


async def snapshot_page(connection: AsyncConnection, workspace_id: int, stage: Stage) -> tuple[Page, Stage | None]:
    """First the conversations with their last messages, then people and groups that are in none."""
    part, at, last_id = stage
    if part == "conversations":
        return await _conversations(connection, workspace_id, at, last_id)
    if part == "contacts":
        page, after = await _lonely(connection, workspace_id, Kind.CONTACT, contacts, last_id)
        return page, ("groups", 0, 0) if after is None else ("contacts", 0, after)
    page, after = await _lonely(connection, workspace_id, Kind.GROUP, whatsapp_groups, last_id)
    return page, None if after is None else ("groups", 0, after)


async def _conversations(
    connection: AsyncConnection, workspace_id: int, at: int, last_id: int
) -> tuple[Page, Stage | None]:
    query = (
        sa.select(conversations.c.last_message_at_ms, conversations.c.id)
        .where(
            conversations.c.workspace_id == workspace_id,
            conversations.c.deleted_at.is_(None),
            ahead(conversations.c.last_message_at_ms, conversations.c.id, (at, last_id)),
        )
        .order_by(conversations.c.last_message_at_ms.desc(), conversations.c.id.desc())
        .limit(_CONVERSATIONS_PER_PAGE)
    )
    found = (await connection.execute(query)).all()
    wanted: dict[Kind, Sequence[int]] = {
        Kind.CONVERSATION: [row.id for row in found],
        Kind.MESSAGE: await _last_messages(connection, [row.id for row in found]),
    }
    if (at, last_id) == START[1:]:
        wanted[Kind.SESSION] = await _sessions(connection, workspace_id)
    page = Page(await load_closed(connection, wanted))
    if len(found) < _CONVERSATIONS_PER_PAGE:
        return page, ("contacts", 0, 0)
    return page, ("conversations", found[-1].last_message_at_ms, found[-1].id)


async def _sessions(connection: AsyncConnection, workspace_id: int) -> Sequence[int]:
    query = sa.select(whatsapp_accounts.c.id).where(
        whatsapp_accounts.c.workspace_id == workspace_id, whatsapp_accounts.c.deleted_at.is_(None)
    )
    return (await connection.scalars(query)).all()


async def _last_messages(connection: AsyncConnection, conversation_ids: Sequence[int]) -> Sequence[int]:
    """By one index range per conversation: a window function would read each from its first message."""
    if not conversation_ids:
        return []
    parameters = {f"conversation_{index}": each for index, each in enumerate(conversation_ids)}
    return (await connection.scalars(_last_of(len(conversation_ids)), parameters)).all()


@cache
def _last_of(count: int) -> sa.CompoundSelect[Any]:
    """Of so many conversations, `conversation_0` and on: to build such a question takes longer than to answer it."""
    each = (
        sa.select(
            sa.select(chats.c.id)
            .where(chats.c.conversation_id == sa.bindparam(f"conversation_{index}"))
            .order_by(chats.c.sort_order.desc(), chats.c.id.desc())
            .limit(MESSAGES_PER_CONVERSATION)
            .subquery()
        )
        for index in range(count)
    )
    return sa.union_all(*each)


async def _lonely(
    connection: AsyncConnection, workspace_id: int, kind: Kind, table: sa.Table, after: int
) -> tuple[Page, int | None]:
    partner = conversations.c.contact_id if kind is Kind.CONTACT else conversations.c.group_id
    in_a_conversation = (
        sa.select(sa.literal(1)).where(partner == table.c.id, conversations.c.deleted_at.is_(None)).exists()
    )
    query: sa.Select[Any] = (
        sa.select(table.c.id)
        .where(
            table.c.workspace_id == workspace_id,
            table.c.deleted_at.is_(None),
            table.c.id > after,
            ~in_a_conversation,
        )
        .order_by(table.c.id)
        .limit(_OTHERS_PER_PAGE)
    )
    ids = (await connection.scalars(query)).all()
    page = Page(await load_closed(connection, {kind: ids}))
    return page, ids[-1] if len(ids) == _OTHERS_PER_PAGE else None
