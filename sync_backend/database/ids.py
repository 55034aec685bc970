"""Moves on the counter from which a table's ids come, so that ids which may have been given out never come again."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


async def leave_ids_out(connection: AsyncConnection, table: sa.Table, count: int) -> None:
    """The next `count` ids of the table are never given out. MariaDB commits what was done before."""
    name = {"name": table.name}
    match connection.dialect.name:
        case "sqlite":
            await connection.execute(_BEGIN_COUNTING, name)
            await connection.execute(_LEAVE_OUT_OF_SEQUENCE, name | {"count": count})
        case "postgresql":
            await connection.execute(_SET_SEQUENCE, name | {"count": count})
        case _:
            counted = await connection.scalar(_COUNTER, name)
            highest = await connection.scalar(sa.select(sa.func.max(table.c.id)))
            following = max(int(counted or 1), int(highest or 0) + 1) + count
            await connection.execute(sa.text(f"ALTER TABLE {table.name} AUTO_INCREMENT = {following}"))


_BEGIN_COUNTING: Final = sa.text(
    "INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0 "
    "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name)"
)
_LEAVE_OUT_OF_SEQUENCE: Final = sa.text("UPDATE sqlite_sequence SET seq = seq + :count WHERE name = :name")

_SET_SEQUENCE: Final = sa.text(
    "SELECT setval(sequence, nextval(sequence) + :count) "
    "FROM (SELECT CAST(pg_get_serial_sequence(:name, 'id') AS regclass) AS sequence) AS own"
)
_COUNTER: Final = sa.text(
    "SELECT auto_increment FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = :name"
)
