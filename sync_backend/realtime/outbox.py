"""Holds what one socket still has to be sent; bounded, so that a slow reader costs only its own connection."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MAX_BUFFERED_CHARACTERS = 1_000_000


class Outbox:
    """Frames go in without waiting and come out in order; one coroutine at a time drains it."""

    def __init__(self, limit: int = MAX_BUFFERED_CHARACTERS) -> None:
        self._limit = limit
        self._frames: deque[str] = deque()
        self._buffered = 0
        self._finished = False
        self._changed = asyncio.Event()

    def put(self, frame: str) -> bool:
        """False, and the frame is not taken, when the outbox is full or finished."""
        buffered = self._buffered + len(frame)
        if self._finished or buffered > self._limit:
            return False
        self._buffered = buffered
        self._frames.append(frame)
        self._changed.set()
        return True

    def finish(self) -> None:
        """Takes nothing more; `drain()` returns when what is buffered has gone."""
        self._finished = True
        self._changed.set()

    async def drain(self, send: Callable[[str], Awaitable[None]]) -> None:
        """Sends frames as they come, until `finish()`."""
        while self._frames or not self._finished:
            self._changed.clear()
            while self._frames:
                frame = self._frames.popleft()
                await send(frame)
                self._buffered -= len(frame)
            if not self._finished:
                await self._changed.wait()
