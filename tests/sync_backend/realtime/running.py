"""A real realtime server on a loopback port, and real sockets to it, for tests."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect

from sync_backend.error_answers import install_error_handlers
from sync_backend.realtime.endpoint import UVICORN_OPTIONS, RealtimeServer, realtime_router
from sync_backend.realtime.hub import RealtimeHub
from wire.pusher.signatures import sign_channel

APP_ID, KEY, SECRET = "inbox", "test-key", "test-secret"
NOW = 1_700_000_000.0
DEADLINE_SECONDS = 10.0


@dataclass
class Running:
    hub: RealtimeHub
    server: RealtimeServer
    port: int
    serving: asyncio.Task[None]

    def url(self, key: str = KEY, query: str = "?protocol=7") -> str:
        return f"ws://127.0.0.1:{self.port}/app/{key}{query}"

    async def until_connected(self, sockets: int) -> None:
        """Waits until the hub holds that many sockets."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                if self.hub.connected == sockets:
                    return
                await asyncio.sleep(0.001)

    async def stop(self) -> None:
        self.server.should_exit = True
        await self.serving


@asynccontextmanager
async def running_server(**router_options: Any) -> AsyncIterator[Running]:
    """Stops at the end, unless the test did."""
    hub = RealtimeHub()
    app = FastAPI()
    install_error_handlers(app)
    app.include_router(realtime_router(hub, app_id=APP_ID, key=KEY, secret=SECRET, clock=lambda: NOW, **router_options))
    listener = socket.create_server(("127.0.0.1", 0))
    server = RealtimeServer(uvicorn.Config(app, log_level="warning", **UVICORN_OPTIONS), hub)
    serving = asyncio.create_task(server.serve([listener]), name="realtime server under test")
    try:
        yield Running(hub, server, listener.getsockname()[1], serving)
    finally:
        server.should_exit = True
        await serving


class PusherSocket:
    """A bare client that says exactly what a test makes it say."""

    def __init__(self, websocket: ClientConnection) -> None:
        self.websocket = websocket
        self.socket_id = ""

    async def next(self) -> dict[str, Any]:
        """The next frame, its `data` decoded."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            frame: dict[str, Any] = json.loads(await self.websocket.recv())
        assert isinstance(frame.get("data"), str), "data must travel as a string"
        return frame | {"data": json.loads(frame["data"])}

    async def say(self, event: str, data: object, **more: object) -> None:
        await self.websocket.send(json.dumps({"event": event, "data": data, **more}))

    async def subscribe(self, channel: str, channel_data: str | None = None) -> dict[str, Any]:
        """Subscribes with a right signature; the server's answer."""
        data = {"channel": channel, "auth": sign_channel(KEY, SECRET, self.socket_id, channel, channel_data)}
        if channel_data is not None:
            data["channel_data"] = channel_data
        await self.say("pusher:subscribe", data)
        return await self.next()

    async def is_silent(self) -> bool:
        """True when everything the server had to say so far has been read."""
        await self.say("pusher:ping", {})
        answer = await self.next()
        return bool(answer["event"] == "pusher:pong")

    async def close_code(self) -> int | None:
        """Reads to the end; the code that the server closed with."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.websocket.wait_closed()
        return self.websocket.close_code


@asynccontextmanager
async def pusher_socket(url: str, **options: Any) -> AsyncIterator[PusherSocket]:
    """Connected and greeted; `options` are those of `websockets.connect`."""
    async with connect(url, proxy=None, ping_interval=None, compression=None, close_timeout=1, **options) as websocket:
        client = PusherSocket(websocket)
        greeting = await client.next()
        client.socket_id = greeting["data"].get("socket_id", "")
        yield client
