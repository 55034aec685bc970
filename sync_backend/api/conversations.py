"""The chat list: `GET /conversations` by any filter, newest first, page by page; and one conversation."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response

from sync_backend import render, rows
from sync_backend.api.answers import Limit, json_response, page_response, row_id
from sync_backend.api.cursors import decode_cursor, encode_cursor
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.database.keyset import ahead, behind
from sync_backend.database.tables import contacts, conversations, whatsapp_groups
from sync_backend.errors import ApiError, not_found
from sync_backend.ingest.payload import parse_id
from sync_backend.ordering import Kind
from sync_backend.services import RequestServices
from sync_backend.store.conversations import find_conversation
from sync_backend.store.search import Hits, find_partners, matches
from wire.rest import ConversationPage
from wire.rows import Conversation

router = APIRouter(prefix="/api/v1", tags=["conversations"])


@router.get("/conversations", response_model=ConversationPage)
async def list_conversations(
    user: CurrentUser,
    services: RequestServices,
    session_id: str | None = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    chat_type: Literal["private", "group"] | None = None,
    unread: bool | None = None,
    status: Annotated[str | None, Query(max_length=20)] = None,
    sort: Literal["desc", "asc"] = "desc",
    limit: Limit = 50,
    cursor: str | None = None,
) -> Response:
    """Conversations by the time of their last message; `search` looks into names and numbers."""
    wanted = _filters(user.workspace_id, session_id, chat_type, unread, status)
    newest_first = sort == "desc"
    if cursor is not None:
        following = ahead if newest_first else behind
        at, conversation_id = decode_cursor(cursor, int, int)
        wanted.append(following(*_PLACE, (at, conversation_id)))
    order = [column.desc() if newest_first else column.asc() for column in _PLACE]
    search = (search or "").strip()
    async with services.reads.connect() as connection:
        hits = await find_partners(connection, user.workspace_id, search) if search else None
        places = _among(wanted, hits) if hits else _walking(wanted, search)
        place = places.order_by(*order).limit(limit + 1).subquery()
        # One question, in which the places come first: what is shown of a chat is looked up for this page alone.
        query = rows.CONVERSATIONS.join(place, place.c.id == conversations.c.id).order_by(*order)
        found = (await connection.execute(query)).all()
    last = found[limit - 1] if len(found) > limit else None
    items = [render.conversation(row) for row in found[:limit]]
    return page_response(items, None if last is None else encode_cursor(last.last_message_at_ms, last.id))


@router.get("/conversations/{conversation_id}", response_model=Conversation)
async def get_conversation(conversation_id: str, user: CurrentUser, services: RequestServices) -> Response:
    """The conversation; of one that was merged into another, that other one."""
    async with services.reads.connect() as connection:
        known = await find_conversation(connection, user.workspace_id, row_id(conversation_id, "conversation"))
        if known is None:
            raise not_found("conversation")
        [conversation] = await rows.load(connection, Kind.CONVERSATION, [known.id])
    return json_response(conversation)


def _filters(
    workspace_id: int, session_id: str | None, chat_type: str | None, unread: bool | None, status: str | None
) -> list[sa.ColumnElement[bool]]:
    wanted = [conversations.c.workspace_id == workspace_id, conversations.c.deleted_at.is_(None)]
    if session_id is not None:
        wanted.append(conversations.c.whatsapp_account_id == _account_id(session_id))
    if chat_type is not None:
        wanted.append(conversations.c.chat_type == chat_type)
    if unread is not None:
        wanted.append(conversations.c.unread_count > 0 if unread else conversations.c.unread_count == 0)
    if status is not None:
        wanted.append(conversations.c.status == status)
    return wanted


def _among(wanted: list[sa.ColumnElement[bool]], hits: Hits) -> sa.Select[Any]:
    """The chats with these people and groups. Each kind has its index, which an OR of both would not use."""
    of_hits = sa.union_all(
        sa.select(conversations.c.id).where(conversations.c.contact_id.in_(hits.contact_ids)),
        sa.select(conversations.c.id).where(conversations.c.group_id.in_(hits.group_ids)),
    ).subquery()
    return sa.select(conversations.c.id).join(of_hits, of_hits.c.id == conversations.c.id).where(*wanted)


def _walking(wanted: list[sa.ColumnElement[bool]], search: str) -> sa.Select[Any]:
    """Along the list's index; with `search`, a part of names so common that a page is soon full."""
    query = sa.select(conversations.c.id).where(*wanted)
    if not search:
        return query
    return (
        query.outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(whatsapp_groups, whatsapp_groups.c.id == conversations.c.group_id)
        .where(sa.or_(matches(contacts, search), matches(whatsapp_groups, search)))
    )


def _account_id(session_id: str) -> int:
    account_id = parse_id(session_id)
    if account_id is None:
        raise ApiError(422, "invalid", "Not an id of a session.", field="session_id")
    return account_id


_PLACE: Final = (conversations.c.last_message_at_ms, conversations.c.id)
