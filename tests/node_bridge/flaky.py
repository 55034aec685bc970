"""A way to the backend on which a share of the posts is answered 503, half of those after the backend took them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

_REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"


class FlakyWay:
    """Leads from `url` to the backend. A backend that is away is a connection that breaks."""

    def __init__(self, backend_url: str, share: float, seed: int) -> None:
        self._backend_url = backend_url
        self._share = share
        self._random = random.Random(seed)
        self._http = httpx.AsyncClient(timeout=20)
        self.posts = 0
        self.refused = 0
        self.url = ""

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One post, one connection."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            writer.write(await self._answer(head[0].split(" ")[1], headers, body))
            await writer.drain()
        except (httpx.HTTPError, OSError, asyncio.IncompleteReadError):
            writer.transport.abort()
        finally:
            writer.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def _answer(self, path: str, headers: dict[str, str], body: bytes) -> bytes:
        self.posts += 1
        fate = self._random.random()
        if fate < self._share:
            self.refused += 1
        if fate < self._share / 2:
            return _REFUSAL
        kept = {name: value for name, value in headers.items() if name not in ("host", "content-length", "connection")}
        answer = await self._http.post(self._backend_url + path, content=body, headers=kept)
        if fate < self._share:
            return _REFUSAL
        wait = f"retry-after: {answer.headers['retry-after']}\r\n" if "retry-after" in answer.headers else ""
        status = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}\r\n{wait}"
        return f"{status}content-length: {len(answer.content)}\r\nconnection: close\r\n\r\n".encode() + answer.content


@asynccontextmanager
async def flaky_way(backend_url: str, share: float, seed: int = 1) -> AsyncIterator[FlakyWay]:
    way = FlakyWay(backend_url, share, seed)
    running: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        await way.carry(reader, writer)
        running.discard(task)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    way.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield way
    finally:
        server.close()
        await asyncio.gather(*running)
        await server.wait_closed()
        await way.close()
