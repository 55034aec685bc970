"""The epoch names the database's life: versions compare only within one."""

from __future__ import annotations

import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.tables import server_state

_NAME: Final = "epoch"


async def ensure_epoch(connection: AsyncConnection) -> None:
    """Gives a new database its epoch."""
    if await connection.scalar(_SELECT) is None:
        await connection.execute(sa.insert(server_state).values(name=_NAME, value=str(uuid.uuid4())))


async def renew_epoch(connection: AsyncConnection) -> None:
    """Starts a new epoch, as after a restored backup or a migration rolled back: every client fetches anew."""
    await connection.execute(sa.delete(server_state).where(server_state.c.name == _NAME))
    await ensure_epoch(connection)


async def read_epoch(connection: AsyncConnection) -> str:
    """RuntimeError when the database was never migrated."""
    epoch = await connection.scalar(_SELECT)
    if epoch is None:
        raise RuntimeError("the database has no epoch; run `sync-backend db upgrade`")
    return str(epoch)


_SELECT: Final = brief(sa.select(server_state.c.value).where(server_state.c.name == _NAME))
