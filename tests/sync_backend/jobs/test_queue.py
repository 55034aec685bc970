"""The queue keeps its promises: a job is done once, by whoever holds it, in turn and in order, or is kept as dead."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from sync_backend.database.tables import jobs, workspaces
from sync_backend.jobs.dead_letters import depths, drop, list_jobs, replay
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import LEASE_SECONDS, Job, LeaseLostError, NewJob, Queue
from tests.sync_backend.stage import Stage

KIND = "test"


def queue_of(stage: Stage, machine: str = "here") -> Queue:
    return Queue(stage.services.reads, stage.services.writes, stage.services.clock, Holder(machine=machine))


@pytest.fixture
def queue(stage: Stage) -> Queue:
    return queue_of(stage)


@pytest.fixture
def put(stage: Stage, queue: Queue) -> Callable[..., Any]:
    async def put(*payloads: Any, account: int = 1, lane: str | None = None) -> None:
        new = [
            NewJob(kind=KIND, workspace_id=1, account_id=account, payload=payload, lane=lane) for payload in payloads
        ]
        async with stage.services.writes.begin() as connection:
            await queue.put(connection, new)

    return put


async def finish(stage: Stage, queue: Queue, job: Job) -> None:
    async with stage.services.writes.begin() as connection:
        await queue.finish(connection, job)


async def add_workspace_and_finish(stage: Stage, queue: Queue, job: Job) -> None:
    """A job's effect and its end."""
    async with stage.services.writes.begin() as connection:
        await connection.execute(sa.insert(workspaces).values(uuid="effect", name="effect"))
        await queue.finish(connection, job)


async def all_taken(queue: Queue) -> list[Any]:
    taken = []
    while jobs_taken := await queue.take([KIND], 10):
        taken += [job.payload for job in jobs_taken]
    return taken


async def test_a_job_is_taken_once_and_gone_when_finished(stage: Stage, queue: Queue, put: Any) -> None:
    await put("a", "b")
    [first] = await queue.take([KIND], 1)
    [second] = await queue_of(stage, "there").take([KIND], 5)
    assert (first.payload, second.payload) == ("a", "b")
    assert await queue.take([KIND], 5) == []
    await finish(stage, queue, first)
    assert await queue.depth(KIND) == 1


async def test_a_lost_lease_undoes_what_its_holder_did(stage: Stage, queue: Queue, put: Any) -> None:
    await put("a")
    [slow] = await queue.take([KIND], 1)
    stage.pass_time(int(LEASE_SECONDS * 1000) + 1)
    [again] = await queue_of(stage, "there").take([KIND], 1)
    assert (again.id, again.losses) == (slow.id, 1)
    with pytest.raises(LeaseLostError):
        await add_workspace_and_finish(stage, queue, slow)
    assert await stage.count(workspaces) == 0
    await finish(stage, queue, again)


async def test_a_renewed_lease_is_kept(stage: Stage, queue: Queue, put: Any) -> None:
    await put("a")
    [held] = await queue.take([KIND], 1)
    stage.pass_time(10_000)
    await queue.renew([held])
    stage.pass_time(10_000)
    assert await queue_of(stage, "there").take([KIND], 1) == []
    await finish(stage, queue, held)


async def test_three_failures_with_pauses_bury_a_job_until_it_is_replayed(stage: Stage, queue: Queue, put: Any) -> None:
    await put("a")
    for pause in (5_000, 30_000):
        [job] = await queue.take([KIND], 1)
        assert not await queue.fail(job, "ValueError: odd")
        stage.pass_time(pause - 1)
        assert await queue.take([KIND], 1) == []
        stage.pass_time(1)
    [job] = await queue.take([KIND], 1)
    assert await queue.fail(job, "ValueError: odd")
    stage.pass_time(10_000_000)
    assert await queue.take([KIND], 1) == []
    async with stage.services.writes.begin() as connection:
        [dead] = await list_jobs(connection, dead_only=True, limit=10)
        assert (dead.state, dead.error) == ("dead", "ValueError: odd")
        assert await replay(connection, None, stage.now[0]) == 1
    [job] = await queue.take([KIND], 1)
    assert (job.payload, job.failures) == ("a", 0)


async def test_a_job_that_its_holders_die_of_is_buried(stage: Stage, queue: Queue, put: Any) -> None:
    await put("deadly", "good")
    for _ in range(11):
        taken = await queue.take([KIND], 1)
        assert [job.payload for job in taken] == ["deadly"]
        stage.pass_time(int(LEASE_SECONDS * 1000) + 1)
    assert await all_taken(queue) == ["good"]
    async with stage.services.reads.connect() as connection:
        [depth] = await depths(connection, [KIND])
    assert (depth.waiting, depth.dead) == (1, 1)


async def test_numbers_take_turns(queue: Queue, put: Any) -> None:
    await put(*(f"big {place}" for place in range(5)), account=1)
    await put("small 0", "small 1", account=2)
    order = []
    for _ in range(7):
        order += [job.payload for job in await queue.take([KIND], 1)]
    assert order == ["big 0", "small 0", "big 1", "small 1", "big 2", "big 3", "big 4"]


async def test_a_lane_is_worked_off_in_order_one_at_a_time(stage: Stage, queue: Queue, put: Any) -> None:
    await put("1", "2", lane="a")
    await put("other", lane="b")
    taken = [job for _ in range(3) for job in await queue.take([KIND], 5)]
    assert [job.payload for job in taken] == ["1", "other"]
    async with stage.services.writes.begin() as connection:
        await queue.postpone(connection, taken[0], after_seconds=60, payload="1 again")
    assert await queue.take([KIND], 5) == []
    stage.pass_time(60_000)
    [first] = await queue.take([KIND], 5)
    assert first.payload == "1 again"
    await finish(stage, queue, first)
    assert [job.payload for job in await queue.take([KIND], 5)] == ["2"]


async def test_what_a_dead_process_of_this_machine_held_is_taken_over_at_once(
    stage: Stage, queue: Queue, put: Any
) -> None:
    await put("held here", "held there")
    await Queue(stage.services.reads, stage.services.writes, stage.services.clock, Holder("here", 2**22 - 1)).take(
        [KIND], 1
    )
    await queue_of(stage, "there").take([KIND], 1)
    assert await queue.take_over_from_the_dead() == 1
    assert await all_taken(queue) == ["held here"]


async def test_many_takers_never_share_a_job(stage: Stage, put: Any) -> None:
    await put(*range(60))
    takers = [queue_of(stage, f"machine {number}") for number in range(6)]
    taken = [payload for each in await asyncio.gather(*(all_taken(taker) for taker in takers)) for payload in each]
    assert sorted(taken) == list(range(60))


async def test_waiting_jobs_can_be_thrown_away_but_not_held_ones(stage: Stage, queue: Queue, put: Any) -> None:
    await put("held", "waiting")
    await queue.take([KIND], 1)
    async with stage.services.writes.begin() as connection:
        assert await drop(connection, None, kind=KIND, dead_only=False) == 1
    assert await stage.count(jobs) == 1
