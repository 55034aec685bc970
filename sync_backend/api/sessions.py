"""`GET /sessions`: the WhatsApp numbers of the workspace."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sync_backend import rows
from sync_backend.api.answers import page_response
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.database.tables import whatsapp_accounts
from sync_backend.ordering import Kind
from sync_backend.services import RequestServices
from wire.rest import SessionList

router = APIRouter(prefix="/api/v1", tags=["sessions"])


@router.get("/sessions", response_model=SessionList)
async def list_sessions(user: CurrentUser, services: RequestServices) -> Response:
    """All numbers, in the order in which they were added."""
    query = rows.SESSIONS.where(
        whatsapp_accounts.c.workspace_id == user.workspace_id, whatsapp_accounts.c.deleted_at.is_(None)
    ).order_by(whatsapp_accounts.c.id)
    async with services.reads.connect() as connection:
        return page_response(await rows.fetch(connection, Kind.SESSION, query), None)
