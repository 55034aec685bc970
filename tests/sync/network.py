"""What lies between a client and the server: a line that carries events, and a way for requests; both do as told."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Literal

import httpx
import msgspec

from tests.sync.server import Server
from wire.pusher.client import Ended
from wire.pusher.codes import CloseAction
from wire.realtime import CHANGES, HEARTBEAT, ChangesEvent, Heartbeat

News = ChangesEvent | Heartbeat
Mishap = Literal["is cut before", "loses its answer", "comes late", "is answered late", "times out"]
MISHAPS: tuple[Mishap, ...] = ("is cut before", "loses its answer", "comes late", "is answered late", "times out")

LATE_SECONDS = 3.0
TIMEOUT_SECONDS = 15.0
CONNECTING_SECONDS = 0.2
TRAVEL_SECONDS = 0.01
SMALL_PAGE, LARGE_PAGE = 3, 50


class Line:
    """One client's realtime connection: the engine's `Listener`. While `holds`, events wait for `deliver`."""

    def __init__(self, server: Server, channel: str) -> None:
        self._server = server
        self._channel = channel
        self._on_news: Callable[[News], None] | None = None
        self._ended: asyncio.Future[Ended] | None = None
        self.holds = False
        self.is_down = False
        self.held: list[News] = []

    async def __call__(self, on_subscribed: Callable[[], None], on_news: Callable[[News], None]) -> Ended:
        await asyncio.sleep(CONNECTING_SECONDS)
        if self.is_down or not self._server.is_up:
            return Ended(CloseAction.BACK_OFF, None, "there is no way to the server")
        self._ended = asyncio.get_running_loop().create_future()
        self._on_news = on_news
        self.held.clear()
        on_subscribed()
        try:
            return await self._ended
        finally:
            self._on_news = self._ended = None

    @property
    def is_open(self) -> bool:
        return self._on_news is not None

    def published(self, channel: str, event: str, data: str) -> None:
        """What the server sends; other channels are not subscribed."""
        if channel != self._channel or self._on_news is None:
            return
        if event == CHANGES:
            news: News = msgspec.json.decode(data, type=ChangesEvent)
        elif event == HEARTBEAT:
            news = msgspec.json.decode(data, type=Heartbeat)
        else:
            return
        if self.holds:
            self.held.append(news)
        else:
            asyncio.get_running_loop().call_later(TRAVEL_SECONDS, self._hear, news, self._ended)

    def deliver(self, which: int, *, again: bool) -> News | None:
        """One of those held comes through; `again`: and stays, to come a second time."""
        if not self.held:
            return None
        news = self.held[which % len(self.held)]
        if not again:
            self.held.remove(news)
        self._hear(news, self._ended)
        return news

    def deliver_all(self) -> None:
        while self.held:
            self.deliver(0, again=False)

    def lose(self, which: int) -> News | None:
        return self.held.pop(which % len(self.held)) if self.held else None

    def cut(self) -> None:
        """The connection ends; the engine will try again."""
        self.held.clear()
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(Ended(CloseAction.BACK_OFF, None, "cut"))

    def _hear(self, news: News, connection: object) -> None:
        if self._on_news is not None and connection is self._ended:
            self._on_news(news)


class Way(httpx.AsyncBaseTransport):
    """Requests of one client; each of `mishaps` meets one of them. Pages are small, so that walks have many."""

    def __init__(self, server: Server, page: int = SMALL_PAGE) -> None:
        self._server = server
        self.page = page
        self.is_down = False
        self.mishaps: deque[Mishap] = deque()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith(("/changes", "/messages")) and request.method == "GET":
            request.url = request.url.copy_set_param("limit", str(self.page))
        mishap = self.mishaps.popleft() if self.mishaps else None
        if self.is_down or mishap == "is cut before":
            await asyncio.sleep(0)
            raise httpx.ConnectError("cut", request=request)
        await asyncio.sleep(LATE_SECONDS if mishap == "comes late" else TRAVEL_SECONDS)
        response = await self._server.handle(request)
        if mishap == "times out":
            await asyncio.sleep(TIMEOUT_SECONDS)
            raise httpx.ReadTimeout("too late", request=request)
        await asyncio.sleep(LATE_SECONDS if mishap == "is answered late" else TRAVEL_SECONDS)
        if mishap == "loses its answer":
            raise httpx.ReadError("lost", request=request)
        return response
