"""Inserts one row and says which id it got."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_row(connection: AsyncConnection, table: sa.Table, **values: object) -> int:
    key = (await connection.execute(sa.insert(table).values(**values))).inserted_primary_key
    assert key is not None, "every table here counts its rows"
    return int(key[0])
