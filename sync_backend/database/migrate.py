"""Brings a database's schema forward or back, and says where it stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sync_backend.clock import system_clock
from sync_backend.database.epoch import ensure_epoch, renew_epoch
from sync_backend.database.urls import Backend, backend_of

_SCRIPTS: Final = Path(__file__).parent / "migrations"
# Of two nodes that migrate at once, the second waits and finds nothing left to do. Locks end with their connections.
_LOCKS: Final = {
    Backend.POSTGRESQL: sa.text("SELECT pg_advisory_xact_lock(hashtext('inbox: migration'))"),
    Backend.MARIADB: sa.text("SELECT GET_LOCK(CONCAT('inbox: migration of ', DATABASE()), 600)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStatus:
    """`current` is null on an empty database; `pending` lists the revisions still to come, oldest first."""

    current: str | None
    latest: str
    pending: list[str]

    @property
    def is_current(self) -> bool:
        return not self.pending


async def upgrade(url: str, revision: str = "head") -> None:
    """Migrates to `revision` and gives a new database its epoch."""
    async with _migrating(url) as connection:
        await connection.run_sync(_run(command.upgrade, revision))
        if await _has_state(connection):
            await ensure_epoch(connection)


async def downgrade(url: str, revision: str) -> None:
    """Migrates back to `revision` (`base` for an empty database); what remains starts a new epoch."""
    async with _migrating(url) as connection:
        await connection.run_sync(_run(command.downgrade, revision))
        if await _has_state(connection):
            await renew_epoch(connection, system_clock())


async def status(url: str) -> SchemaStatus:
    """Where the schema stands; changes nothing."""
    scripts = ScriptDirectory.from_config(_config())
    latest = scripts.get_current_head()
    assert latest is not None, "there is at least one revision"
    async with _migrating(url) as connection:
        current = await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())
    pending = [script.revision for script in scripts.iterate_revisions(latest, current or "base")]
    return SchemaStatus(current=current, latest=latest, pending=pending[::-1])


@asynccontextmanager
async def _migrating(url: str) -> AsyncIterator[AsyncConnection]:
    backend = backend_of(url)
    engine = create_async_engine(url, poolclass=sa.NullPool)
    if backend is Backend.SQLITE:
        _prepare_sqlite(engine.sync_engine)
    if backend is Backend.MARIADB:
        _prepare_mariadb(engine.sync_engine)
    try:
        async with engine.begin() as connection:
            if backend in _LOCKS:
                await connection.execute(_LOCKS[backend])
            yield connection
            if backend is Backend.SQLITE:
                await _refuse_broken_references(connection)
    finally:
        await engine.dispose()


def _prepare_sqlite(engine: sa.Engine) -> None:
    # SQLite alters a table by rebuilding it. With foreign keys on, dropping the old parent deletes its children; and
    # the switch works only outside a transaction. So: off before the transaction begins, and checked before it ends.
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("PRAGMA busy_timeout = 10000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def start(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _prepare_mariadb(engine: sa.Engine) -> None:
    # It has no names for primary keys, and says so of each; the driver would write that into the log.
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SET SESSION max_error_count = 0")
        cursor.close()

    # Whatever the database was made with: all of Unicode fits, and text is compared as the other databases do it.
    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def complete(
        _connection: object, _cursor: object, statement: str, parameters: object, _context: object, _many: bool
    ) -> tuple[str, object]:
        if statement.lstrip().startswith("CREATE TABLE"):
            statement = f"{statement.rstrip()} ENGINE=InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        return statement, parameters


async def _refuse_broken_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        tables = sorted({str(row[0]) for row in broken})
        raise RuntimeError(f"the migration would leave {len(broken)} dangling references in {', '.join(tables)}")


async def _has_state(connection: AsyncConnection) -> bool:
    return await connection.run_sync(lambda sync: sa.inspect(sync).has_table("server_state"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    return config


def _run(action: Callable[[Config, str], None], revision: str) -> Callable[[sa.Connection], None]:
    def run(connection: sa.Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        action(config, revision)

    return run
