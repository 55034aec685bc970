"""Makes a new installation usable: a workspace and someone who may sign in."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.users import AddedUser, add_user, list_users
from sync_backend.administration.workspaces import add_workspace, list_workspaces
from sync_backend.auth.passwords import Passwords
from sync_backend.auth.roles import ADMIN
from sync_backend.clock import Clock

WORKSPACE_NAME: Final = "My team"
ADMIN_EMAIL: Final = "admin@inbox.local"


async def ensure_someone_can_sign_in(engine: AsyncEngine, passwords: Passwords, clock: Clock) -> AddedUser | None:
    """The admin made, with the password that only this answer holds; None when there are people already."""
    if await list_users(engine):
        return None
    there = await list_workspaces(engine)
    workspace = there[0] if there else await add_workspace(engine, clock, WORKSPACE_NAME)
    return await add_user(
        engine, passwords, clock, workspace_id=workspace.id, email=ADMIN_EMAIL, role=ADMIN, name="Admin"
    )
