"""The desktop's realtime connection against our real server, against scripted ones, and on Qt's loop."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from websockets.asyncio.server import ServerConnection, serve

from inbox_app.sync.realtime import RealtimeConnection, RealtimeState
from tests.sync_backend.realtime.running import DEADLINE_SECONDS, KEY, SECRET, running_server
from wire.pusher.client import Ended
from wire.pusher.codes import CloseAction
from wire.pusher.signatures import sign_channel
from wire.rest import RealtimeSettings

CHANNEL = "private-chats.ch1"


class Desktop:
    """What the engine would be: it authorises and remembers what it was told."""

    def __init__(self, port: int, secret: str = SECRET, key: str = KEY) -> None:
        self.secret = secret
        self.states: list[RealtimeState] = []
        self.events: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self.live = asyncio.Event()
        self.connection = RealtimeConnection(
            settings=RealtimeSettings(
                key=key,
                host="127.0.0.1",
                port=port,
                tls=False,
                channel=CHANNEL,
                auth_endpoint="/broadcasting/auth",
            ),
            client_version="0.1.0",
            authorise=self.authorise,
            on_event=lambda name, data: self.events.put_nowait((name, data)),
            on_state=self.on_state,
        )

    async def authorise(self, socket_id: str, channel: str) -> str:
        return sign_channel(KEY, self.secret, socket_id, channel)

    def on_state(self, state: RealtimeState) -> None:
        self.states.append(state)
        if state is RealtimeState.LIVE:
            self.live.set()

    async def run_once(self) -> Ended:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.connection.run_once()


@asynccontextmanager
async def listening(desktop: Desktop) -> AsyncIterator[asyncio.Task[Ended]]:
    """Live; cancelled at the end when the test has not ended it."""
    task = asyncio.create_task(desktop.run_once(), name="desktop under test")
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await desktop.live.wait()
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


@asynccontextmanager
async def scripted_server(script: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[int]:
    """A foreign server that says what a test wants; the port."""
    async with serve(script, "127.0.0.1", 0) as server:
        yield next(iter(server.sockets)).getsockname()[1]


async def greet(websocket: ServerConnection, activity_timeout: float = 120) -> None:
    """Up to the client's subscription."""
    data = json.dumps({"socket_id": "1.2", "activity_timeout": activity_timeout})
    await websocket.send(json.dumps({"event": "pusher:connection_established", "data": data}))
    await websocket.recv()


async def test_becomes_live_hears_events_and_reconnects_at_once_when_the_server_restarts() -> None:
    async with running_server() as server:
        desktop = Desktop(server.port)
        async with listening(desktop) as task:
            assert desktop.states == [RealtimeState.CONNECTING, RealtimeState.SUBSCRIBING, RealtimeState.LIVE]
            await server.hub.publish(CHANNEL, "changes", '{"seq":1}')
            assert await desktop.events.get() == ("changes", '{"seq":1}')
            await server.stop()
            ended = await task
            assert (ended.action, ended.code) == (CloseAction.RECONNECT_NOW, 4200)


async def test_a_refused_signature_stops_with_words() -> None:
    async with running_server() as server:
        ended = await Desktop(server.port, secret="another").run_once()
        assert ended == Ended(CloseAction.STOP, 4009, "Connection is unauthorized")


async def test_an_unknown_key_stops_with_words() -> None:
    async with running_server() as server:
        ended = await Desktop(server.port, key="unknown").run_once()
        assert ended == Ended(CloseAction.STOP, 4001, "The server does not know this app key")


async def test_nobody_listening_there_backs_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    ended = await Desktop(port).run_once()
    assert (ended.action, ended.code) == (CloseAction.BACK_OFF, None)
    assert "Cannot reach the server" in ended.words


async def test_a_server_that_is_no_realtime_server_backs_off() -> None:
    async def no_websocket(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(no_websocket, "127.0.0.1", 0) as server:
        ended = await Desktop(server.sockets[0].getsockname()[1]).run_once()
        assert ended.action is CloseAction.BACK_OFF


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (4100, CloseAction.BACK_OFF),
        (4009, CloseAction.STOP),
        (4201, CloseAction.RECONNECT_NOW),
        (1001, CloseAction.BACK_OFF),
    ],
)
async def test_a_close_code_decides_what_comes_next(code: int, action: CloseAction) -> None:
    async def script(websocket: ServerConnection) -> None:
        await greet(websocket)
        await websocket.close(code, "in its own words")

    async with scripted_server(script) as port:
        assert await Desktop(port).run_once() == Ended(action, code, "in its own words")


async def test_a_torn_connection_backs_off() -> None:
    async def script(websocket: ServerConnection) -> None:
        await greet(websocket)
        websocket.transport.abort()

    async with scripted_server(script) as port:
        ended = await Desktop(port).run_once()
        assert (ended.action, ended.code) == (CloseAction.BACK_OFF, None)


async def test_hostile_frames_do_not_end_it() -> None:
    async def script(websocket: ServerConnection) -> None:
        await greet(websocket)
        for frame in ("nonsense", b"\xff", "[" * 50_000, '{"event":7}', '{"event":"changes","channel":{}}'):
            await websocket.send(frame)
        await websocket.send(json.dumps({"event": "changes", "channel": CHANNEL, "data": "{}"}))
        await websocket.close(4200, "")

    async with scripted_server(script) as port:
        desktop = Desktop(port)
        assert (await desktop.run_once()).action is CloseAction.RECONNECT_NOW
        assert desktop.events.get_nowait() == ("changes", "{}")


async def test_a_quiet_server_is_pinged_again_and_again() -> None:
    async def script(websocket: ServerConnection) -> None:
        await greet(websocket, activity_timeout=0.02)
        for _ in range(3):
            assert json.loads(await websocket.recv())["event"] == "pusher:ping"
            await websocket.send('{"event":"pusher:pong"}')
        await websocket.close(4200, "pinged three times")

    async with scripted_server(script) as port:
        ended = await Desktop(port).run_once()
        assert ended.words == "pinged three times"


async def test_what_authorise_raises_passes_through() -> None:
    async with running_server() as server:
        desktop = Desktop(server.port, secret="")

        async def signed_out(socket_id: str, channel: str) -> str:
            raise PermissionError("signed out")

        connection = RealtimeConnection(
            settings=RealtimeSettings(
                key=KEY, host="127.0.0.1", port=server.port, tls=False, channel=CHANNEL, auth_endpoint=""
            ),
            client_version="0.1.0",
            authorise=signed_out,
            on_event=lambda name, data: None,
            on_state=desktop.on_state,
        )
        with pytest.raises(PermissionError, match="signed out"):
            await connection.run_once()
        await server.until_connected(0)


async def test_cancelling_closes_the_socket() -> None:
    async with running_server() as server:
        async with listening(Desktop(server.port)):
            assert server.hub.connected == 1
        await server.until_connected(0)


def test_runs_on_the_qt_loop(qapp: QApplication) -> None:
    async def script(websocket: ServerConnection) -> None:
        await greet(websocket)
        for event in ("pusher_internal:subscription_succeeded", "changes"):
            await websocket.send(json.dumps({"event": event, "channel": CHANNEL, "data": "{}"}))
        await websocket.wait_closed()

    async def scenario() -> None:
        async with scripted_server(script) as port:
            desktop = Desktop(port)
            async with listening(desktop):
                assert await desktop.events.get() == ("changes", "{}")

    with QEventLoop(qapp) as loop:
        loop.run_until_complete(scenario())


def test_importing_it_loads_neither_qt_nor_websockets() -> None:
    """Both would delay the first paint."""
    code = (
        "import sys, inbox_app.sync.realtime;"
        "print([name for name in sys.modules if name.split('.')[0] in ('websockets', 'PySide6')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
