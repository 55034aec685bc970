"""Measures how many events a second reach N sockets through the hub, as a ratio to the plain Starlette loop.

The plain loop encodes the event and awaits `send_text` for one socket after the other. Both run in one server process
(uvicorn with uvloop, on the options the backend uses), in turns, on sockets of their own; this process listens.

    python -m benchmarks.realtime_fanout [--sockets 200] [--events 50] [--rounds 7]
"""

import argparse
import asyncio
import socket
import statistics
import sys
import time
from dataclasses import dataclass
from typing import cast

import httpx
import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.websockets import WebSocket, WebSocketDisconnect

from sync_backend.realtime.endpoint import UVICORN_OPTIONS, realtime_router
from sync_backend.realtime.hub import RealtimeHub
from wire.pusher.frames import encode_command, encode_event

CHANNEL, EVENT, DATA = "benchmark", "new-chat-received", '{"message":"' + "x" * 500 + '"}'
FRAME_BYTES = 4 + len(encode_event(EVENT, DATA, CHANNEL))
GOAL = 2.0
ROUND_DEADLINE_SECONDS = 60.0


def build_app() -> FastAPI:
    app = FastAPI()
    hub = RealtimeHub()
    plain: list[WebSocket] = []
    router = realtime_router(hub, app_id="benchmark", key="hub", secret="secret", activity_timeout=3_600)
    app.include_router(router)

    @app.websocket("/plain")
    async def plain_loop(websocket: WebSocket) -> None:
        await websocket.accept()
        plain.append(websocket)
        await websocket.send_text("ready")
        try:
            await websocket.receive_text()
        except WebSocketDisconnect:
            plain.remove(websocket)

    @app.post("/publish/hub/{events}")
    async def publish_through_hub(events: int) -> None:
        for _ in range(events):
            await hub.publish(CHANNEL, EVENT, DATA)
            await asyncio.sleep(0)  # events come one by one, not as a batch that writers could drain at once

    @app.post("/publish/plain/{events}")
    async def publish_in_a_loop(events: int) -> None:
        for _ in range(events):
            for websocket in plain:
                await websocket.send_text(encode_event(EVENT, DATA, CHANNEL))
            await asyncio.sleep(0)

    return app


class Counter(asyncio.Protocol):
    """The cheapest client there is: shakes hands, says one thing, and counts bytes."""

    def __init__(self, path: str, opening: bytes, ready_sign: bytes) -> None:
        self._path = path
        self._opening = opening
        self._ready_sign = ready_sign
        self._heard = b""
        self._transport: asyncio.Transport
        self._left = 0
        self.ready = asyncio.get_running_loop().create_future()
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        upgrade = (
            f"GET {self._path} HTTP/1.1\r\nHost: benchmark\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._transport.write(upgrade.encode())

    def expect(self, events: int) -> None:
        self._left = events * FRAME_BYTES
        self.done = asyncio.get_running_loop().create_future()

    def data_received(self, data: bytes) -> None:
        if self.ready.done():
            self._left -= len(data)
            if self._left == 0:
                self.done.set_result(None)
            return
        if not self._heard:
            self._transport.write(self._opening)
        self._heard += data
        if self._ready_sign in self._heard:
            self.ready.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        for future in (self.ready, self.done):
            if not future.done():
                future.set_exception(ConnectionError("the server closed a socket that it should have served"))

    def close(self) -> None:
        self.done.cancel()
        self._transport.close()


@dataclass(frozen=True)
class Contender:
    """One way of publishing, with the sockets that listen to it."""

    name: str
    counters: list[Counter]

    async def deliveries_per_second(self, http: httpx.AsyncClient, events: int) -> float:
        for counter in self.counters:
            counter.expect(events)
        begin = time.perf_counter()
        publishing = asyncio.create_task(http.post(f"/publish/{self.name}/{events}"), name=f"publish {self.name}")
        async with asyncio.timeout(ROUND_DEADLINE_SECONDS):
            await asyncio.gather(*(counter.done for counter in self.counters))
        seconds = time.perf_counter() - begin
        (await publishing).raise_for_status()
        return len(self.counters) * events / seconds


async def connect(port: int, name: str, sockets: int) -> Contender:
    subscribe = _masked(encode_command("pusher:subscribe", {"channel": CHANNEL}))
    how = {"hub": ("/app/hub?protocol=7", subscribe, b"subscription_succeeded"), "plain": ("/plain", b"", b"ready")}
    path, opening, ready_sign = how[name]
    counters = []
    for _ in range(sockets):
        _, counter = await asyncio.get_running_loop().create_connection(
            lambda: Counter(path, opening, ready_sign), "127.0.0.1", port
        )
        counters.append(counter)
        await counter.ready
    await asyncio.sleep(0.1)  # the last bytes of the answers that made them ready
    return Contender(name, counters)


async def measure(port: int, sockets: int, events: int, rounds: int) -> dict[str, float]:
    """Median deliveries a second of each contender."""
    measured: dict[str, list[float]] = {"hub": [], "plain": []}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=120) as http:
        async with asyncio.timeout(ROUND_DEADLINE_SECONDS):
            contenders = [await connect(port, name, sockets) for name in measured]
        for contender in contenders:
            await contender.deliveries_per_second(http, events)  # warm
        for _ in range(rounds):
            for contender in contenders:
                measured[contender.name].append(await contender.deliveries_per_second(http, events))
        for contender in contenders:
            for counter in contender.counters:
                counter.close()
    return {name: statistics.median(rates) for name, rates in measured.items()}


async def run(sockets: int, events: int, rounds: int) -> dict[str, float]:
    """Starts the server as a process, measures, and stops it."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.realtime_fanout", f"--serve={listener.fileno()}", pass_fds=[listener.fileno()]
    )
    try:
        return await measure(listener.getsockname()[1], sockets, events, rounds)
    finally:
        listener.close()
        server.terminate()
        await server.wait()


def serve(descriptor: int) -> None:
    config = uvicorn.Config(build_app(), loop="uvloop", log_level="error", **UVICORN_OPTIONS)
    uvicorn.Server(config).run([socket.socket(fileno=descriptor)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--serve", type=int, metavar="DESCRIPTOR", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve)
        return
    rates = uvloop.run(run(asked.sockets, asked.events, asked.rounds))
    sys.stdout.write(
        f"realtime fan-out to {asked.sockets} sockets, {FRAME_BYTES} bytes: hub {rates['hub']:,.0f} deliveries/s, "
        f"plain Starlette loop {rates['plain']:,.0f}; ratio {rates['hub'] / rates['plain']:.2f} (goal ≥ {GOAL})\n"
    )


def _masked(text: str) -> bytes:
    """A client's text frame of up to 125 bytes, under a mask of zeros."""
    payload = text.encode()
    return bytes((0x81, 0x80 | len(payload), 0, 0, 0, 0)) + payload


if __name__ == "__main__":
    main()
