"""Adds and lists workspaces: the boundaries of what a token may see."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.administration.new_row import insert_row
from sync_backend.clock import Clock
from sync_backend.database.tables import workspaces
from sync_backend.errors import WorldError


@dataclass(frozen=True, slots=True)
class WorkspaceEntry:
    id: int
    name: str


async def add_workspace(engine: AsyncEngine, clock: Clock, name: str) -> WorkspaceEntry:
    """Raises WorldError for an empty or overlong name."""
    name = name.strip()
    if not 0 < len(name) <= 255:
        raise WorldError("A workspace needs a name of at most 255 characters.")
    async with engine.begin() as connection:
        workspace_id = await insert_row(connection, workspaces, uuid=str(uuid.uuid4()), name=name, created_at=clock())
    return WorkspaceEntry(workspace_id, name)


async def list_workspaces(engine: AsyncEngine) -> list[WorkspaceEntry]:
    async with engine.connect() as connection:
        rows = await connection.execute(sa.select(workspaces.c.id, workspaces.c.name).order_by(workspaces.c.id))
        return [WorkspaceEntry(row.id, row.name) for row in rows]


async def require_workspace(connection: AsyncConnection, workspace_id: int) -> None:
    """Raises WorldError when there is no such workspace."""
    if await connection.scalar(sa.select(workspaces.c.id).where(workspaces.c.id == workspace_id)) is None:
        raise WorldError(
            f"There is no workspace {workspace_id}.", hint="`sync-backend workspace list` shows those there are."
        )
