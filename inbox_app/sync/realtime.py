"""Listens to the workspace's channel over one WebSocket until that ends, and says how it ended.

    connection = RealtimeConnection(
        settings=answer.realtime, client_version="0.1.0", authorise=authorise, on_event=on_event, on_state=on_state
    )
    ended = await connection.run_once()     # ended.action: reconnect now, back off, or stop and tell

It makes no second attempt and leaves no task behind, also when it is cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
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

    async def run_once(self) -> pusher.Ended:
        """Connects, subscribes, and listens until the connection is over; the answer says why and what to do next."""
        from websockets.asyncio.client import connect  # here: the import takes longer than the first paint may
        from websockets.exceptions import ConnectionClosed, WebSocketException

        self._on_state(RealtimeState.CONNECTING)
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
            try:
                return await self._listen(websocket, protocol)
            except ConnectionClosed as closed:
                frame = closed.rcvd
                return protocol.closed(frame.code if frame else None, frame.reason if frame else "")

    async def _listen(self, websocket: WebSocket, protocol: pusher.ClientConnection) -> pusher.Ended:
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.timeout_at(protocol.deadline):
                    message = await websocket.recv()
            except TimeoutError:
                events = protocol.tick(loop.time())
            else:
                events = protocol.receive_text(message, loop.time()) if isinstance(message, str) else []
            ended = await self._carry_out(events, websocket, protocol)
            if ended is not None:
                return ended

    async def _carry_out(
        self, events: Iterable[pusher.Event], websocket: WebSocket, protocol: pusher.ClientConnection
    ) -> pusher.Ended | None:
        for event in events:
            match event:
                case pusher.EventReceived(_, name, data):
                    self._on_event(name, data)
                case pusher.Send(text):
                    await websocket.send(text)
                case pusher.Connected(socket_id):
                    self._on_state(RealtimeState.SUBSCRIBING)
                    auth = await self._authorise(socket_id, self._channel)
                    for answer in protocol.subscribe(self._channel, auth):
                        await self._carry_out([answer], websocket, protocol)
                case pusher.Subscribed():
                    self._on_state(RealtimeState.LIVE)
                case pusher.SubscriptionFailed(_, code, words):
                    return pusher.Ended(CloseAction.STOP, code, words)
                case pusher.Ended():
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
