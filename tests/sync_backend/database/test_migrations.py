"""The schema goes forward and back, and is the one that the code speaks of."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from sync_backend.clock import system_clock
from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.epoch import read_epoch, renew_epoch
from sync_backend.database.tables import metadata, server_state, workspaces
from tests.sync_backend.databases import Databases

COUNT_WORKSPACES = sa.select(sa.func.count()).select_from(workspaces)


@pytest.fixture
async def url(databases: Databases) -> AsyncIterator[str]:
    async with databases.empty() as url:
        yield url


def is_optional(index: str) -> bool:
    """Made by a migration where the database has what it takes."""
    return index.endswith("_trigrams")


COMPARISON = {
    "compare_type": True,
    "include_object": lambda _object, name, kind, _reflected, _other: not (kind == "index" and is_optional(name)),
}


async def epoch_of(url: str) -> str:
    engine = open_read_engine(url)
    try:
        async with engine.connect() as connection:
            return await read_epoch(connection)
    finally:
        await engine.dispose()


def described(connection: sa.Connection) -> dict[str, object]:
    """Columns, constraints and indexes of every table, as the database tells them."""
    inspector = sa.inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in inspector.get_columns(table)],
            sorted(str(each["column_names"]) for each in inspector.get_unique_constraints(table)),
            sorted(
                str((each["name"], each["column_names"]))
                for each in inspector.get_indexes(table)
                if not is_optional(str(each["name"]))
            ),
            sorted(
                str((key["constrained_columns"], key["referred_table"])) for key in inspector.get_foreign_keys(table)
            ),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def test_the_migrations_make_what_the_code_speaks_of(url: str, databases: Databases) -> None:
    await migrate.upgrade(url)
    migrated = create_async_engine(url)
    async with migrated.connect() as connection:
        drift = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=COMPARISON), metadata)
        )
        found = await connection.run_sync(described)
    await migrated.dispose()
    assert drift == []
    async with databases.empty() as direct_url:
        direct = create_async_engine(direct_url)
        async with direct.begin() as connection:
            await connection.run_sync(metadata.create_all)
            assert await connection.run_sync(described) == found
        await direct.dispose()


async def test_up_down_and_up_again(url: str) -> None:
    assert (await migrate.status(url)).current is None
    await migrate.upgrade(url)
    status = await migrate.status(url)
    assert (status.current, status.is_current) == (status.latest, True)
    first = await epoch_of(url)
    await migrate.upgrade(url)
    assert await epoch_of(url) == first
    await migrate.downgrade(url, "base")
    assert (await migrate.status(url)).pending != []
    await migrate.upgrade(url)
    assert await epoch_of(url) != first


async def test_a_new_epoch_is_another_one(url: str) -> None:
    await migrate.upgrade(url)
    first = await epoch_of(url)
    engine = open_write_engine(url)
    async with engine.begin() as connection:
        await renew_epoch(connection, system_clock())
    assert await epoch_of(url) != first
    async with engine.begin() as connection:
        await connection.execute(sa.delete(server_state))
    await engine.dispose()
    with pytest.raises(RuntimeError, match="db upgrade"):
        await epoch_of(url)


async def test_readers_cannot_write(database_url: str) -> None:
    engine = open_read_engine(database_url)
    with pytest.raises(sa.exc.DBAPIError, match=r"(?i)read.?only"):
        async with engine.begin() as connection:
            await connection.execute(sa.insert(workspaces).values(uuid="u", name="n"))
    await engine.dispose()


async def test_readers_see_one_state(database_url: str) -> None:
    """Else a page could name what its own first rows did not know of."""
    writes, reads = open_write_engine(database_url), open_read_engine(database_url)
    for before in range(2):
        async with writes.begin() as writer, reads.connect() as reader:
            assert await reader.scalar(COUNT_WORKSPACES) == before
            await writer.execute(sa.insert(workspaces).values(uuid=f"u{before}", name="n"))
            await writer.commit()
            assert await reader.scalar(COUNT_WORKSPACES) == before
    await reads.dispose()
    await writes.dispose()


async def test_references_are_kept(database_url: str) -> None:
    engine = open_write_engine(database_url)
    with pytest.raises(sa.exc.IntegrityError):
        async with engine.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO contacts (uuid, workspace_id) VALUES ('u', 99)")
    await engine.dispose()
