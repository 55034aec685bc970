"""A bridge for tests: a real HTTP server on loopback that remembers what it was asked to send, and fails on demand.

WhatsApp is the edge of the system, so this is the one place where something is pretended.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any

import orjson

from wire.bridge import SIGNATURE_HEADER, TIMESTAMP_HEADER, BridgeError, BridgeErrorDetail, BridgeSent
from wire.signatures import verify_bridge_call

Answer = tuple[int, Any] | None
"""Status and JSON, or None to cut the connection."""
Behaviour = Callable[[str], Awaitable[Answer]]


class FakeBridge:
    """Idempotent by `client_uuid`, like the real one; `calls` counts every request, `accepted` every message."""

    def __init__(self, secret: str = "") -> None:
        self.url = ""
        self.calls: list[dict[str, Any]] = []
        self.accepted: dict[str, dict[str, Any]] = {}
        self.secret = secret
        self._held: list[asyncio.Event] = []
        self._next: deque[Behaviour] = deque()
        self._changed = asyncio.Condition()
        self.paths: dict[str, int] = defaultdict(int)
        self.answers: dict[str, Answer] = {}
        self.bodies: dict[str, Any] = {}

    # what it shall do with the next call

    def refuse_next(self, status: int, code: str) -> None:
        async def refuse(_uuid: str) -> Answer:
            return status, asdict(BridgeError(error=BridgeErrorDetail(code=code, message=f"refused: {code}")))

        self._next.append(refuse)

    def accept_but_cut_next(self) -> None:
        """WhatsApp gets the message, the backend never hears of it."""

        async def cut(uuid: str) -> Answer:
            self._accept(uuid)
            return None

        self._next.append(cut)

    def cut_next(self) -> None:
        """The connection breaks before anything was sent."""

        async def cut(_uuid: str) -> Answer:
            return None

        self._next.append(cut)

    def answer(self, method: str, path: str, status: int, content: Any) -> None:
        """What every call of a path that is no send gets."""
        self.answers[f"{method} {path}"] = (status, content)

    def refuse(self, method: str, path: str, status: int, code: str) -> None:
        refusal = BridgeError(error=BridgeErrorDetail(code=code, message=f"refused: {code}"))
        self.answer(method, path, status, asdict(refusal))

    def hold_next(self) -> asyncio.Event:
        """The next call is answered only after the event is set; the message is accepted at once."""
        released = asyncio.Event()
        self._held.append(released)

        async def hold(uuid: str) -> Answer:
            sent = self._accept(uuid)
            await released.wait()
            return 200, sent

        self._next.append(hold)
        return released

    # what happened

    @property
    def texts(self) -> list[str]:
        """Bodies of the accepted messages, in order."""
        return [message["body"] for message in self.accepted.values()]

    async def was_called(self, times: int, within: float = 10.0) -> None:
        async with asyncio.timeout(within), self._changed:
            await self._changed.wait_for(lambda: len(self.calls) >= times)

    def accepted_exactly(self, *bodies: str) -> None:
        assert self.texts == list(bodies)

    # the server

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[FakeBridge]:
        conversations: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            conversations[task] = writer
            try:
                await self._converse(reader, writer)
            finally:
                conversations.pop(task)
                writer.close()

        server = await asyncio.start_server(connected, "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for held in self._held:
                held.set()
            for writer in conversations.values():
                writer.transport.abort()
            await asyncio.gather(*conversations)
            await server.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            method, path, _ = head[0].split(" ")
            answer = await self._answer(method, path, headers, body)
            if answer is None:
                writer.transport.abort()
                return
            status, content = answer
            text = b"" if content is None else orjson.dumps(content)
            writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n".encode())
            writer.write(text)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return

    async def _answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        timestamp = int(headers.get(TIMESTAMP_HEADER.lower(), "0"))
        signature = headers.get(SIGNATURE_HEADER.lower())
        if abs(time.time() - timestamp) > 300 or not verify_bridge_call(
            self.secret, method, path, timestamp, body, signature
        ):
            return 401, asdict(BridgeError(error=BridgeErrorDetail(code="unauthorised", message="bad signature")))
        self.paths[f"{method} {path}"] += 1
        if body:
            self.bodies[f"{method} {path}"] = orjson.loads(body)
        if f"{method} {path}" in self.answers:
            return self.answers[f"{method} {path}"]
        if not path.endswith(("/messages", "/reactions")):
            return 200, {"items": [], "id": path.split("/")[2] if path.count("/") > 1 else "", "status": "connecting"}
        sent = orjson.loads(body)
        async with self._changed:
            self.calls.append(sent)
            self._changed.notify_all()
        behaviour = self._next.popleft() if self._next else None
        if path.endswith("/reactions"):
            return await behaviour("") if behaviour else (204, None)
        return await behaviour(sent["client_uuid"]) if behaviour else (200, self._accept(sent["client_uuid"]))

    def _accept(self, uuid: str) -> dict[str, Any]:
        call = next(call for call in reversed(self.calls) if call["client_uuid"] == uuid)
        self.accepted.setdefault(uuid, call)
        return asdict(BridgeSent(client_uuid=uuid, message_id=f"WA{uuid[-12:]}", timestamp=int(time.time())))
