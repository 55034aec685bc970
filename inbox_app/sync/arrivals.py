"""Decides what to do with events as they come in: apply, wait for a missing one, or pull. No IO; time is an argument.

Events are hints. One whose `seq` follows the cursor is applied; after a gap the missing one is given HOLD_SECONDS to
arrive, then everything missed is pulled.
"""

from __future__ import annotations

from dataclasses import dataclass

from wire.realtime import ChangesEvent, Heartbeat

HOLD_SECONDS = 1.0
SILENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Apply:
    """These events follow the cursor without a gap, in this order."""

    events: tuple[ChangesEvent, ...]


@dataclass(frozen=True, slots=True)
class Pull:
    """Ask the server for what changed."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before this moment, unless something arrives."""

    until: float


class Arrivals:
    """What one connection has heard since it was opened."""

    def __init__(self, now: float) -> None:
        self._events: dict[int, ChangesEvent] = {}
        self._epoch: str | None = None
        self._head = 0
        self._gap_since: float | None = None
        self._last_heard = now
        self._must_pull = True  # whatever happened before the subscription was confirmed was not heard

    def hear(self, news: ChangesEvent | Heartbeat, now: float) -> None:
        """Takes an event or a heartbeat in."""
        self._last_heard = now
        if news.epoch != self._epoch:
            self._must_pull = self._must_pull or self._epoch is not None
            self._epoch = news.epoch
            self._events.clear()
            self._head = 0
        if isinstance(news, Heartbeat):
            self._head = max(self._head, news.head)
        else:
            self._head = max(self._head, news.seq)
            self._events[news.seq] = news

    def pull_now(self) -> None:
        """Something outside (a wake from sleep, a gap found by the cache) asks for a pull."""
        self._must_pull = True

    def pulled(self, now: float) -> None:
        """A pull has been completed."""
        self._must_pull = False
        self._gap_since = None
        self._last_heard = now

    def next_step(self, epoch: str | None, cursor: int, now: float) -> Apply | Pull | Wait:
        """What to do next, given the epoch and the cursor that the cache holds."""
        if self._must_pull or (self._epoch is not None and self._epoch != epoch):
            return Pull()
        self._events = {seq: event for seq, event in self._events.items() if seq > cursor}
        following: list[ChangesEvent] = []
        while (event := self._events.get(cursor + len(following) + 1)) is not None and event.rows is not None:
            following.append(event)
        if following:
            self._gap_since = None
            return Apply(tuple(following))
        if self._head <= cursor:
            self._gap_since = None
            silence_ends = self._last_heard + SILENCE_SECONDS
            return Pull() if now >= silence_ends else Wait(silence_ends)
        if cursor + 1 in self._events:
            return Pull()  # the very next one came without rows: there is nothing to wait for
        if self._gap_since is None:
            self._gap_since = now
        hold_ends = self._gap_since + HOLD_SECONDS
        return Pull() if now >= hold_ends else Wait(hold_ends)
