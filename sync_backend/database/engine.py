"""Opens the database twice: one engine that writes in order, one that only reads."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, cast

import orjson
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from sync_backend.database import sqlite_driver
from sync_backend.database.brief import is_marked_brief
from sync_backend.database.urls import Backend, backend_of, is_sqlite

DEFAULT_POOL_SIZE: Final = 10
_SQLITE_READERS: Final = 8
_WAIT_FOR_A_CONNECTION_SECONDS: Final = 60

# A value that does not fit is an error, not cut off without a word, however the server is configured.
_STRICT: Final = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')"
_READ_ONLY: Final = {
    Backend.POSTGRESQL: "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    Backend.MARIADB: "SET SESSION TRANSACTION READ ONLY",
}


def open_write_engine(url: str, *, pool_size: int = DEFAULT_POOL_SIZE) -> AsyncEngine:
    """Every transaction starts as a writer.

    On SQLite that is `BEGIN IMMEDIATE` on one connection, for which callers queue in turn: a deferred begin loses
    updates without an error, and a second connection would only sleep in the busy handler. Elsewhere the workspace's
    row orders writers (`sync_backend.ordering`), and what is read behind its lock must be what is there now.
    """
    if is_sqlite(url):
        engine = _open(url, pool_size=1, max_overflow=0)
        _prepare_sqlite(engine, "BEGIN IMMEDIATE", pragmas=("journal_mode = WAL", "synchronous = NORMAL"))
        return engine
    engine = _open(url, isolation_level="READ COMMITTED", pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    if backend_of(url) is Backend.MARIADB:
        _on_connect(engine, _STRICT)
    return engine


def open_read_engine(url: str, *, pool_size: int = DEFAULT_POOL_SIZE) -> AsyncEngine:
    """Reads only; a transaction sees one state of the database from its first statement on."""
    if is_sqlite(url):
        engine = _open(url, pool_size=_SQLITE_READERS, max_overflow=0)
        _prepare_sqlite(engine, "BEGIN", pragmas=("query_only = ON",))
        return engine
    engine = _open(url, isolation_level="REPEATABLE READ", pool_size=pool_size, max_overflow=0, pool_pre_ping=True)
    _on_connect(engine, _READ_ONLY[backend_of(url)])
    return engine


def _open(url: str, **options: Any) -> AsyncEngine:
    if is_sqlite(url):
        path = sa.make_url(url).database
        assert path, "the embedded database is a file"
        options["async_creator"] = partial(sqlite_driver.connect, path)
    return create_async_engine(
        url,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        hide_parameters=True,  # messages and phone numbers do not belong into the text of an error
        pool_timeout=_WAIT_FOR_A_CONNECTION_SECONDS,
        **options,
    )


def _on_connect(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        connection.commit()


def _prepare_sqlite(engine: AsyncEngine, begin: str, *, pragmas: tuple[str, ...]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # The driver must not begin transactions by itself: `start` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("foreign_keys = ON", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: sa.Connection) -> None:
        driver = _driver_of(connection)
        if driver.begin_at_once(begin):
            return
        driver.brief = False
        cursor = connection.connection.cursor()
        cursor.execute(begin)
        cursor.close()

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def choose_thread(
        connection: sa.Connection, _cursor: object, _statement: str, _parameters: object, context: Any, _many: bool
    ) -> None:
        _driver_of(connection).brief = is_marked_brief(context.execution_options)


def _driver_of(connection: sa.Connection) -> sqlite_driver.OneTripConnection:
    driver: Any = connection.connection.driver_connection
    return cast("sqlite_driver.OneTripConnection", driver)
