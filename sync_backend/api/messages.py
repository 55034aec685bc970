"""The messages of one conversation, newest first, and marking them as read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import rows
from sync_backend.api.answers import Limit, json_response, page_response, row_id
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.database.keyset import ahead
from sync_backend.database.tables import chats
from sync_backend.errors import ApiError, not_found
from sync_backend.ingest.payload import parse_id
from sync_backend.ordering import Kind, workspace_transaction
from sync_backend.services import RequestServices
from sync_backend.store.conversations import KnownConversation, find_conversation
from sync_backend.store.reading import mark_read
from wire.rest import MOST_UUIDS, KnownAnswer, KnownRequest, MessagePage, ReadRequest
from wire.rows import Conversation

router = APIRouter(prefix="/api/v1", tags=["messages"])


@router.get("/conversations/{conversation_id}/messages", response_model=MessagePage)
async def list_messages(
    conversation_id: str,
    user: CurrentUser,
    services: RequestServices,
    before: str | None = None,
    limit: Limit = 50,
) -> Response:
    """Messages newest first; `before` is a message's id, or the `next_cursor` of the page before."""
    async with services.reads.connect() as connection:
        conversation = await _conversation(connection, user.workspace_id, conversation_id)
        query = rows.MESSAGES.where(chats.c.conversation_id == conversation.id)
        if before is not None:
            place = await _message(connection, conversation, before, "before")
            query = query.where(ahead(chats.c.sort_order, chats.c.id, (place.sort_order, place.id)))
        query = query.order_by(chats.c.sort_order.desc(), chats.c.id.desc()).limit(limit + 1)
        found = await rows.fetch(connection, Kind.MESSAGE, query)
    items = found[:limit]
    return page_response(items, items[-1]["id"] if len(found) > limit else None)


@router.post("/conversations/{conversation_id}/read", response_model=Conversation)
async def read_up_to(
    conversation_id: str, asked: ReadRequest, user: CurrentUser, services: RequestServices
) -> Response:
    """Marks everything as read that arrived no later than this message; answers the conversation as it is then."""
    async with services.reads.connect() as connection:
        await _conversation(connection, user.workspace_id, conversation_id)
    async with workspace_transaction(services.writes, user.workspace_id, services.broadcaster) as transaction:
        # Found again under the lock: it may have been merged in between.
        conversation = await _conversation(transaction.connection, user.workspace_id, conversation_id)
        message = await _message(transaction.connection, conversation, asked.message_id, "message_id")
        await mark_read(transaction, conversation, up_to_arrival=message.arrival)
        [answer] = await rows.load(transaction.connection, Kind.CONVERSATION, [conversation.id])
    return json_response(answer)


@router.post("/messages/known")
async def known(asked: KnownRequest, user: CurrentUser, services: RequestServices) -> KnownAnswer:
    """Which of these uuids name messages that are stored: a desktop asks after a backup was restored."""
    if len(asked.uuids) > MOST_UUIDS:
        raise ApiError(422, "invalid", f"Ask for at most {MOST_UUIDS} at once.", field="uuids")
    query = sa.select(chats.c.client_uuid).where(
        chats.c.workspace_id == user.workspace_id, chats.c.client_uuid.in_(asked.uuids)
    )
    async with services.reads.connect() as connection:
        return KnownAnswer(known=list((await connection.scalars(query)).all()))


async def _conversation(connection: AsyncConnection, workspace_id: int, conversation_id: str) -> KnownConversation:
    known = await find_conversation(connection, workspace_id, row_id(conversation_id, "conversation"))
    if known is None:
        raise not_found("conversation")
    return known


async def _message(
    connection: AsyncConnection, conversation: KnownConversation, message_id: str | int, field: str
) -> sa.Row[Any, Any, Any]:
    query = sa.select(chats.c.id, chats.c.sort_order, chats.c.arrival).where(
        chats.c.id == parse_id(message_id), chats.c.conversation_id == conversation.id
    )
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise ApiError(422, "invalid", "There is no such message in this conversation.", field=field)
    return row
