"""The worker does what is due, tries again what fails, stops without losing anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

import sync_backend.jobs.worker
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Job, NewJob, Queue
from sync_backend.jobs.worker import Trade, Worker
from tests.sync_backend.stage import Stage

KIND = "test"
SOON_SECONDS = 0.01


class Watch:
    """Remembers what jobs ended in."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []
        self._ended = asyncio.Event()

    def job_ended(self, kind: str, outcome: str) -> None:
        self.outcomes.append(outcome)
        self._ended.set()

    async def saw(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.outcomes) < count:
                self._ended.clear()
                await self._ended.wait()
        return self.outcomes


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def queue(stage: Stage) -> Queue:
    return Queue(stage.services.reads, stage.services.writes, stage.services.clock, Holder())


async def put(stage: Stage, queue: Queue, *payloads: object) -> None:
    async with stage.services.writes.begin() as connection:
        new = [NewJob(kind=KIND, workspace_id=1, account_id=1, payload=payload) for payload in payloads]
        await queue.put(connection, new)


@asynccontextmanager
async def at_work(
    stage: Stage,
    queue: Queue,
    watch: Watch,
    handler: Callable[[Job], Awaitable[None]],
    buried: Callable[[Job], Awaitable[None]] | None = None,
) -> AsyncIterator[Worker]:
    trade = Trade(handler, at_once=2, buried=buried or handler)
    worker = Worker(queue, {KIND: trade}, watch, stage.services.clock, poll_seconds=SOON_SECONDS)
    await worker.start()
    try:
        yield worker
    finally:
        await worker.close()


async def test_what_fails_is_tried_again_and_its_neighbours_do_not_wait(
    stage: Stage, queue: Queue, watch: Watch
) -> None:
    done: list[object] = []
    gone: list[object] = []

    async def handle(job: Job) -> None:
        if job.payload == "odd":
            raise ValueError("odd")
        async with stage.services.writes.begin() as connection:
            await queue.finish(connection, job)
        done.append(job.payload)

    async def give_up(job: Job) -> None:
        gone.append(job.payload)

    await put(stage, queue, "odd", "good", "better")
    async with at_work(stage, queue, watch, handle, give_up):
        assert sorted(await watch.saw(3)) == ["done", "done", "failed"]
        stage.pass_time(5_000)
        await watch.saw(4)
        stage.pass_time(30_000)
        assert (await watch.saw(5))[-1] == "dead"
    assert (sorted(map(str, done)), gone) == (["better", "good"], ["odd"])


async def test_a_job_that_takes_too_long_fails(
    stage: Stage, queue: Queue, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_backend.jobs.worker, "TIMEOUT_SECONDS", SOON_SECONDS)

    async def never(_job: Job) -> None:
        await asyncio.Event().wait()

    await put(stage, queue, "endless")
    async with at_work(stage, queue, watch, never):
        assert await watch.saw(1) == ["failed"]


async def test_a_stop_waits_for_what_is_under_way_and_leaves_the_rest_to_others(
    stage: Stage, queue: Queue, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync_backend.jobs.worker, "GRACE_SECONDS", 0.2)
    begun: list[object] = []
    both_begun = asyncio.Event()

    async def handle(job: Job) -> None:
        begun.append(job.payload)
        if len(begun) == 2:
            both_begun.set()
        await both_begun.wait()
        if job.payload == "endless":
            await asyncio.Event().wait()
        async with stage.services.writes.begin() as connection:
            await queue.finish(connection, job)

    await put(stage, queue, "endless", "short", "never begun")
    async with at_work(stage, queue, watch, handle):
        async with asyncio.timeout(10):
            await both_begun.wait()
        await watch.saw(1)
        # The third takes the place of the short one, unless the stop comes first.
    left = await queue.take([KIND], 5)
    assert left[0].payload == "endless"
    assert left[0].losses == 1, "somebody was in the middle of it"
    assert "short" not in [job.payload for job in left]
