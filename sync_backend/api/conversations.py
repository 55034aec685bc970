"""The chat list: `GET /conversations` by any filter, newest first, page by page; and one conversation."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response

from sync_backend import rows
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
from sync_backend.store.identities import search_text
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
    query = _filtered(user.workspace_id, session_id, search, chat_type, unread, status)
    newest_first = sort == "desc"
    columns = (conversations.c.last_message_at_ms, conversations.c.id)
    if cursor is not None:
        at, conversation_id = decode_cursor(cursor, int, int)
        following = ahead if newest_first else behind
        query = query.where(following(*columns, (at, conversation_id)))
    query = query.order_by(*(column.desc() if newest_first else column.asc() for column in columns)).limit(limit + 1)
    async with services.reads.connect() as connection:
        found = (await connection.execute(query)).all()
        places = {row.id: position for position, row in enumerate(found[:limit])}
        items = await rows.load(connection, Kind.CONVERSATION, places.keys())
    items.sort(key=lambda item: places[int(item["id"])])
    last = found[limit - 1] if len(found) > limit else None
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


def _filtered(
    workspace_id: int,
    session_id: str | None,
    search: str | None,
    chat_type: str | None,
    unread: bool | None,
    status: str | None,
) -> sa.Select[Any]:
    query = sa.select(conversations.c.last_message_at_ms, conversations.c.id).where(
        conversations.c.workspace_id == workspace_id, conversations.c.deleted_at.is_(None)
    )
    if session_id is not None:
        query = query.where(conversations.c.whatsapp_account_id == _account_id(session_id))
    if chat_type is not None:
        query = query.where(conversations.c.chat_type == chat_type)
    if unread is not None:
        query = query.where(conversations.c.unread_count > 0 if unread else conversations.c.unread_count == 0)
    if status is not None:
        query = query.where(conversations.c.status == status)
    if search is not None and search.strip():
        query = (
            query.outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
            .outerjoin(whatsapp_groups, whatsapp_groups.c.id == conversations.c.group_id)
            .where(_matches(search.strip()))
        )
    return query


def _matches(search: str) -> sa.ColumnElement[bool]:
    wanted = [search_text(search)]
    digits = "".join(character for character in search if character.isdecimal())
    # `0812-3456` and `+62 812 3456` are ways to write a part of +628123456….
    if len(digits) >= 3 and not any(character.isalpha() for character in search):
        wanted.append(digits.lstrip("0") or digits)
    return sa.or_(
        *(
            table.c.search_text.contains(each, autoescape=True)
            for table in (contacts, whatsapp_groups)
            for each in wanted
        )
    )


def _account_id(session_id: str) -> int:
    account_id = parse_id(session_id)
    if account_id is None:
        raise ApiError(422, "invalid", "Not an id of a session.", field="session_id")
    return account_id
