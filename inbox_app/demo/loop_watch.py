"""Measures the longest stretch in which the event loop answered nobody."""

from __future__ import annotations

import asyncio

PROBE_SECONDS = 0.004


class LoopWatch:
    """Probes the running loop until `stop()`; `longest` in seconds, beyond the probe's own interval."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._expected = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begins, or begins anew."""
        self.longest = 0.0
        loop = asyncio.get_running_loop()
        self._expected = loop.time() + PROBE_SECONDS
        self._timer = loop.call_later(PROBE_SECONDS, self._probe, loop)

    def stop(self) -> None:
        """May be called twice."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _probe(self, loop: asyncio.AbstractEventLoop) -> None:
        self.longest = max(self.longest, loop.time() - self._expected)
        self._expected = loop.time() + PROBE_SECONDS
        self._timer = loop.call_later(PROBE_SECONDS, self._probe, loop)
