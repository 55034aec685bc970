"""Coalesces bursts: however often something asks for an update, the screen gets one a frame."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

FRAME_SECONDS = 0.016


class OncePerFrame:
    """Calls `update` soon after `ask()`, but never twice within a frame. Belongs to the running loop."""

    def __init__(self, update: Callable[[], None]) -> None:
        self._update = update
        self._scheduled: asyncio.TimerHandle | None = None
        self._last = 0.0

    def ask(self) -> None:
        """An update is wanted."""
        if self._scheduled is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._last + FRAME_SECONDS - loop.time())
            self._scheduled = loop.call_later(wait, self._run, loop)

    def close(self) -> None:
        """Forgets an update that was asked for."""
        if self._scheduled is not None:
            self._scheduled.cancel()
            self._scheduled = None

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        self._scheduled = None
        self._last = loop.time()
        self._update()
