"""Does the jobs of the queue: each kind so many at a time, held while they last, tried again when they fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from sync_backend.clock import Clock
from sync_backend.jobs.queue import LEASE_SECONDS, Job, LeaseLostError, Queue

TIMEOUT_SECONDS: Final = 300.0
GRACE_SECONDS: Final = 5.0

log = structlog.stdlib.get_logger("sync_backend.jobs")


Handler = Callable[[Job], Awaitable[None]]
"""Does a job, and in the transaction of its effect finishes or postpones it (`Queue.finish`, `Queue.postpone`)."""


@dataclass(frozen=True, slots=True)
class Trade:
    """How jobs of one kind are done, `at_once` of them side by side; `buried` is told of one that was given up."""

    handler: Handler
    at_once: int
    buried: Handler


class JobWatch(Protocol):
    """Counts jobs for operators."""

    def job_ended(self, kind: str, outcome: str) -> None: ...


class Worker:
    """`start` inside the event loop; `close` lets jobs under way end, and leaves to others what does not end in time.

    `poll_seconds` is how soon jobs are found that another process put in; of its own process it is told (`wake`).
    """

    def __init__(
        self, queue: Queue, trades: Mapping[str, Trade], watch: JobWatch, clock: Clock, *, poll_seconds: float
    ) -> None:
        self._queue = queue
        self._trades = trades
        self._watch = watch
        self._clock = clock
        self._poll = poll_seconds
        self._bells = {kind: asyncio.Event() for kind in trades}
        self._held: dict[asyncio.Task[None], Job] = {}
        self._loops: list[asyncio.Task[None]] = []
        self._renewing: asyncio.Task[None] | None = None
        self._is_closing = False

    async def start(self) -> None:
        if freed := await self._queue.take_over_from_the_dead():
            log.info("jobs of a process that died are taken over", jobs=freed)
        self._loops = [
            asyncio.create_task(self._work(kind, trade), name=f"{kind} jobs") for kind, trade in self._trades.items()
        ]
        self._renewing = asyncio.create_task(self._keep_leases(), name="keep leases")

    def wake(self, kind: str) -> None:
        """To be called after the commit that put a job in."""
        if kind in self._bells:
            self._bells[kind].set()

    async def close(self) -> None:
        """May be called twice, and without `start`."""
        self._is_closing = True
        for bell in self._bells.values():
            bell.set()
        loops, self._loops = self._loops, []
        await asyncio.gather(*loops, return_exceptions=True)
        held = dict(self._held)
        if held:
            _, late = await asyncio.wait(held, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*held, return_exceptions=True)
            for task in late:
                await self._queue.abandon(held[task])
        renewing, self._renewing = self._renewing, None
        if renewing is not None:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)

    async def _work(self, kind: str, trade: Trade) -> None:
        bell = self._bells[kind]
        while not self._is_closing:
            bell.clear()
            try:
                free = trade.at_once - sum(job.kind == kind for job in self._held.values())
                taken = await self._take(trade, kind, free) if free else 0
                wait = 0.0 if taken else await self._pause(kind)
            except Exception:
                log.exception("the queue cannot be read", kind=kind)
                wait = self._poll
            if wait and not self._is_closing:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), wait)

    async def _take(self, trade: Trade, kind: str, free: int) -> int:
        taken = await self._queue.take([kind], free)
        for job in taken:
            task = asyncio.create_task(self._do(job, trade), name=f"{kind} job")
            self._held[task] = job
            task.add_done_callback(self._let_go)
        return len(taken)

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self.wake(self._held.pop(task).kind)

    async def _pause(self, kind: str) -> float:
        """Until a job may be due, or until another process may have put one in."""
        due = await self._queue.next_due_ms([kind])
        return self._poll if due is None else min(self._poll, max(0.001, (due - self._clock()) / 1000))

    async def _do(self, job: Job, trade: Trade) -> None:
        try:
            outcome = await self._outcome(job, trade)
        except Exception:
            # The database is away, most likely; the job is found again when its lease has ended.
            log.exception("a job's end could not be noted", job_id=job.id, kind=job.kind)
            outcome = "lost"
        self._watch.job_ended(job.kind, outcome)

    async def _outcome(self, job: Job, trade: Trade) -> str:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await trade.handler(job)
        except LeaseLostError:
            log.warning("a job was taken by somebody else meanwhile", job_id=job.id, kind=job.kind)
            return "lost"
        except Exception as error:
            log.exception("a job failed", job_id=job.id, kind=job.kind, tries=job.failures + 1)
            if not await self._queue.fail(job, f"{type(error).__name__}: {error}"):
                return "failed"
            await trade.buried(job)
            return "dead"
        return "done"

    async def _keep_leases(self) -> None:
        """Short jobs end before their first renewal."""
        while True:
            before = list(self._held.values())
            await asyncio.sleep(LEASE_SECONDS / 3)
            still = {job.id for job in self._held.values()}
            if held := [job for job in before if job.id in still]:
                try:
                    await self._queue.renew(held)
                except Exception:
                    log.exception("leases could not be renewed")
