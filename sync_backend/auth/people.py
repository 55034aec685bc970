"""Reads who may sign in, and the workspace they belong to."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.auth.tokens import SignedInUser
from sync_backend.database.tables import users, workspaces


@dataclass(frozen=True, slots=True)
class Person:
    user: SignedInUser
    password_hash: str


async def find_person(engine: AsyncEngine, email: str) -> Person | None:
    """By the e-mail in its normalised form; deleted people are not found."""
    query = sa.select(users).where(users.c.email == email, users.c.deleted_at.is_(None))
    async with engine.connect() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        return None
    user = SignedInUser(id=row.id, name=row.name, email=row.email, role=row.role, workspace_id=row.workspace_id)
    return Person(user, row.password)


async def workspace_name(engine: AsyncEngine, workspace_id: int) -> str:
    async with engine.connect() as connection:
        name = await connection.scalar(sa.select(workspaces.c.name).where(workspaces.c.id == workspace_id))
    return str(name)
