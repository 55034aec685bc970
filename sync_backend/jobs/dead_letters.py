"""What operators see of the queue and do to it: list, replay what was given up, throw away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.tables import jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEntry:
    """`state`: waiting | held | dead. Payloads are not shown: they are people's messages."""

    id: int
    kind: str
    workspace_id: int
    account_id: int
    state: str
    failures: int
    error: str | None
    created_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """One kind's jobs: how many wait or are held, since when the oldest does, and how many are dead."""

    kind: str
    waiting: int
    oldest_ms: int | None
    dead: int


async def list_jobs(connection: AsyncConnection, *, dead_only: bool, limit: int) -> list[JobEntry]:
    """The oldest first."""
    query = sa.select(*(column for column in jobs.c if column.name != "payload")).order_by(jobs.c.id).limit(limit)
    if dead_only:
        query = query.where(jobs.c.dead_at_ms.is_not(None))
    return [
        JobEntry(
            id=row.id,
            kind=row.kind,
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            state="dead" if row.dead_at_ms is not None else "waiting" if row.holder is None else "held",
            failures=row.failures,
            error=row.error,
            created_at_ms=row.created_at_ms,
        )
        for row in await connection.execute(query)
    ]


async def replay(connection: AsyncConnection, ids: Sequence[int] | None, now: int) -> int:
    """Gives dead jobs (all when `ids` is None) their tries anew; says how many."""
    change = (
        sa.update(jobs)
        .where(jobs.c.dead_at_ms.is_not(None), *_among(ids))
        .values(dead_at_ms=None, due_at_ms=now, failures=0, losses=0, holder=None)
    )
    return (await connection.execute(change)).rowcount


async def drop(connection: AsyncConnection, ids: Sequence[int] | None, *, kind: str | None, dead_only: bool) -> int:
    """Throws jobs away that nobody holds; says how many."""
    conditions: list[Any] = [jobs.c.holder.is_(None), *_among(ids)]
    if kind is not None:
        conditions.append(jobs.c.kind == kind)
    if dead_only:
        conditions.append(jobs.c.dead_at_ms.is_not(None))
    return (await connection.execute(sa.delete(jobs).where(*conditions))).rowcount


async def depths(connection: AsyncConnection, kinds: Sequence[str]) -> list[Depth]:
    """Of each of these kinds."""
    is_alive = jobs.c.dead_at_ms.is_(None)
    query = (
        sa.select(
            jobs.c.kind,
            sa.func.sum(sa.case((is_alive, 1), else_=0)).label("waiting"),
            sa.func.min(sa.case((is_alive, jobs.c.created_at_ms))).label("oldest"),
            sa.func.sum(sa.case((is_alive, 0), else_=1)).label("dead"),
        )
        .where(jobs.c.kind.in_(kinds))
        .group_by(jobs.c.kind)
    )
    found = {row.kind: row for row in await connection.execute(query)}
    return [
        Depth(kind=kind, waiting=int(found[kind].waiting), oldest_ms=found[kind].oldest, dead=int(found[kind].dead))
        if kind in found
        else Depth(kind=kind, waiting=0, oldest_ms=None, dead=0)
        for kind in kinds
    ]


def _among(ids: Sequence[int] | None) -> list[sa.ColumnElement[bool]]:
    return [] if ids is None else [jobs.c.id.in_(ids)]
