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

_READERS: Final = 8


def open_write_engine(url: str) -> AsyncEngine:
    """Every transaction starts as a writer.

    On SQLite that is `BEGIN IMMEDIATE` on one connection, for which callers queue in turn: a deferred begin loses
    updates without an error, and a second connection would only sleep in the busy handler.
    """
    if not is_sqlite(url):
        return _open(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    engine = _open(url, pool_size=1, max_overflow=0, pool_timeout=60)
    _prepare_sqlite(engine, "BEGIN IMMEDIATE", pragmas=("journal_mode = WAL", "synchronous = NORMAL"))

    return engine


def open_read_engine(url: str) -> AsyncEngine:
    """Reads only; on SQLite a transaction sees one state of the database from its first statement on."""
    if not is_sqlite(url):
        return _open(url, isolation_level="READ COMMITTED", pool_pre_ping=True)
    engine = _open(url, pool_size=_READERS, max_overflow=0, pool_timeout=60)
    _prepare_sqlite(engine, "BEGIN", pragmas=("query_only = ON",))

    return engine


def is_sqlite(url: str) -> bool:
    """Whether the address names the embedded database."""
    return sa.make_url(url).get_backend_name() == "sqlite"


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
        **options,
    )


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
