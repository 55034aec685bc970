"""The schema goes forward and back, and is the one that the code speaks of."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.epoch import read_epoch, renew_epoch
from sync_backend.database.tables import metadata, server_state, workspaces


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}"


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
            sorted(str((each["name"], each["column_names"])) for each in inspector.get_indexes(table)),
            sorted(
                str((key["constrained_columns"], key["referred_table"])) for key in inspector.get_foreign_keys(table)
            ),
        )
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


async def test_the_migrations_make_what_the_code_speaks_of(url: str, tmp_path: Path) -> None:
    await migrate.upgrade(url)
    engine = open_read_engine(url)
    async with engine.connect() as connection:
        drift = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts={"compare_type": True}), metadata)
        )
        migrated = await connection.run_sync(described)
    await engine.dispose()
    assert drift == []
    direct = sa.create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)
    with direct.connect() as made:
        assert described(made) == migrated
    direct.dispose()


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
        await renew_epoch(connection)
    assert await epoch_of(url) != first
    async with engine.begin() as connection:
        await connection.execute(sa.delete(server_state))
    await engine.dispose()
    with pytest.raises(RuntimeError, match="db upgrade"):
        await epoch_of(url)


async def test_readers_cannot_write(url: str) -> None:
    await migrate.upgrade(url)
    engine = open_read_engine(url)
    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        async with engine.begin() as connection:
            await connection.execute(sa.insert(workspaces).values(uuid="u", name="n"))
    await engine.dispose()


async def test_references_are_kept(url: str) -> None:
    await migrate.upgrade(url)
    engine = open_write_engine(url)
    with pytest.raises(sa.exc.IntegrityError):
        async with engine.begin() as connection:
            await connection.exec_driver_sql("INSERT INTO contacts (uuid, workspace_id) VALUES ('u', 99)")
    await engine.dispose()
