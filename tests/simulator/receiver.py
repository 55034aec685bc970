"""A backend's webhook as the simulator meets it: a real server that checks signatures and remembers."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from wire.signatures import verify_body, verify_standard_webhook

REFUSE: tuple[int, dict[str, str]] = (503, {})


class Receiver:
    """`refusals` are answered first, one per request; after that everything with a right signature is taken."""

    def __init__(self, url: str, secrets: dict[str, str]) -> None:
        self.url = url
        self.refusals: deque[tuple[int, dict[str, str]]] = deque()
        self.taken: list[dict[str, Any]] = []
        self.batches: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.tries: list[str] = []
        self._secrets = secrets
        self._changed = asyncio.Event()

    def events(self, name: str) -> list[dict[str, Any]]:
        return [event for event in self.taken if event["event"] == name]

    async def until(self, enough: Callable[[], bool], seconds: float = 10.0) -> None:
        """Waits for a condition on what was taken or tried; fails after `seconds`."""
        async with asyncio.timeout(seconds):
            while not enough():
                self._changed.clear()
                await self._changed.wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, extra = self._judge(scope["path"], headers, body)
        self._changed.set()
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [(name.encode(), value.encode()) for name, value in extra.items()]
                + [(b"content-length", b"2")],
            }
        )
        await send({"type": "http.response.body", "body": b"{}"})

    def _judge(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        event = json.loads(body)
        self.tries.append(headers["webhook-id"])
        secret = self._secrets[event["session_id"]]
        moment = int(headers["webhook-timestamp"])
        if path not in ("/api/whatsapp/webhook", "/api/whatsapp/chats/sync") or abs(time.time() - moment) > 60:
            return 400, {}
        if not verify_body(secret, body, headers.get("x-whatsapp-signature")) or not verify_standard_webhook(
            secret, headers["webhook-id"], moment, body, headers["webhook-signature"]
        ):
            return 401, {}
        if self.refusals:
            return self.refusals.popleft()
        if path.endswith("/sync"):
            self.batches.append(event)
            return 202, {}
        self.taken.append(event)
        self.raw.append(body)
        self.headers.append(headers)
        return 200, {}


def free_port() -> int:
    """A port that was free a moment ago, and on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@asynccontextmanager
async def receiving(secrets: dict[str, str], port: int = 0) -> AsyncIterator[Receiver]:
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:  # named, or asyncio leaves Nagle's algorithm on
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()
        receiver = Receiver(f"http://127.0.0.1:{listener.getsockname()[1]}", secrets)
        server = _QuietServer(uvicorn.Config(receiver, log_config=None, lifespan="off", ws="none"))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield receiver
        finally:
            server.should_exit = True
            await serving


class _QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
