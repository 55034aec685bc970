"""aiosqlite with fewer trips to its thread: a trip costs more than what SQLite does meanwhile.

A statement takes one trip, and a brief one (`sync_backend.database.brief`) none: it runs on the event loop's thread.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

import aiosqlite

_BUSY_TIMEOUT_MS: Final = 10_000


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

        await self._connection.run(run)
        return self


class OneTripConnection(aiosqlite.Connection):
    """What SQLAlchemy's aiosqlite dialect is given as its driver's connection.

    `brief` is set before each statement, and speaks of it alone.
    """

    brief = False
    _trips_begun = 0  # written by the event loop only
    _trips_ended = 0  # written by the thread only

    def cursor(self) -> Any:
        return OneTripCursor(self)

    def begin_at_once(self, statement: str) -> bool:
        """Begins a transaction without a trip; False when another process writes: only the thread may wait for it."""
        if not self._is_idle:
            return False
        self._conn.execute("PRAGMA busy_timeout = 0")
        try:
            self._conn.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return False
        finally:
            self._conn.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        return True

    async def run(self, function: Callable[[sqlite3.Connection], None]) -> None:
        if self.brief and self._is_idle:
            function(self._conn)
        else:
            await self._execute(function, self._conn)

    async def rollback(self) -> None:
        """Takes no trip: SQLite forgets what it holds in memory, and has nothing to forget without a transaction."""
        if self._is_idle:
            self._conn.rollback()
        else:
            await super().rollback()

    @property
    def _is_idle(self) -> bool:
        """False while the thread still does what a cancelled task asked of it: until then the connection is locked."""
        return self._trips_begun == self._trips_ended

    async def _execute(self, fn: Any, *args: Any, **kwargs: Any) -> Any:
        def counted() -> Any:
            try:
                return fn(*args, **kwargs)
            finally:
                self._trips_ended += 1

        self._trips_begun += 1
        return await super()._execute(counted)  # type: ignore[no-untyped-call]  # aiosqlite does not type it


async def connect(path: str) -> OneTripConnection:
    connection = OneTripConnection(
        lambda: sqlite3.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000, check_same_thread=False), iter_chunk_size=64
    )
    # As SQLAlchemy does it: a forgotten connection shall not keep the process alive.
    connection._thread.daemon = True
    await connection
    return connection
