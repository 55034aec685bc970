"""Keeps the cache equal to the server: listens, applies, pulls what was missed, and connects again for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from inbox_app.server.errors import Refused, Unreachable
from inbox_app.sync.alarm import Alarm
from inbox_app.sync.arrivals import Apply, Arrivals, Pull
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.pull import Puller
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.database import StorageError
from wire.pusher.client import Ended
from wire.pusher.codes import CloseAction, Code
from wire.realtime import ChangesEvent, Heartbeat

OVER_CAPACITY_SECONDS = 1.0

LineKind = Literal["connecting", "catching_up", "live", "reconnecting", "offline", "refused", "signed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The state of the line; `retry_at` on the engine's clock while reconnecting, `reason` in words."""

    kind: LineKind
    retry_at: float | None = None
    reason: str | None = None


class Listener(Protocol):
    """One realtime connection: runs until it ends, and tells why."""

    async def __call__(
        self, on_subscribed: Callable[[], None], on_news: Callable[[ChangesEvent | Heartbeat], None]
    ) -> Ended: ...


class SyncEngine:
    """`clock` gives seconds (monotonic); `on_line` hears every change of the line."""

    def __init__(
        self,
        *,
        cache: Cache,
        puller: Puller,
        listen: Listener,
        backoff: Backoff,
        tasks: Tasks,
        clock: Callable[[], float],
        on_line: Callable[[Line], None],
    ) -> None:
        self._cache = cache
        self._puller = puller
        self._listen = listen
        self._backoff = backoff
        self._tasks = tasks
        self._clock = clock
        self._on_line = on_line
        self._line = Line(kind="offline")
        self._nudge = asyncio.Event()
        self._wake = asyncio.Event()
        self._arrivals: Arrivals | None = None

    @property
    def line(self) -> Line:
        return self._line

    def wake_up(self) -> None:
        """The machine woke from sleep, or a person asks: connect, or pull, without waiting any longer."""
        self._nudge.set()
        if self._arrivals is not None:
            self._arrivals.pull_now()
        self._wake.set()

    async def run(self) -> None:
        """Returns only when the server refuses this client for good; the line then says why."""
        self._say(Line(kind="connecting"))
        while True:
            ending = await self._one_connection()
            if isinstance(ending, Refused):
                kind: LineKind = "signed_out" if ending.status == 401 else "refused"
                self._say(Line(kind=kind, reason=ending.message))
                return
            if isinstance(ending, Ended) and ending.action in (CloseAction.STOP, CloseAction.RECONNECT_OVER_TLS):
                self._say(Line(kind="refused", reason=ending.words))
                return
            await self._pause(ending)

    async def _pause(self, ending: Ended | Unreachable) -> None:
        if isinstance(ending, Unreachable):
            at_least, reason = ending.retry_after or 0.0, str(ending)
        else:
            at_least, reason = OVER_CAPACITY_SECONDS if ending.code == Code.OVER_CAPACITY else 0.0, ending.words
        # A server that asks to reconnect now does so to all clients at once: the first delay's jitter spreads them.
        delay = self._backoff.next_delay(at_least)
        self._nudge.clear()
        self._say(Line(kind="reconnecting", retry_at=self._clock() + delay, reason=reason))
        await _wait_for(self._nudge, delay)

    async def _one_connection(self) -> Ended | Refused | Unreachable:
        self._arrivals = None
        subscribed = asyncio.Event()
        listening = self._tasks.spawn(self._listen_once(subscribed), "realtime connection")
        following = self._tasks.spawn(self._follow(subscribed), "following changes")
        try:
            done, _ = await asyncio.wait({listening, following}, return_when=asyncio.FIRST_COMPLETED)
            ended: asyncio.Task[Ended | Refused | Unreachable] = done.pop()
            return _how_it_ended(ended)
        finally:
            for task in (listening, following):
                task.cancel()
            await asyncio.gather(listening, following, return_exceptions=True)

    async def _listen_once(self, subscribed: asyncio.Event) -> Ended | Refused | Unreachable:
        def hear(news: ChangesEvent | Heartbeat) -> None:
            if self._arrivals is not None:
                self._arrivals.hear(news, self._clock())
                self._wake.set()

        def start() -> None:
            self._arrivals = Arrivals(self._clock())
            subscribed.set()

        try:
            return await self._listen(start, hear)
        except (Refused, Unreachable) as error:
            return error

    async def _follow(self, subscribed: asyncio.Event) -> Ended | Refused | Unreachable:
        await subscribed.wait()
        arrivals = self._arrivals
        assert arrivals is not None
        alarm = Alarm(self._wake)
        try:
            while True:
                self._wake.clear()
                position = self._cache.position()
                step = arrivals.next_step(position.epoch, position.cursor or 0, self._clock())
                if isinstance(step, Apply):
                    applied = [asyncio.wrap_future(self._cache.apply_event(event)) for event in step.events]
                    if any(changed.refused for changed in await asyncio.gather(*applied)):
                        arrivals.pull_now()
                elif isinstance(step, Pull):
                    self._say(Line(kind="catching_up"))
                    await self._puller.pull()
                    arrivals.pulled(self._clock())
                else:
                    self._backoff.reset()
                    self._say(Line(kind="live"))
                    alarm.ring_within(step.until - self._clock())
                    await self._wake.wait()
        except (Refused, Unreachable) as error:
            return error
        finally:
            alarm.cancel()

    def _say(self, line: Line) -> None:
        if line != self._line:
            self._line = line
            self._on_line(line)


def _how_it_ended(task: asyncio.Task[Ended | Refused | Unreachable]) -> Ended | Refused | Unreachable:
    """A failure of ours was reported by whoever owns the task; here it costs one connection, and not the client."""
    try:
        return task.result()
    except StorageError as error:
        return Unreachable(f"This computer's disk refused: {error}")
    except Exception as error:
        return Unreachable(f"Something went wrong in this program ({type(error).__name__})")


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
