"""Sending: a message is stored and answered at once, and goes to its provider afterwards."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Response

from sync_backend import rows
from sync_backend.api.answers import row_id
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.sending.messages import Outgoing, Taken, take_message
from sync_backend.sending.outbox import SEND
from sync_backend.sending.starting import start_chat
from sync_backend.services import RequestServices, Services
from wire.rest import SendRequest, StartRequest, TemplateList
from wire.rows import Message


def sending_router(outgoing: Outgoing) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["messages"])

    async def answer(services: Services, taken: Taken) -> Response:
        if taken.is_new:
            outgoing.wake(SEND)
        async with services.reads.connect() as connection:
            message = await rows.message(connection, taken.message_id)
        return Response(orjson.dumps(message), status_code=202, media_type="application/json")

    @router.post(
        "/conversations/{conversation_id}/messages",
        status_code=202,
        summary="Send a message",
        responses={202: {"model": Message, "description": "The message as it is stored; repeating changes nothing."}},
    )
    async def send(conversation_id: str, asked: SendRequest, user: CurrentUser, services: RequestServices) -> Response:
        taken = await take_message(services, outgoing, user, row_id(conversation_id, "conversation"), asked)
        return await answer(services, taken)

    @router.post(
        "/messages",
        status_code=202,
        summary="Start a chat",
        responses={202: {"model": Message, "description": "The message as it is stored; its conversation is open."}},
    )
    async def start(asked: StartRequest, user: CurrentUser, services: RequestServices) -> Response:
        return await answer(services, await start_chat(services, outgoing, user, asked))

    @router.get("/sessions/{session_id}/templates", summary="The templates of a number")
    async def list_templates(session_id: str, user: CurrentUser) -> TemplateList:
        """Those that Meta approved; none for a number on WhatsApp Web. Remembered for five minutes."""
        return TemplateList(items=await outgoing.templates.of_number(user.workspace_id, row_id(session_id, "session")))

    return router
