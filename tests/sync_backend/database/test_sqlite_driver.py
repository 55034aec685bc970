"""Brief statements run on the event loop's thread; whatever may wait does not, and holds nobody up."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import workspaces
from sync_backend.database.urls import Backend
from tests.sync_backend.databases import on
from tests.sync_backend.stage import Number, Stage, Team

pytestmark = on(Backend.SQLITE)

NOTICEABLE_SECONDS = 1.0


@contextmanager
def written_elsewhere(stage: Stage) -> Iterator[sqlite3.Connection]:
    """Another process is in the middle of a write; `commit` ends it."""
    path = stage.services.writes.url.database
    assert path is not None
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def test_a_webhook_waits_for_another_writer_and_nobody_waits_for_the_webhook(
    stage: Stage, team: Team, number: Number
) -> None:
    await stage.says(number, "satu")
    await stage.conversations(team)  # writes down that the token was used
    with written_elsewhere(stage) as other:
        webhook = asyncio.create_task(stage.says(number, "dua"))
        begin = time.perf_counter()
        for _ in range(20):
            [conversation] = await stage.conversations(team)
        assert time.perf_counter() - begin < NOTICEABLE_SECONDS
        assert conversation["last_message"]["body"] == "satu"
        assert not webhook.done()
        other.execute("COMMIT")
        await webhook
    assert (await stage.only_conversation(team))["last_message"]["body"] == "dua"


async def test_who_gives_up_waiting_holds_nobody_up(stage: Stage, team: Team, number: Number) -> None:
    await stage.conversations(team)  # writes down that the token was used
    with written_elsewhere(stage) as other:
        webhook = asyncio.create_task(stage.says(number, "satu"))
        for _ in range(20):
            await stage.conversations(team)  # meanwhile the webhook comes to where it waits
        webhook.cancel()
        begin = time.perf_counter()
        await stage.conversations(team)
        assert time.perf_counter() - begin < NOTICEABLE_SECONDS
        other.execute("COMMIT")
        with pytest.raises(asyncio.CancelledError):
            await webhook
    await stage.says(number, "dua")
    assert (await stage.only_message(team))["body"] == "dua"


async def test_a_brief_statement_that_fails_leaves_no_half(stage: Stage, team: Team) -> None:
    async def rename_and_fail() -> None:
        async with stage.services.writes.begin() as connection:
            await connection.execute(brief(sa.update(workspaces).values(name="Toko Baru")))
            await connection.execute(brief(sa.insert(workspaces).values(id=team.id, uuid="taken", name="Toko Lain")))

    with pytest.raises(sa.exc.IntegrityError):
        await rename_and_fail()
    async with stage.services.reads.connect() as connection:
        assert await connection.scalar(sa.select(workspaces.c.name)) == "Toko Melati"
