"""The epoch names the database's life: versions compare only within one, and no two give out the same id."""

from __future__ import annotations

import uuid
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.ids import leave_ids_out
from sync_backend.database.tables import NEVER_REUSED, chats, jobs, server_state

_NAME: Final = "epoch"
_IDS_PER_MS: Final = 100
"""More than a server can give out."""
_2025_MS: Final = 1_735_689_600_000


async def ensure_epoch(connection: AsyncConnection) -> None:
    """Gives a new database its epoch."""
    if await connection.scalar(_SELECT) is None:
        await connection.execute(sa.insert(server_state).values(name=_NAME, value=str(uuid.uuid4())))


async def renew_epoch(connection: AsyncConnection, now_ms: int) -> None:
    """Starts a new epoch, as after a restored backup or a migration rolled back: every client fetches anew.

    A message on its way may have gone out in the life that was lost: it is in doubt now. What desktops still hold by
    id, such as a message typed for a chat that is lost, must never meet another chat under that id. So each life counts
    from where time has come to: a backup that is restored twice begins two lives, and neither knows of the other.
    """
    # First, because MariaDB commits before and after it alters a table.
    for table in NEVER_REUSED:
        await leave_ids_out(connection, table, (now_ms - _2025_MS) * _IDS_PER_MS)
    await connection.execute(_DOUBT)
    await connection.execute(_FORGET_SENDING)
    await connection.execute(sa.delete(server_state).where(server_state.c.name == _NAME))
    await ensure_epoch(connection)


async def read_epoch(connection: AsyncConnection) -> str:
    """RuntimeError when the database was never migrated."""
    epoch = await connection.scalar(_SELECT)
    if epoch is None:
        raise RuntimeError("the database has no epoch; run `sync-backend db upgrade`")
    return str(epoch)


_SELECT: Final = brief(sa.select(server_state.c.value).where(server_state.c.name == _NAME))
_DOUBT: Final = (
    sa.update(chats)
    .where(chats.c.type == "outbound", chats.c.client_uuid.is_not(None), chats.c.status.in_(("queued", "sending")))
    .values(
        status="unconfirmed",
        error={"code": "restored", "message": "A backup was restored: it is not known whether this message was sent."},
    )
)
_FORGET_SENDING: Final = sa.delete(jobs).where(jobs.c.kind == "send")
