"""Posts to one address over kept-alive connections, cheaply: the simulator is the load that others are measured by.

(Against a receiver that only counts: httpx 490 webhooks/s, this 13,000, on one machine of two cores.)
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httptools

_CONNECTIONS: Final = 64


class NoAnswer(Exception):
    """No connection, none in time, or it broke before the answer was complete."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by lower-case name."""

    status: int
    headers: dict[str, str]
    body: bytes


class Poster:
    """`url` is http or https, with a host; at most 64 requests are on their way at once, others wait their turn."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"not an http address: {url!r}")
        self._host = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._head = f"POST {target} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\n"
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._places = asyncio.Semaphore(_CONNECTIONS)

    async def post(self, body: bytes, headers: Mapping[str, str], within: float) -> Answer:
        """Raises NoAnswer, at the latest after `within` seconds."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{self._head}{lines}content-length: {len(body)}\r\n\r\n".encode("latin-1") + body
        async with self._places:
            try:
                async with asyncio.timeout(within):
                    return await self._exchange(request)
            except (OSError, TimeoutError) as error:
                raise NoAnswer(str(error)) from error

    async def close(self) -> None:
        """Cuts all connections; may be called twice."""
        ended = [connection.ended for connection in self._open]
        for connection in list(self._open):
            connection.abort()
        await asyncio.gather(*ended)

    async def _exchange(self, request: bytes) -> Answer:
        while True:
            reused = bool(self._idle)
            connection = self._idle.pop() if reused else await self._connect()
            try:
                answer = await connection.exchange(request)
            except NoAnswer:
                if reused and connection.silent:
                    continue  # the server had closed it for being idle, so it has not read this request
                raise
            except BaseException:
                connection.abort()
                raise
            if connection.reusable:
                self._idle.append(connection)
            else:
                connection.abort()
            return answer

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: _Connection(loop, self._forget), self._host, self._port, ssl=self._tls
        )
        self._open.add(connection)
        return connection

    def _forget(self, connection: _Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)


class _Connection(asyncio.Protocol):
    """One request at a time; `ended` is done when the socket has gone."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_lost: Callable[[_Connection], None]) -> None:
        self._loop = loop
        self._on_lost = on_lost
        self.ended: asyncio.Future[None] = loop.create_future()
        self.silent = True
        self.reusable = True
        self._answer: asyncio.Future[Answer] | None = None

    async def exchange(self, request: bytes) -> Answer:
        self._parser = httptools.HttpResponseParser(self)
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self.silent = True
        self._answer = self._loop.create_future()
        self._transport.write(request)
        return await self._answer

    def abort(self) -> None:
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self.silent = False
        if self._answer is None:
            self.abort()  # nothing was asked
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(f"not HTTP: {error}")
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.reusable = False
        self._on_lost(self)
        self._fail(str(error or "the connection was closed"))
        self.ended.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self.reusable = self._parser.should_keep_alive() and not self._transport.is_closing()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Answer(self._parser.get_status_code(), self._headers, bytes(self._body)))
        self._answer = None

    def _fail(self, words: str) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(NoAnswer(words))
        self._answer = None
