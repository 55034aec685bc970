"""Databases for tests, on each of the three that the server works on: current in schema, empty, and made cheaply.

SQLite's are copies of one migrated file. On a server, making a database takes longer than a whole test: a session has a
few of its own, which are emptied when they are taken again.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sync_backend.database import migrate
from sync_backend.database.epoch import ensure_epoch
from sync_backend.database.tables import metadata
from sync_backend.database.urls import Backend, with_driver

SERVERS = {
    Backend.POSTGRESQL: ("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/postgres"),
    Backend.MARIADB: ("TEST_MARIADB_URL", "mysql://root@127.0.0.1:3306/mysql"),
}
"""The variable that names a server on which databases may be made and dropped, and its value without one."""

_PATIENCE_SECONDS = 60.0


def on(*backends: Backend) -> pytest.MarkDecorator:
    """Marks a test that speaks of these databases alone; others run on all three."""
    return pytest.mark.parametrize("databases", backends, ids=lambda each: each.name.lower(), indirect=True)


class Databases(Protocol):
    """Of one kind, for one session."""

    @property
    def backend(self) -> Backend: ...

    def clean(self) -> AbstractAsyncContextManager[str]:
        """The address of a database of the current schema that holds its epoch and nothing else."""
        ...

    def empty(self) -> AbstractAsyncContextManager[str]:
        """The address of a database without a schema, for tests that make or change one."""
        ...


@contextmanager
def open_databases(backend: Backend, folder: Path) -> Iterator[Databases]:
    """Skips when the server does not answer; fails where it has to (`CI=true`)."""
    if backend is Backend.SQLITE:
        yield SqliteFiles(folder)
        return
    variable, default = SERVERS[backend]
    admin_url = with_driver(os.environ.get(variable, default))
    try:
        asyncio.run(_execute(admin_url, "SELECT 1"))
    except (OSError, sa.exc.SQLAlchemyError, TimeoutError) as error:
        words = f"{backend} does not answer at {sa.make_url(admin_url)!r}: {error} ({variable} names another)"
        if os.environ.get("CI") == "true":
            pytest.fail(f"with CI=true the tests must run on all three databases; {words}", pytrace=False)
        pytest.skip(f"not tested on it: {words}")
    databases = ServerDatabases(backend, admin_url)
    try:
        yield databases
    finally:
        asyncio.run(databases.drop_all())


class SqliteFiles:
    """Copies of a migrated file."""

    backend = Backend.SQLITE

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.sqlite3"
        self._numbers = count(1)
        asyncio.run(migrate.upgrade(_sqlite_url(self._template)))

    @asynccontextmanager
    async def clean(self) -> AsyncIterator[str]:
        async with self.empty() as url:
            shutil.copy(self._template, str(sa.make_url(url).database))
            yield url

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        path = self._folder / f"{next(self._numbers)}.sqlite3"
        yield _sqlite_url(path)
        for leftover in self._folder.glob(f"{path.name}*"):
            leftover.unlink()


class ServerDatabases:
    """On PostgreSQL or MariaDB, under names that no other session has."""

    def __init__(self, backend: Backend, admin_url: str) -> None:
        self.backend = backend
        self._admin_url = admin_url
        self._numbers = count(1)
        self._made: list[str] = []
        self._free: list[str] = []

    @asynccontextmanager
    async def clean(self) -> AsyncIterator[str]:
        if self._free:
            url = self._free.pop()
            await self._clear(url)
        else:
            url = await self._make()
            await migrate.upgrade(url)
        yield url
        self._free.append(url)

    @asynccontextmanager
    async def empty(self) -> AsyncIterator[str]:
        yield await self._make()

    async def drop_all(self) -> None:
        force = " WITH (FORCE)" if self.backend is Backend.POSTGRESQL else ""
        await _execute(self._admin_url, *(f"DROP DATABASE {name}{force}" for name in self._made))

    async def _make(self) -> str:
        name = f"inbox_test_{os.getpid()}_{next(self._numbers)}"
        await _execute(self._admin_url, *self._making(name))
        self._made.append(name)
        return sa.make_url(self._admin_url).set(database=name).render_as_string(hide_password=False)

    def _making(self, name: str) -> Iterable[str]:
        yield f"CREATE DATABASE {name}"
        if self.backend is Backend.POSTGRESQL:
            # What a test committed need not survive a power cut.
            yield f"ALTER DATABASE {name} SET synchronous_commit = off"

    async def _clear(self, url: str) -> None:
        # To delete from small tables is ten times as fast as to truncate them.
        async with _connected(url) as connection:
            if self.backend is Backend.MARIADB:
                await connection.exec_driver_sql("SET foreign_key_checks = 0")  # minded row by row, it takes an order
            for table in reversed(metadata.sorted_tables):
                deleted = await connection.execute(sa.delete(table))
                if deleted.rowcount and "id" in table.c:
                    await connection.exec_driver_sql(self._counting_anew(table.name))
            await ensure_epoch(connection)

    def _counting_anew(self, table: str) -> str:
        if self.backend is Backend.POSTGRESQL:
            return f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1, false)"
        return f"ALTER TABLE {table} AUTO_INCREMENT = 1"


async def _execute(url: str, *statements: str) -> None:
    async with asyncio.timeout(_PATIENCE_SECONDS), _connected(url) as connection:
        for statement in statements:
            await connection.exec_driver_sql(statement)


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


def _sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"
