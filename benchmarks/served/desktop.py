"""A desktop's socket, reduced to its ears: when did the `changes` of a message come?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import orjson
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.served.backend import Prepared
from wire.pusher.frames import encode_command
from wire.pusher.signatures import sign_channel
from wire.realtime import CHANGES, workspace_channel


class Desktop:
    """Remembers when each `changes` event came; the server sends one per commit, in commit order."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._heard: list[float] = []
        self._news = asyncio.Event()

    async def heard(self, events: int) -> list[float]:
        """When each of the first so many `changes` came; waits for the last of them."""
        async with asyncio.timeout(10):
            while len(self._heard) < events:
                self._news.clear()
                await self._news.wait()
        return self._heard[:events]

    async def listen(self) -> None:
        async for frame in self._socket:
            if orjson.loads(frame)["event"] == CHANGES:
                self._heard.append(time.perf_counter())
                self._news.set()


@asynccontextmanager
async def listening(prepared: Prepared, port: int) -> AsyncIterator[Desktop]:
    """Subscribed to the workspace's channel."""
    url = f"ws://127.0.0.1:{port}/app/{prepared.pusher_key}?protocol=7"
    async with connect(url, compression=None, proxy=None) as socket:
        established = orjson.loads(await socket.recv())
        socket_id = orjson.loads(established["data"])["socket_id"]
        channel = workspace_channel(prepared.workspace_id)
        auth = sign_channel(prepared.pusher_key, prepared.pusher_secret, socket_id, channel)
        await socket.send(encode_command("pusher:subscribe", {"channel": channel, "auth": auth}))
        if orjson.loads(answer := await socket.recv())["event"] != "pusher_internal:subscription_succeeded":
            raise RuntimeError(f"not subscribed: {answer!r}")
        desktop = Desktop(socket)
        listener = asyncio.create_task(desktop.listen(), name="listen to changes")
        try:
            yield desktop
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
