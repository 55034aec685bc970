"""Holds what one socket still has to be sent; bounded, so that a slow reader costs only its own connection.

Most sends end at once, because the socket takes what it is given. An idle outbox therefore begins a send right where
the frame is put, which costs no task and no turn of the loop; only a send that has to wait is left to `drain()`.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any

MAX_BUFFERED_CHARACTERS = 1_000_000


class Outbox:
    """Frames go in without waiting and come out in order."""

    def __init__(self, send: Callable[[str], Coroutine[Any, Any, None]], limit: int = MAX_BUFFERED_CHARACTERS) -> None:
        self._send = send
        self._limit = limit
        self._frames: deque[str] = deque()
        self._begun: _BegunSend | None = None
        self._failure: Exception | None = None
        self._buffered = 0
        self._idle = False
        self._finished = False
        self._changed = asyncio.Event()
        self.overflowed = False

    def put(self, frame: str) -> bool:
        """False, and the frame is not taken, when it would overflow the outbox or the outbox takes nothing more."""
        if self._finished:
            return False
        if self._idle:
            return self._begin(frame)
        if self._buffered + len(frame) > self._limit:
            self.overflowed = True
            return False
        self._buffered += len(frame)
        self._frames.append(frame)
        return True

    def finish(self) -> None:
        """Takes nothing more; `drain()` returns when what is buffered has gone."""
        self._finished = True
        self._wake_up()

    async def drain(self) -> None:
        """Sends what could not be sent at once, until `finish()`. Raises what a send raises."""
        while True:
            if self._failure is not None:
                raise self._failure
            if self._begun is not None:
                await self._begun
                self._begun = None
            while self._frames:
                frame = self._frames.popleft()
                await self._send(frame)
                self._buffered -= len(frame)
            if self._finished:
                return
            self._changed.clear()
            self._idle = True
            await self._changed.wait()

    def _begin(self, frame: str) -> bool:
        sending = self._send(frame)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return True
        except Exception as error:  # whoever puts a frame has no part in it: drain() raises it
            self._failure = error
            self.finish()
            return False
        self._begun = _BegunSend(sending, waits_for)
        self._wake_up()
        return True

    def _wake_up(self) -> None:
        self._idle = False
        self._changed.set()


class _BegunSend:
    """A send that was begun outside of its task and has to wait; to await this is to carry it on."""

    def __init__(self, sending: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._sending = sending
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waits_for
            yield from self._sending.__await__()
        finally:
            self._sending.close()
