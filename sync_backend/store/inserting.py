"""Inserts one row and learns its id, alike on every database."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.ordering import WorkspaceTransaction


async def insert_row(transaction: WorkspaceTransaction, table: sa.Table, **values: Any) -> int:
    """Stamps the row with the transaction's workspace and version, and gives it a uuid unless it has one."""
    stamped = {"uuid": str(uuid.uuid4()), "workspace_id": transaction.workspace_id, "version": transaction.head}
    inserted = await transaction.connection.execute(_insert(table), stamped | values)
    key = inserted.inserted_primary_key
    assert key is not None, "every table has a key that the database counts"
    return int(key[0])


@cache
def _insert(table: sa.Table) -> sa.Insert:
    return brief(sa.insert(table))
