"""Listens to the workspace's channel over one WebSocket until that ends, and says how it ended.

    connection = RealtimeConnection(
        settings=answer.realtime, client_version="0.1.0", authorise=authorise, on_event=on_event, on_state=on_state
    )
    ended = await connection.run_once()     # ended.action: reconnect now, back off, or stop and tell

It makes no second attempt and leaves no task behind, also when it is cancelled.
"""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING

from wire.pusher import client as pusher
from wire.pusher.codes import CloseAction
from wire.rest import RealtimeSettings

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection as WebSocket

OPEN_TIMEOUT_SECONDS = 10.0
CLOSE_TIMEOUT_SECONDS = 1.0
MAX_FRAME_BYTES = 1_048_576
CLIENT_NAME = "whatsapp-inbox"

Authorise = Callable[[str, str], Awaitable[str]]
"""Given a socket id and a channel, the `auth` that the server gives out for them."""


class RealtimeState(Enum):
    CONNECTING = "connecting"
    SUBSCRIBING = "subscribing"
    LIVE = "live"


class RealtimeConnection:
    """Callbacks are called on the loop and must not block. What `authorise` or a callback raises passes through
    `run_once()`, after the socket was closed."""

    def __init__(
        self,
        *,
        settings: RealtimeSettings,
        client_version: str,
        authorise: Authorise,
        on_event: Callable[[str, str], None],
        on_state: Callable[[RealtimeState], None],
    ) -> None:
        self._url = _url(settings, client_version)
        self._channel = settings.channel
        self._authorise = authorise
        self._on_event = on_event
        self._on_state = on_state
        self._speaking: tuple[WebSocket, pusher.ClientConnection] | None = None

    async def run_once(self) -> pusher.Ended:
        """Connects, subscribes, and listens until the connection is over; the answer says why and what to do next."""
        self._on_state(RealtimeState.CONNECTING)
        # Here, for its import takes longer than the first paint may; and on a thread, for the window is open by now.
        await asyncio.to_thread(importlib.import_module, "websockets.asyncio.client")
        from websockets.asyncio.client import connect
        from websockets.exceptions import ConnectionClosed, WebSocketException

        try:
            websocket = await connect(
                self._url,
                compression=None,
                ping_interval=None,  # Pusher's own pings do it
                open_timeout=OPEN_TIMEOUT_SECONDS,
                close_timeout=CLOSE_TIMEOUT_SECONDS,
                max_size=MAX_FRAME_BYTES,
            )
        except (OSError, WebSocketException) as error:
            return pusher.Ended(CloseAction.BACK_OFF, None, _why_unreachable(error))
        async with websocket:
            protocol = pusher.ClientConnection(asyncio.get_running_loop().time())
            self._speaking = (websocket, protocol)
            try:
                outcome = await self._listen(websocket, protocol)
                while isinstance(outcome, pusher.Connected):
                    await self._subscribe(outcome.socket_id, websocket, protocol)
                    outcome = await self._listen(websocket, protocol)
                return outcome
            except ConnectionClosed as closed:
                frame = closed.rcvd
                return protocol.closed(frame.code if frame else None, frame.reason if frame else "")
            finally:
                self._speaking = None

    async def trigger(self, event: str, data: Mapping[str, object]) -> None:
        """Says something to the other clients of the channel; while the line is not live, nobody hears it."""
        if self._speaking is None:
            return
        from websockets.exceptions import ConnectionClosed

        websocket, protocol = self._speaking
        try:
            await self._carry_out(protocol.trigger(self._channel, event, data), websocket)
        except ConnectionClosed:
            return  # `run_once` hears of it too

    async def _subscribe(self, socket_id: str, websocket: WebSocket, protocol: pusher.ClientConnection) -> None:
        self._on_state(RealtimeState.SUBSCRIBING)
        auth = await self._authorise(socket_id, self._channel)
        await self._carry_out(protocol.subscribe(self._channel, auth), websocket)

    async def _listen(self, websocket: WebSocket, protocol: pusher.ClientConnection) -> pusher.Connected | pusher.Ended:
        """Hears the server out until it has greeted or the connection is over."""
        loop = asyncio.get_running_loop()
        while True:
            alarm = asyncio.timeout_at(protocol.deadline)
            try:
                async with alarm:
                    outcome = await self._listen_until(protocol.deadline, websocket, protocol)
            except TimeoutError:
                if not alarm.expired():
                    raise
                outcome = await self._carry_out(protocol.tick(loop.time()), websocket)
            if outcome is not None:
                return outcome

    async def _listen_until(
        self, deadline: float, websocket: WebSocket, protocol: pusher.ClientConnection
    ) -> pusher.Connected | pusher.Ended | None:
        """Keeps to one alarm while deadlines move away from it, which they do with every frame: Qt's loop holds on to
        a cancelled timer until its time has come."""
        loop = asyncio.get_running_loop()
        while protocol.deadline >= deadline:
            message = await websocket.recv()
            events = protocol.receive_text(message, loop.time()) if isinstance(message, str) else []
            outcome = await self._carry_out(events, websocket)
            if outcome is not None:
                return outcome
        return None

    async def _carry_out(
        self, events: Iterable[pusher.Event], websocket: WebSocket
    ) -> pusher.Connected | pusher.Ended | None:
        for event in events:
            match event:
                case pusher.EventReceived(_, name, data):
                    self._on_event(name, data)
                case pusher.Send(text):
                    await websocket.send(text)
                case pusher.Subscribed():
                    self._on_state(RealtimeState.LIVE)
                case pusher.SubscriptionFailed(_, code, words):
                    return pusher.Ended(CloseAction.STOP, code, words)
                case pusher.Connected() | pusher.Ended():
                    return event
                case pusher.ErrorReceived():
                    pass  # a complaint about one frame; the connection goes on
        return None


def _url(settings: RealtimeSettings, client_version: str) -> str:
    scheme = "wss" if settings.tls else "ws"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{scheme}://{host}:{settings.port}{pusher.connection_path(settings.key, CLIENT_NAME, client_version)}"


def _why_unreachable(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "The server did not answer in time"
    return f"Cannot reach the server: {error}"
