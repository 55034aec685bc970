"""Wakes a waiter at a moment that moves away with everything that happens, with one timer instead of one per move."""

from __future__ import annotations

import asyncio


class Alarm:
    """Sets `event`, at the latest when asked to; it may come too early, so whoever waits looks at the clock again.

    Qt's loop holds on to a cancelled timer until its time has come: a minute's silence, awaited anew after every
    event, would heap up thousands of them.
    """

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def ring_within(self, seconds: float) -> None:
        """Keeps the timer that runs, unless it would come too late."""
        loop = asyncio.get_running_loop()
        due = loop.time() + max(0.0, seconds)
        if self._timer is not None and self._due <= due:
            return
        self.cancel()
        self._due = due
        self._timer = loop.call_later(max(0.0, seconds), self._ring)

    def cancel(self) -> None:
        """Nobody waits any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self._event.set()
