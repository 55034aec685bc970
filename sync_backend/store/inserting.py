"""Inserts one row and learns its id, alike on every database."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from sync_backend.ordering import WorkspaceTransaction


async def insert_row(transaction: WorkspaceTransaction, table: sa.Table, **values: Any) -> int:
    """Stamps the row with the transaction's workspace and version, and gives it a uuid unless it has one."""
    stamped = {"uuid": str(uuid.uuid4()), "workspace_id": transaction.workspace_id, "version": transaction.head}
    inserted = await transaction.connection.execute(sa.insert(table).values(stamped | values))
    key = inserted.inserted_primary_key
    assert key is not None, "every table has a key that the database counts"
    return int(key[0])
