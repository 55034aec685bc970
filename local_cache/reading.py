"""Runs prepared reads on connections of their own, one per thread, so that no reader waits for a writer or another."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import SelectBase
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from local_cache.database import StorageError, as_storage_error

Row = tuple[Any, ...]

NAMED = SQLiteDialect_pysqlite(paramstyle="named")
"""For statements that go to the driver as text, with a dictionary of parameters."""


class Prepared:
    """A Core query compiled once and run on the driver's connection.

    Going through SQLAlchemy's Connection and Result for every page costs as much again as the query itself.
    Only plain types (Text, Integer) are used, so there is nothing to convert on the way.
    """

    def __init__(self, query: SelectBase) -> None:
        compiled = query.compile(dialect=NAMED)
        self.sql = str(compiled)
        self.defaults = dict(compiled.params)


class Readers:
    """Read connections by thread; they are opened when first needed and closed together."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._all: list[sqlite3.Connection] = []
        self._closed = False

    def rows(self, query: Prepared, **values: object) -> list[Row]:
        """Every row of the answer. StorageError when the file cannot be read, or is closed."""
        try:
            connection: sqlite3.Connection | None = getattr(self._mine, "connection", None)
            if connection is None:
                connection = self._open()
            return connection.execute(query.sql, {**query.defaults, **values}).fetchall()
        except sqlite3.Error as error:
            raise as_storage_error(error) from error

    def close(self) -> None:
        """Closes what any thread opened; those threads must be done reading."""
        with self._lock:
            self._closed = True
            while self._all:
                self._all.pop().close()

    def _open(self) -> sqlite3.Connection:
        with self._lock:
            if self._closed:
                raise StorageError("the file is closed")
            connection = self._mine.connection = self._connect()
            self._all.append(connection)
            return connection
