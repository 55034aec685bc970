"""Managing WhatsApp numbers: supervisors add, connect, log out and import; what comes of it is in the session's row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import rows
from sync_backend.api.answers import json_response, row_id
from sync_backend.auth.dependencies import user_with
from sync_backend.auth.roles import SUPERVISOR
from sync_backend.auth.tokens import SignedInUser
from sync_backend.database.tables import conversations, whatsapp_accounts
from sync_backend.errors import not_found
from sync_backend.numbers.commands import NumberCommands
from sync_backend.ordering import Kind
from sync_backend.services import RequestServices, Services
from wire.rest import AddedSession, AddSessionRequest, SessionMetrics, SessionQr
from wire.rows import Session

Command = Callable[[int, int], Awaitable[None]]
"""What is done to a number: takes the workspace's id and the number's."""

Supervisor = Annotated[SignedInUser, Depends(user_with(SUPERVISOR))]


def numbers_router(commands: NumberCommands) -> APIRouter:
    router = APIRouter(prefix="/api/v1/sessions", tags=["numbers"])

    @router.post("", status_code=201, response_model=AddedSession, summary="Add a number")
    async def add(asked: AddSessionRequest, user: Supervisor, services: RequestServices) -> Response:
        """A number on WhatsApp Web begins to connect: ask for its QR code and show it. 409 for one that is there."""
        added = await commands.add(user.workspace_id, asked)
        session = await _session(services, user, added.account.id)
        return json_response({"session": session, "verify_token": added.verify_token}, 201)

    @router.post("/{session_id}/start", status_code=202, response_model=Session, summary="Connect a number")
    async def start(session_id: str, user: Supervisor, services: RequestServices) -> Response:
        """Nothing where it is connected."""
        return await _after(services, user, session_id, commands.start)

    @router.post("/{session_id}/logout", status_code=202, response_model=Session, summary="Log a number out")
    async def logout(session_id: str, user: Supervisor, services: RequestServices) -> Response:
        """Its chats stay; to write from it again, its QR code must be scanned."""
        return await _after(services, user, session_id, commands.logout)

    @router.get("/{session_id}/qr", response_model=SessionQr, summary="The QR code to scan")
    async def qr(session_id: str, user: Supervisor) -> Response:
        """As the bridge has it now; WhatsApp renews it every few seconds."""
        code = await commands.qr(user.workspace_id, row_id(session_id, "session"))
        return json_response({"status": code.status, "qr": code.qr}, headers={"Cache-Control": "no-store"})

    @router.post("/{session_id}/sync", status_code=202, response_model=Session, summary="Import a number's chats")
    async def start_sync(session_id: str, user: Supervisor, services: RequestServices) -> Response:
        """From the beginning; what is there already stays and is not doubled. Progress is in the session's `sync`."""
        return await _after(services, user, session_id, commands.start_sync)

    @router.delete("/{session_id}/sync", status_code=202, response_model=Session, summary="Stop an import")
    async def cancel_sync(session_id: str, user: Supervisor, services: RequestServices) -> Response:
        """What was imported stays."""
        return await _after(services, user, session_id, commands.cancel_sync)

    @router.get("/{session_id}/metrics", response_model=SessionMetrics, summary="How a number does")
    async def metrics(session_id: str, user: Supervisor, services: RequestServices) -> Response:
        """State, import, health and size of one number."""
        account_id = row_id(session_id, "session")
        session = await _session(services, user, account_id)
        async with services.reads.connect() as connection:
            count = await _count_conversations(connection, user.workspace_id, account_id)
        return json_response(_metrics(session, count))

    return router


async def _after(services: Services, user: SignedInUser, session_id: str, command: Command) -> Response:
    account_id = row_id(session_id, "session")
    await command(user.workspace_id, account_id)
    return json_response(await _session(services, user, account_id), 202)


async def _session(services: Services, user: SignedInUser, account_id: int) -> dict[str, Any]:
    query = rows.SESSIONS.where(
        whatsapp_accounts.c.id == account_id,
        whatsapp_accounts.c.workspace_id == user.workspace_id,
        whatsapp_accounts.c.deleted_at.is_(None),
    )
    async with services.reads.connect() as connection:
        found = await rows.fetch(connection, Kind.SESSION, query)
    if not found:
        raise not_found("session")
    return found[0]


async def _count_conversations(connection: AsyncConnection, workspace_id: int, account_id: int) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(conversations)
        .where(
            conversations.c.workspace_id == workspace_id,
            conversations.c.whatsapp_account_id == account_id,
            conversations.c.deleted_at.is_(None),
        )
    )
    return await connection.scalar(query) or 0


def _metrics(session: dict[str, Any], conversation_count: int) -> dict[str, Any]:
    """`wire.rest.SessionMetrics`."""
    sync = session["sync"]
    return {name: session[name] for name in ("status", "status_reason", "health_score", "unread_count")} | {
        "sync_status": sync["status"],
        "synced_count": sync["synced_count"],
        "total_count": sync["total_count"],
        "last_sync_at": sync["last_sync_at"],
        "conversations": conversation_count,
    }
