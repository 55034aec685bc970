"""Tells a workspace's listeners what was committed: hints, whose loss costs them latency and never truth."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.commit_events import read_changed_rows, to_json
from sync_backend.database.epoch import read_epoch
from sync_backend.database.tables import workspaces
from sync_backend.ordering import Committed, Turns
from wire.realtime import CHANGES, HEARTBEAT, HEARTBEAT_SECONDS, workspace_channel

_log = logging.getLogger(__name__)

_MOST_AT_ONCE: Final = 16
"""Commits that came while others were published are read together; so few that the first does not wait for the last."""

_BETWEEN_HEARTBEATS: Final = HEARTBEAT_SECONDS * 2 / 3


_BETWEEN_LOOKS_SECONDS: Final = 0.2
"""How long a commit of another process stays untold: a worker's of its own, or another server's."""


class Publisher(Protocol):
    """Carries an event to whoever listens to a channel; `data` is JSON text."""

    async def publish(self, channel: str, event: str, data: str) -> object: ...


class BroadcastWatch(Protocol):
    """Counts broadcasts for operators."""

    def broadcast_done(self, seconds: float) -> None: ...

    def broadcast_failed(self) -> None: ...


class Broadcaster(Turns):
    """Publishes each commit in commit order, apart from the transaction and from whoever waits for its answer.

    `start` inside the event loop; `close` publishes what is left. `looks_for_others`: other processes commit as
    well, and tell nobody.
    """

    def __init__(
        self,
        reads: AsyncEngine,
        publisher: Publisher,
        watch: BroadcastWatch,
        *,
        between_heartbeats: float = _BETWEEN_HEARTBEATS,
        looks_for_others: bool = False,
    ) -> None:
        super().__init__()
        self._reads = reads
        self._publisher = publisher
        self._watch = watch
        self._between_heartbeats = between_heartbeats
        self._looks_for_others = looks_for_others
        self._told: dict[int, int] = {}
        self._commits: asyncio.Queue[tuple[Committed, float]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._publish_commits(), name="broadcast commits"),
            asyncio.create_task(self._beat(), name="broadcast heartbeats"),
        ]
        if self._looks_for_others:
            self._tasks.append(asyncio.create_task(self._look_for_others(), name="look for commits of others"))

    async def close(self) -> None:
        """May be called twice, and without `start`."""
        if self._tasks:
            await self._commits.join()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def committed(self, news: Committed) -> None:
        """See `sync_backend.ordering.CommitListener`."""
        self._told[news.workspace_id] = max(news.head, self._told.get(news.workspace_id, 0))
        self._commits.put_nowait((news, time.perf_counter()))

    async def settled(self) -> None:
        """Returns when everything committed so far has been published."""
        await self._commits.join()

    async def _publish_commits(self) -> None:
        while True:
            waiting = [await self._commits.get()]
            while len(waiting) < _MOST_AT_ONCE and not self._commits.empty():
                waiting.append(self._commits.get_nowait())
            try:
                await self._publish(waiting)
            finally:
                for _ in waiting:
                    self._commits.task_done()

    async def _publish(self, waiting: Sequence[tuple[Committed, float]]) -> None:
        """Never fails: listeners learn of what is lost by the next event or heartbeat, and the data is safe."""
        try:
            async with self._reads.connect() as connection:
                changed = await read_changed_rows(connection, [news for news, _ in waiting])
        except Exception:
            self._note_failure(*(news for news, _ in waiting))
            return
        for news, since in waiting:
            try:
                for event in changed.events_of(news):
                    await self._publisher.publish(event.channel, event.name, event.data)
                self._watch.broadcast_done(time.perf_counter() - since)
            except Exception:
                self._note_failure(news)

    def _note_failure(self, *commits: Committed) -> None:
        for news in commits:
            self._watch.broadcast_failed()
            _log.exception("a change could not be broadcast", extra={"workspace_id": news.workspace_id})

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._between_heartbeats)
            try:
                await self._publish_heads()
            except Exception:
                self._watch.broadcast_failed()
                _log.exception("a heartbeat could not be broadcast")

    async def _look_for_others(self) -> None:
        """What other processes committed is told without its rows."""
        _, heads = await self._read_heads()
        # What this process committed meanwhile is told already.
        self._told = dict(heads) | self._told
        while True:
            await asyncio.sleep(_BETWEEN_LOOKS_SECONDS)
            try:
                epoch, heads = await self._read_heads()
                for workspace_id, head in heads:
                    # Whoever of this process has its turn may have committed that head, and tells it with its rows.
                    if head > self._told.get(workspace_id, 0) and not self.is_taken(workspace_id):
                        self._told[workspace_id] = head
                        hint = to_json({"epoch": epoch, "seq": head, "rows": None})
                        await self._publisher.publish(workspace_channel(workspace_id), CHANGES, hint)
            except Exception:
                self._watch.broadcast_failed()
                _log.exception("it is not known whether others committed anything")

    async def _read_heads(self) -> tuple[str, list[tuple[int, int]]]:
        """The epoch, and each workspace's id and head."""
        async with self._reads.connect() as connection:
            epoch = await read_epoch(connection)
            heads = (await connection.execute(sa.select(workspaces.c.id, workspaces.c.head))).all()
        return epoch, [(row.id, row.head) for row in heads]

    async def _publish_heads(self) -> None:
        epoch, heads = await self._read_heads()
        for workspace_id, head in heads:
            beat = to_json({"epoch": epoch, "head": head})
            await self._publisher.publish(workspace_channel(workspace_id), HEARTBEAT, beat)
