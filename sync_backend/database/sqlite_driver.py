"""aiosqlite with one trip to its thread per statement: a webhook is some twenty statements, and trips cost more than
SQLite does."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import aiosqlite


class OneTripCursor:
    """Executes and fetches at once; what remains to be asked is answered from memory."""

    arraysize = 1

    def __init__(self, connection: OneTripConnection) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> OneTripCursor:
        return self

    async def execute(self, statement: str, parameters: Any = ()) -> OneTripCursor:
        return await self._run(statement, parameters, many=False)

    async def executemany(self, statement: str, parameters: Any) -> OneTripCursor:
        return await self._run(statement, parameters, many=True)

    async def fetchall(self) -> Sequence[Any]:
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        self._rows = ()

    async def _run(self, statement: str, parameters: Any, *, many: bool) -> OneTripCursor:
        def run(connection: sqlite3.Connection) -> None:
            cursor = connection.cursor()
            try:
                (cursor.executemany if many else cursor.execute)(statement, parameters)
                self.description = cursor.description
                self._rows = cursor.fetchall() if cursor.description else ()
                self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
            finally:
                cursor.close()

        await self._connection.in_thread(run)
        return self


class OneTripConnection(aiosqlite.Connection):
    """What SQLAlchemy's aiosqlite dialect is given as its driver's connection."""

    def cursor(self) -> Any:
        return OneTripCursor(self)

    async def in_thread(self, function: Any) -> None:
        await self._execute(function, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite does not type it


async def connect(path: str) -> OneTripConnection:
    connection = OneTripConnection(lambda: sqlite3.connect(path, check_same_thread=False), iter_chunk_size=64)
    # As SQLAlchemy does it: a forgotten connection shall not keep the process alive.
    connection._thread.daemon = True
    await connection
    return connection
