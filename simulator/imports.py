"""Imports a number's chats as the bridge does: in batches, newest first, telling how far it has come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from simulator.batches import Batches
from simulator.history import Story
from simulator.ledger import WebhookRecord
from simulator.past_chats import past_chat
from simulator.sessions import STATUS_LANE
from simulator.settings import Liveliness, Number
from simulator.tasks import Tasks
from simulator.webhooks import Webhooks
from wire.webhooks import SyncProgress

CHATS_PER_SECOND: Final = 10.0
BATCH: Final = 10
"""The real bridge posts fifty at a time; with fewer, the progress of our few chats can be seen."""

Status = Literal["running", "completed", "cancelled"]


@dataclass(slots=True, eq=False)
class _Run:
    """How far one import has come, in chats."""

    total: int
    task: asyncio.Task[None] | None = None
    done: int = 0


class Imports:
    """At most one import per number; another one asked for meanwhile starts over. `stories_of` knows its chats."""

    def __init__(
        self,
        batches: Batches,
        webhooks: Webhooks,
        liveliness: Liveliness,
        *,
        stories_of: Callable[[Number], Sequence[Story]],
    ) -> None:
        self._batches = batches
        self._webhooks = webhooks
        self._haste = liveliness.haste
        self._stories_of = stories_of
        self._tasks = Tasks()
        self._running: dict[str, _Run] = {}

    def start(self, number: Number) -> None:
        """From the first chat on."""
        self._stop(number)
        stories = sorted(self._stories_of(number), key=lambda story: -story.utterances[-1].sent_at)
        run = self._running[number.session_id] = _Run(len(stories))
        run.task = self._tasks.spawn(self._run(number, stories, run), f"import of {number.session_id}")

    def cancel(self, number: Number) -> None:
        """Nothing where none runs."""
        if run := self._stop(number):
            self._tell(number, "cancelled", run)

    async def close(self) -> None:
        await self._tasks.close()

    def _stop(self, number: Number) -> _Run | None:
        run = self._running.pop(number.session_id, None)
        if run is not None and run.task is not None:
            run.task.cancel()
        return run

    async def _run(self, number: Number, stories: Sequence[Story], run: _Run) -> None:
        await self._tell(number, "running", run)
        for start in range(0, run.total, BATCH):
            batch = [past_chat(number, story) for story in stories[start : start + BATCH]]
            await asyncio.sleep(len(batch) / CHATS_PER_SECOND / self._haste)
            await self._batches.post(number, batch)
            run.done += len(batch)
            self._tell(number, "running", run)
        self._running.pop(number.session_id, None)
        self._tell(number, "completed", run)

    def _tell(self, number: Number, status: Status, run: _Run) -> asyncio.Future[WebhookRecord]:
        """Done when the backend has taken it."""
        event = SyncProgress(
            session_id=number.session_id,
            workspace_id=number.workspace_id,
            status=status,
            synced_count=run.done,
            total_count=run.total,
        )
        return self._webhooks.post(number, STATUS_LANE, event).ended
