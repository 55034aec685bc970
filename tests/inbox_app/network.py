"""The network between desktop and server, disturbed by a test: it notes every request and cuts what it is told to."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class Request:
    """`query` in the form `cursor=…&limit=…`."""

    method: str
    path: str
    query: str


@dataclass(slots=True)
class _Disturbance:
    pattern: re.Pattern[str]
    kind: str
    released: asyncio.Event


class Network(httpx.AsyncBaseTransport):
    """A real HTTP transport. Patterns are searched in `METHOD /path?query`; each disturbance meets one request."""

    def __init__(self, *, changes_per_page: int | None = None) -> None:
        self._real = httpx.AsyncHTTPTransport()
        self._changes_per_page = changes_per_page
        self._planned: deque[_Disturbance] = deque()
        self._is_down = False
        self._unknown_cursor: str | None = None
        self.requests: list[Request] = []

    def go_down(self) -> None:
        """No request gets through, until `come_up`."""
        self._is_down = True

    def come_up(self) -> None:
        self._is_down = False

    def cut_next(self, pattern: str) -> None:
        """The next such request does not reach the server."""
        self._plan(pattern, "cut")

    def lose_next_answer(self, pattern: str) -> None:
        """The server does what it is asked, and nobody hears of it."""
        self._plan(pattern, "lose")

    def hold_next(self, pattern: str) -> asyncio.Event:
        """The next such request waits until the event is set."""
        return self._plan(pattern, "hold")

    def forget_cursor(self, cursor: str) -> None:
        """Asked with it, the server does not understand, once."""
        self._unknown_cursor = cursor

    def made(self, pattern: str) -> list[Request]:
        """The requests so far that match."""
        wanted = re.compile(pattern)
        return [each for each in self.requests if wanted.search(f"{each.method} {each.path}?{each.query}")]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._changes_per_page is not None and request.url.path.endswith("/changes"):
            request.url = request.url.copy_set_param("limit", str(self._changes_per_page))
        if self._unknown_cursor is not None and request.url.params.get("cursor") == self._unknown_cursor:
            request.url = request.url.copy_set_param("cursor", "of another version")
            self._unknown_cursor = None
        seen = Request(request.method, request.url.path, request.url.query.decode())
        self.requests.append(seen)
        line = f"{seen.method} {seen.path}?{seen.query}"
        meets = next((each for each in self._planned if each.pattern.search(line)), None)
        if meets is not None:
            self._planned.remove(meets)
            if meets.kind == "hold":
                await meets.released.wait()
        if self._is_down or (meets is not None and meets.kind == "cut"):
            raise httpx.ConnectError("the test cut the cable", request=request)
        response = await self._real.handle_async_request(request)
        if meets is not None and meets.kind == "lose":
            await response.aread()
            await response.aclose()
            raise httpx.ReadError("the test lost the answer", request=request)
        return response

    async def aclose(self) -> None:
        await self._real.aclose()

    def _plan(self, pattern: str, kind: str) -> asyncio.Event:
        released = asyncio.Event()
        self._planned.append(_Disturbance(re.compile(pattern), kind, released))
        return released
