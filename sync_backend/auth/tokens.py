"""Opaque bearer tokens: shown once, stored as SHA-256, valid until they are revoked or their user is deleted."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.new_row import insert_row
from sync_backend.clock import Clock
from sync_backend.database.tables import access_tokens, users
from sync_backend.errors import WorldError

TOUCH_INTERVAL_MS: Final = 3_600_000
"""`last_used_at` is kept to the hour: not every read may cost a write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInUser:
    """Whoever a request comes from."""

    id: int
    name: str
    email: str
    role: str
    workspace_id: int


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """`token` is held nowhere else."""

    id: int
    token: str


class Tokens:
    """Asks the database each time: a logout counts at once, on every process."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, clock: Clock) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock

    async def issue(self, user_id: int, device_name: str) -> IssuedToken:
        """Raises WorldError when there is no such user."""
        token = secrets.token_urlsafe(32)
        known = sa.select(users.c.id).where(users.c.id == user_id, users.c.deleted_at.is_(None))
        async with self._writer.begin() as connection:
            if await connection.scalar(known) is None:
                raise WorldError(f"There is no user {user_id}.", hint="`sync-backend user list` shows those there are.")
            token_id = await insert_row(
                connection,
                access_tokens,
                user_id=user_id,
                token_hash=_hash(token),
                device_name=device_name[:255],
                created_at=self._clock(),
            )
        return IssuedToken(token_id, token)

    async def find(self, token: str) -> SignedInUser | None:
        """None for an unknown or revoked token, and for one of a deleted user."""
        query = (
            sa.select(users, access_tokens.c.id.label("token_id"), access_tokens.c.last_used_at)
            .join(access_tokens, access_tokens.c.user_id == users.c.id)
            .where(
                access_tokens.c.token_hash == _hash(token),
                access_tokens.c.revoked_at.is_(None),
                users.c.deleted_at.is_(None),
            )
        )
        async with self._reader.connect() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return None
        if self._clock() - (row.last_used_at or 0) > TOUCH_INTERVAL_MS:
            await self._touch(row.token_id)
        return SignedInUser(id=row.id, name=row.name, email=row.email, role=row.role, workspace_id=row.workspace_id)

    async def revoke(self, token: str) -> None:
        async with self._writer.begin() as connection:
            await connection.execute(
                sa.update(access_tokens)
                .where(access_tokens.c.token_hash == _hash(token), access_tokens.c.revoked_at.is_(None))
                .values(revoked_at=self._clock())
            )

    async def _touch(self, token_id: int) -> None:
        async with self._writer.begin() as connection:
            await connection.execute(
                sa.update(access_tokens).where(access_tokens.c.id == token_id).values(last_used_at=self._clock())
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
