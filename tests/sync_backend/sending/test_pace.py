"""A burst leaves a number at its configured rate: none lost, order kept, and other numbers do not wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.clock import system_clock
from sync_backend.database.engine import open_read_engine
from sync_backend.database.tables import jobs
from sync_backend.sending.pace import Pace
from sync_backend.settings import Settings
from tests.sync_backend.sending.meta_number import MetaDesk, meta_desk

START = 1_763_894_400_000


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


@pytest.fixture
async def reads(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = open_read_engine(database_url)
    yield engine
    await engine.dispose()


def most_within(moments: list[int], window: int) -> int:
    return max(sum(start <= each < start + window for each in moments) for start in moments)


async def test_a_burst_of_300_leaves_at_the_configured_rate(reads: AsyncEngine) -> None:
    pace = Pace(reads, Clock(), per_minute=60, per_hour=1000)
    turns = [await pace.next_turn(1) for _ in range(300)]
    assert turns == sorted(turns)
    assert most_within(turns, 60_000) == 60
    assert turns[-1] - START == 4 * 60_000


async def test_the_hour_counts_too(reads: AsyncEngine) -> None:
    pace = Pace(reads, Clock(), per_minute=60, per_hour=100)
    turns = [await pace.next_turn(1) for _ in range(201)]
    assert most_within(turns, 3_600_000) == 100
    assert turns[100] == START + 3_600_000


async def test_other_numbers_do_not_wait(reads: AsyncEngine) -> None:
    pace = Pace(reads, Clock(), per_minute=2, per_hour=0)
    first = [await pace.next_turn(1) for _ in range(10)]
    assert await pace.next_turn(2) == START < first[-1]


async def has_its_turn(desk: MetaDesk) -> None:
    """Returns when the next message waits for a moment that it was given: until then no clock may jump."""
    waits = sa.select(jobs.c.id).where(jobs.c.holder.is_(None), jobs.c.due_at_ms > system_clock() + 30_000)
    reads: AsyncEngine = desk.app.state.services.reads
    async with asyncio.timeout(20):
        while True:
            async with reads.connect() as connection:
                if await connection.scalar(waits) is not None:
                    return
            await asyncio.sleep(0.01)


async def test_without_limits_nobody_waits(reads: AsyncEngine) -> None:
    pace = Pace(reads, Clock(), per_minute=0, per_hour=0)
    assert {await pace.next_turn(1) for _ in range(500)} == {START}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pauses=st.lists(st.integers(0, 40_000), min_size=1, max_size=60), per_minute=st.integers(1, 9))
def test_no_minute_holds_more_than_it_may(database_url: str, pauses: list[int], per_minute: int) -> None:
    async def play() -> list[int]:
        engine = open_read_engine(database_url)
        clock = Clock()
        pace = Pace(engine, clock, per_minute=per_minute, per_hour=20)
        turns = []
        for pause in pauses:
            clock.now += pause
            turns.append(await pace.next_turn(1))
            assert turns[-1] >= clock.now
        await engine.dispose()
        return turns

    turns = asyncio.run(play())
    assert turns == sorted(turns)
    assert most_within(turns, 60_000) <= per_minute
    assert most_within(turns, 3_600_000) <= 20


async def test_what_waits_its_turn_is_sent_in_the_end_and_in_order(settings: Settings) -> None:
    limited = settings.model_copy(update={"send_per_minute": 3, "send_per_hour": 0})
    ahead = [0]
    async with meta_desk(limited, lambda: system_clock() + ahead[0]) as desk:
        conversation = await desk.customer_says()
        sent = [await desk.send(conversation, f"no. {index}") for index in range(5)]
        for each in sent[:3]:
            await desk.until(conversation, each["uuid"], "sent", "delivered", "read")
        waiting = {each["uuid"]: each["status"] for each in await desk.messages(conversation)}
        assert [waiting[each["uuid"]] for each in sent[3:]] == ["queued", "queued"]
        assert desk.meta.bodies() == ["no. 0", "no. 1", "no. 2"]
        await has_its_turn(desk)
        ahead[0] = 61_000
        for each in sent[3:]:
            await desk.until(conversation, each["uuid"], "sent", "delivered", "read")
        assert desk.meta.bodies() == [f"no. {index}" for index in range(5)]
