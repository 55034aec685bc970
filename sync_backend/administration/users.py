"""Adds and lists the people who may sign in."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.new_row import insert_row
from sync_backend.administration.workspaces import require_workspace
from sync_backend.auth.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, Passwords, make_password
from sync_backend.auth.roles import ROLES
from sync_backend.clock import Clock
from sync_backend.database.tables import users
from sync_backend.errors import WorldError

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class UserEntry:
    id: int
    workspace_id: int
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class AddedUser:
    """`password` is set when it was made here; it is held nowhere else."""

    user: UserEntry
    password: str | None


def normalised_email(email: str) -> str:
    """E-mails are compared without case; the one form in which they are stored."""
    return email.strip().lower()


async def add_user(
    engine: AsyncEngine,
    passwords: Passwords,
    clock: Clock,
    *,
    workspace_id: int,
    email: str,
    role: str,
    name: str | None = None,
    password: str | None = None,
) -> AddedUser:
    """Without a password one is made. Raises WorldError, saying which value cannot be used."""
    email = normalised_email(email)
    _check(email, role, password)
    made = make_password() if password is None else None
    name = (name or email.partition("@")[0]).strip()[:255]
    password_hash = passwords.hash(password or made or "")
    try:
        async with engine.begin() as connection:
            await require_workspace(connection, workspace_id)
            user_id = await insert_row(
                connection,
                users,
                uuid=str(uuid.uuid4()),
                workspace_id=workspace_id,
                name=name,
                email=email,
                password=password_hash,
                role=role,
                created_at=clock(),
            )
    except IntegrityError:
        raise WorldError(f"There is already a user with the e-mail {email}.") from None
    return AddedUser(UserEntry(user_id, workspace_id, name, email, role), made)


async def list_users(engine: AsyncEngine, workspace_id: int | None = None) -> list[UserEntry]:
    """Of one workspace, or of all."""
    query = (
        sa.select(users.c.id, users.c.workspace_id, users.c.name, users.c.email, users.c.role)
        .where(users.c.deleted_at.is_(None))
        .order_by(users.c.id)
    )
    if workspace_id is not None:
        query = query.where(users.c.workspace_id == workspace_id)
    async with engine.connect() as connection:
        return [UserEntry(*row) for row in await connection.execute(query)]


def _check(email: str, role: str, password: str | None) -> None:
    if not _EMAIL.fullmatch(email) or len(email) > 255:
        raise WorldError(f"{email!r} is not an e-mail address.")
    if role not in ROLES:
        raise WorldError(f"There is no role {role!r}.", hint=f"Roles are {', '.join(ROLES)}.")
    if password is not None and not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        raise WorldError(f"A password has {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters.")
