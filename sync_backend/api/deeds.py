"""What an agent does to a message besides writing one: gives up one that was not sent, reacts to any."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sync_backend import rows
from sync_backend.api.answers import json_response, row_id
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.ordering import workspace_transaction
from sync_backend.providers.directory import ProviderDirectory
from sync_backend.sending.discarding import discard_message
from sync_backend.sending.reacting import react_to_message
from sync_backend.services import RequestServices, Services
from wire.rest import ReactionRequest
from wire.rows import Message


def deeds_router(providers: ProviderDirectory) -> APIRouter:
    router = APIRouter(prefix="/api/v1/messages/{message_id}", tags=["messages"])

    @router.delete("", response_model=Message, summary="Discard a message that was not sent")
    async def discard(message_id: str, user: CurrentUser, services: RequestServices) -> Response:
        known_id = row_id(message_id, "message")
        async with workspace_transaction(services.writes, user.workspace_id, services.broadcaster) as transaction:
            await discard_message(transaction, known_id, user.id)
        return await _message(services, known_id)

    @router.post("/reactions", response_model=Message, summary="React to a message")
    async def react(message_id: str, asked: ReactionRequest, user: CurrentUser, services: RequestServices) -> Response:
        known_id = row_id(message_id, "message")
        await react_to_message(services, providers, user, known_id, asked.emoji)
        return await _message(services, known_id)

    return router


async def _message(services: Services, message_id: int) -> Response:
    async with services.reads.connect() as connection:
        return json_response(await rows.message(connection, message_id))
