"""The durable queue: jobs are rows, put in and taken out by the transactions whose business they are.

Whoever takes a job holds it for a while (a lease) and is the only one to do it. `finish` belongs into the transaction
of the job's effect: both are committed or neither is, and a holder whose lease ended meanwhile undoes what it did.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.clock import Clock
from sync_backend.database.brief import brief
from sync_backend.database.tables import jobs
from sync_backend.jobs.holder import Holder

LEASE_SECONDS: Final = 15.0
MOST_FAILURES: Final = 3
BACKOFF_SECONDS: Final = (5.0, 30.0)
MOST_LOSSES: Final = 10
"""A job whose holders died so often is what they died of."""

_NEVER: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """`lane`: jobs of one lane are done one after the other, in the order in which they were put in."""

    kind: str
    workspace_id: int
    account_id: int
    payload: Any
    lane: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job that is held; `holder` names this one lease. `failures` and `losses` are those of earlier tries."""

    id: int
    kind: str
    workspace_id: int
    account_id: int
    payload: Any
    holder: str
    created_at_ms: int
    failures: int
    losses: int


class LeaseLostError(Exception):
    """Somebody else may have taken the job meanwhile: the transaction must be rolled back."""


class Queue:
    """One process's access to the queue; `holder` is its name in it."""

    def __init__(self, reads: AsyncEngine, writes: AsyncEngine, clock: Clock, holder: Holder) -> None:
        self._reads = reads
        self._writes = writes
        self._clock = clock
        self._holder = holder
        self._leases = itertools.count(1)
        self._last_served: dict[int, int] = {}

    async def put(self, connection: AsyncConnection, new: Sequence[NewJob]) -> None:
        """Within the caller's transaction; to be called in the order in which jobs of one lane are to be done."""
        now = self._clock()
        rows = [
            {
                "kind": each.kind,
                "workspace_id": each.workspace_id,
                "account_id": each.account_id,
                "lane": each.lane,
                "payload": _packed(each.payload),
                "due_at_ms": now,
                "created_at_ms": now,
            }
            for each in new
        ]
        await connection.execute(_INSERT, rows if len(rows) > 1 else rows[0])

    async def take(self, kinds: Sequence[str], most: int) -> list[Job]:
        """Up to so many jobs that are due, of the numbers in turn: one with many keeps none waiting that has few."""
        while chosen := await self._in_turn(kinds, most):
            taken, buried = await self._hold(chosen)
            if taken or not buried:
                return taken
        return []

    async def next_due_ms(self, kinds: Sequence[str]) -> int | None:
        """When the next pause or lease ends; None when there is none."""
        async with self._reads.connect() as connection:
            due: int | None = await connection.scalar(_NEXT_DUE, {"kinds": list(kinds), "now": self._clock()})
        return due

    async def renew(self, held: Sequence[Job]) -> None:
        """Keeps what is still ours for another while."""
        due = self._lease_ends()
        async with self._writes.begin() as connection:
            for job in held:
                await connection.execute(_MOVE, {"own_id": job.id, "own_holder": job.holder, "due": due})

    async def finish(self, connection: AsyncConnection, job: Job) -> None:
        """Within the transaction of the job's effect. LeaseLostError."""
        done = await connection.execute(_FINISH, {"own_id": job.id, "own_holder": job.holder})
        if done.rowcount != 1:
            raise LeaseLostError(f"job {job.id} is no longer held by {job.holder}")

    async def hold_on(self, connection: AsyncConnection, job: Job) -> None:
        """Within a transaction that prepares what cannot be undone: renews the lease. LeaseLostError."""
        values = {"own_id": job.id, "own_holder": job.holder, "due": self._lease_ends()}
        if (await connection.execute(_MOVE, values)).rowcount != 1:
            raise LeaseLostError(f"job {job.id} is no longer held by {job.holder}")

    async def postpone(
        self, connection: AsyncConnection, job: Job, *, after_seconds: float, payload: Any = None
    ) -> None:
        """Within the caller's transaction: not done yet, and no fault of its own. LeaseLostError.

        `payload` takes the place of the one it had.
        """
        values = {
            "own_id": job.id,
            "own_holder": job.holder,
            "due": self._clock() + int(after_seconds * 1000),
            "new_payload": _packed(job.payload if payload is None else payload),
        }
        if (await connection.execute(_POSTPONE, values)).rowcount != 1:
            raise LeaseLostError(f"job {job.id} is no longer held by {job.holder}")

    async def abandon(self, job: Job) -> None:
        """Stopped in the middle: due at once, and known to have been left so. Nothing when the lease was lost."""
        async with self._writes.begin() as connection:
            values = {"own_id": job.id, "own_holder": job.holder, "due": self._clock()}
            await connection.execute(_MOVE, values)

    async def fail(self, job: Job, error: str) -> bool:
        """Tried in vain: tried again after a pause, or for the last time. True when it was buried."""
        now = self._clock()
        failures = job.failures + 1
        async with self._writes.begin() as connection:
            if failures >= MOST_FAILURES:
                await _bury(connection, job.id, job.holder, error, now)
                return True
            due = now + int(BACKOFF_SECONDS[failures - 1] * 1000)
            values = {"own_id": job.id, "own_holder": job.holder, "due": due, "why": error, "times": failures}
            await connection.execute(_FAIL, values)
        return False

    async def take_over_from_the_dead(self) -> int:
        """Makes due at once what an earlier process of this machine held when it died; says how many jobs."""
        freed = 0
        async with self._writes.begin() as connection:
            holders = (await connection.scalars(_HOLDERS)).all()
            for holder in holders:
                if self._holder.outlived(holder):
                    done = await connection.execute(_FREE, {"own_holder": holder, "due": self._clock()})
                    freed += done.rowcount
        return freed

    async def depth(self, kind: str) -> int:
        """How many jobs of this kind are not done yet; the dead are not among them."""
        async with self._reads.connect() as connection:
            return int(await connection.scalar(_DEPTH, {"kind": kind}) or 0)

    async def _hold(self, chosen: Sequence[int]) -> tuple[list[Job], int]:
        """Those of them that nobody else took meanwhile, and how many were found to be deadly."""
        now = self._clock()
        async with self._writes.begin() as connection:
            rows = (await connection.execute(_STILL_DUE, {"ids": chosen, "now": now})).all()
            deadly = [row for row in rows if row.holder is not None and row.losses >= MOST_LOSSES]
            taken = [self._leased(row) for row in rows if row not in deadly]
            for row in deadly:
                await _bury(connection, row.id, row.holder, f"{row.losses} workers died of it", now)
            if taken:
                due = self._lease_ends()
                held = [
                    {"own_id": job.id, "new_holder": job.holder, "due": due, "new_losses": job.losses} for job in taken
                ]
                await connection.execute(_HOLD, held if len(held) > 1 else held[0])
        return taken, len(deadly)

    async def _in_turn(self, kinds: Sequence[str], most: int) -> list[int]:
        """The oldest jobs that are due, one of each number, those first that were served longest ago."""
        async with self._reads.connect() as connection:
            rows = (await connection.execute(_FIRST_OF_EACH, {"kinds": list(kinds), "now": self._clock()})).all()
        rows = sorted(rows, key=lambda row: (self._last_served.get(row.account_id, 0), row.first_id))[:most]
        for row in rows:
            self._last_served.pop(row.account_id, None)
            self._last_served[row.account_id] = next(self._leases)
        return [row.first_id for row in rows]

    def _lease_ends(self) -> int:
        return self._clock() + int(LEASE_SECONDS * 1000)

    def _leased(self, row: Any) -> Job:
        return Job(
            id=row.id,
            kind=row.kind,
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            payload=orjson.loads(zlib.decompress(row.payload)),
            holder=self._holder.lease(next(self._leases)),
            created_at_ms=row.created_at_ms,
            failures=row.failures,
            # Whoever still holds a job that is due has not come back from it.
            losses=row.losses + (row.holder is not None),
        )


def _packed(payload: Any) -> bytes:
    """A page of history shrinks to a tenth, and is written anew whenever its row changes."""
    return zlib.compress(orjson.dumps(payload), 1)


async def _bury(connection: AsyncConnection, job_id: int, holder: str | None, error: str, now: int) -> None:
    await connection.execute(_BURY, {"own_id": job_id, "own_holder": holder, "why": error[:2000], "now": now})


_INSERT: Final = sa.insert(jobs)

_earlier = jobs.alias("earlier")
_IS_FIRST_OF_ITS_LANE: Final = sa.or_(
    jobs.c.lane.is_(None),
    ~sa.exists().where(_earlier.c.lane == jobs.c.lane, _earlier.c.id < jobs.c.id, _earlier.c.dead_at_ms.is_(None)),
)
_FIRST_OF_EACH: Final = brief(
    sa.select(jobs.c.account_id, sa.func.min(jobs.c.id).label("first_id"))
    .where(
        jobs.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        jobs.c.due_at_ms <= sa.bindparam("now"),
        _IS_FIRST_OF_ITS_LANE,
    )
    .group_by(jobs.c.account_id)
)
_STILL_DUE: Final = (
    sa.select(jobs)
    .where(
        jobs.c.id.in_(sa.bindparam("ids", expanding=True)),
        jobs.c.due_at_ms <= sa.bindparam("now"),
    )
    .order_by(jobs.c.id)
    .with_for_update(skip_locked=True)
)
_NEXT_DUE: Final = brief(
    sa.select(sa.func.min(jobs.c.due_at_ms)).where(
        jobs.c.kind.in_(sa.bindparam("kinds", expanding=True)),
        jobs.c.due_at_ms > sa.bindparam("now"),
        jobs.c.dead_at_ms.is_(None),
    )
)
_OWN: Final = (jobs.c.id == sa.bindparam("own_id"), jobs.c.holder == sa.bindparam("own_holder"))
_HOLD: Final = brief(
    sa.update(jobs)
    .where(jobs.c.id == sa.bindparam("own_id"))
    .values(holder=sa.bindparam("new_holder"), due_at_ms=sa.bindparam("due"), losses=sa.bindparam("new_losses"))
)
_MOVE: Final = brief(sa.update(jobs).where(*_OWN).values(due_at_ms=sa.bindparam("due")))
_FINISH: Final = brief(sa.delete(jobs).where(*_OWN))
_POSTPONE: Final = brief(
    sa.update(jobs)
    .where(*_OWN)
    .values(due_at_ms=sa.bindparam("due"), holder=None, losses=0, payload=sa.bindparam("new_payload"))
)
_FAIL: Final = brief(
    sa.update(jobs)
    .where(*_OWN)
    .values(
        due_at_ms=sa.bindparam("due"),
        holder=None,
        failures=sa.bindparam("times"),
        losses=0,
        error=sa.bindparam("why"),
    )
)
_BURY: Final = brief(
    sa.update(jobs)
    .where(*_OWN)
    .values(due_at_ms=_NEVER, holder=None, dead_at_ms=sa.bindparam("now"), error=sa.bindparam("why"))
)
_HOLDERS: Final = sa.select(jobs.c.holder).where(jobs.c.holder.is_not(None)).distinct()
_FREE: Final = sa.update(jobs).where(jobs.c.holder == sa.bindparam("own_holder")).values(due_at_ms=sa.bindparam("due"))
_DEPTH: Final = brief(
    sa.select(sa.func.count()).select_from(jobs).where(jobs.c.kind == sa.bindparam("kind"), jobs.c.dead_at_ms.is_(None))
)
