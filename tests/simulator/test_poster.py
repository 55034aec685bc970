"""The poster keeps connections, and says so when no answer came."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from simulator.poster import NoAnswer, Poster

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk) -> AsyncIterator[str]:
    """A server that says what it likes, byte for byte."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/hook"


@asynccontextmanager
async def poster(url: str) -> AsyncIterator[Poster]:
    poster = Poster(url)
    try:
        yield poster
    finally:
        await poster.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    return head + await reader.readexactly(length)


async def test_connections_are_kept_and_the_request_is_whole() -> None:
    seen: list[list[bytes]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append([])
        while True:
            seen[-1].append(await read_request(reader))
            writer.write(OK)

    async with server(talk) as url, poster(url) as post:
        for body in (b"one", b"two", b""):
            answer = await post.post(body, {"x-name": "value"}, 5)
            assert (answer.status, answer.body) == (200, b"ok")
    ((first, _, last),) = seen
    assert first.startswith(b"POST /hook HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"x-name: value\r\ncontent-length: 3\r\n\r\none" in first
    assert last.endswith(b"content-length: 0\r\n\r\n")


async def test_a_chunked_answer_is_read_and_its_headers_kept() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 503 No\r\nRetry-After: 7\r\ntransfer-encoding: chunked\r\n\r\n3\r\nbus\r\n")
        await writer.drain()
        writer.write(b"1\r\ny\r\n0\r\n\r\n")
        await reader.read()

    async with server(talk) as url, poster(url) as post:
        answer = await post.post(b"{}", {}, 5)
    assert (answer.status, answer.headers["retry-after"], answer.body) == (503, "7", b"busy")


async def test_a_connection_that_the_server_gave_up_is_replaced_unnoticed() -> None:
    connections = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await read_request(reader)
        writer.write(OK)

    async with server(talk) as url, poster(url) as post:
        for _ in range(5):
            assert (await post.post(b"{}", {}, 5)).status == 200
    assert connections == 5


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nonly half", b"SSH-2.0-hello\r\n"])
async def test_an_answer_that_is_missing_incomplete_or_not_http_is_no_answer(said: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(said)

    async with server(talk) as url, poster(url) as post:
        with pytest.raises(NoAnswer):
            await post.post(b"{}", {}, 5)


async def test_a_silent_server_is_given_up_in_time() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with server(talk) as url, poster(url) as post:
        with pytest.raises(NoAnswer):
            await post.post(b"{}", {}, 0.05)


@pytest.mark.parametrize("url", ["", "localhost:8000", "ftp://example.com", "http://"])
def test_an_address_that_is_none_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="not an http address"):
        Poster(url)
