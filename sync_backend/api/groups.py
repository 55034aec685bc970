"""`GET /groups/{id}`: everything known of a group, its members included."""

from __future__ import annotations

from fastapi import APIRouter, Response

from sync_backend import render, rows
from sync_backend.api.answers import json_response, row_id
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.database.tables import whatsapp_groups
from sync_backend.errors import not_found
from sync_backend.services import RequestServices
from wire.rows import GroupDetails

router = APIRouter(prefix="/api/v1", tags=["groups"])


@router.get("/groups/{group_id}", response_model=GroupDetails)
async def get_group(group_id: str, user: CurrentUser, services: RequestServices) -> Response:
    """The group with its participants."""
    query = rows.GROUP_DETAILS.where(
        whatsapp_groups.c.id == row_id(group_id, "group"),
        whatsapp_groups.c.workspace_id == user.workspace_id,
        whatsapp_groups.c.deleted_at.is_(None),
    )
    async with services.reads.connect() as connection:
        row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise not_found("group")
    return json_response(render.group_details(row))
