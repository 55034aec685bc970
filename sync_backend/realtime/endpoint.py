"""Mounts the realtime endpoint: the WebSocket at `/app/{key}` and Pusher's trigger API.

    hub = RealtimeHub()
    app.include_router(realtime_router(hub, app_id="inbox", key=settings.key, secret=settings.secret))
    RealtimeServer(uvicorn.Config(app, **UVICORN_OPTIONS), hub).run()

Clients prove their right to a private channel with a signature made by `wire.pusher.signatures.sign_channel` (the
`/broadcasting/auth` route); the endpoint checks it with the app secret alone and knows no users.
"""

import asyncio
import secrets
import socket
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qs

import uvicorn
from fastapi import APIRouter
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send

from sync_backend.realtime.hub import RealtimeHub
from sync_backend.realtime.socket import ClientSocket
from sync_backend.realtime.trigger import trigger_router
from wire.pusher.server import App, ServerConnection

UVICORN_OPTIONS: Final[dict[str, Any]] = {
    "ws": "websockets-sansio",
    "ws_per_message_deflate": False,  # would compress every event once per socket
    "ws_ping_interval": None,  # Pusher's own pings do it
    "ws_max_size": 65_536,
}


def realtime_router(
    hub: RealtimeHub,
    *,
    app_id: str,
    key: str,
    secret: str,
    clock: Callable[[], float] = time.time,
    activity_timeout: float = 30,
    pong_timeout: float = 30,
) -> APIRouter:
    """Timeouts in seconds; `clock` is Unix time, for the age of trigger requests."""
    app = App(key, secret)
    endpoint = RealtimeEndpoint(hub, app, activity_timeout, pong_timeout)
    router = APIRouter(routes=[WebSocketRoute("/app/{key}", endpoint, name="realtime")])
    router.include_router(trigger_router(hub, app_id, app, clock))
    return router


class RealtimeEndpoint:
    """An ASGI application for WebSockets whose route names the app's `key`."""

    def __init__(self, hub: RealtimeHub, app: App, activity_timeout: float, pong_timeout: float) -> None:
        self._hub = hub
        self._app = app
        self._activity_timeout = activity_timeout
        self._pong_timeout = pong_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        connection = ServerConnection(
            self._app,
            _new_socket_id(),
            asyncio.get_running_loop().time(),
            activity_timeout=self._activity_timeout,
            pong_timeout=self._pong_timeout,
        )
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})  # refusals are told in a close code, which needs an open socket
        client = ClientSocket(connection, self._hub, receive, send)
        await client.run(scope["path_params"]["key"], query.get("protocol", [None])[0])


class RealtimeServer(uvicorn.Server):
    """A uvicorn server that asks realtime clients to reconnect (4200) before uvicorn's own shutdown closes their
    sockets (1012); it stops accepting first, so that they come back to its successor and not to itself."""

    def __init__(self, config: uvicorn.Config, hub: RealtimeHub) -> None:
        super().__init__(config)
        self._hub = hub

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._hub.close()
        await super().shutdown(sockets)


def _new_socket_id() -> str:
    return f"{secrets.randbelow(10**9)}.{secrets.randbelow(10**9)}"
