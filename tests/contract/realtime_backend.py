"""A running backend for third-party clients, reduced to what they meet: the endpoint and Laravel's channel auth."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form, Header, HTTPException

from sync_backend.realtime.endpoint import UVICORN_OPTIONS, RealtimeServer, realtime_router
from sync_backend.realtime.hub import RealtimeHub
from wire.pusher.signatures import sign_channel
from wire.realtime import workspace_channel

KEY, SECRET = "contract-key", "contract-secret"
TOKEN, WORKSPACE_ID = "contract-token", "1"


@dataclass(frozen=True)
class RealtimeBackend:
    """`publish(channel, event, json_text)` answers how many heard it."""

    port: int
    key: str
    token: str
    workspace_id: str
    publish: Callable[[str, str, str], Awaitable[int]]
    host: str = "127.0.0.1"


@asynccontextmanager
async def minimal_backend(port: int = 0) -> AsyncIterator[RealtimeBackend]:
    """Listens on a free port, or shares the one asked for; stops gracefully at the end."""
    hub = RealtimeHub()
    app = FastAPI()
    app.include_router(realtime_router(hub, app_id="inbox", key=KEY, secret=SECRET))

    @app.post("/broadcasting/auth")
    async def authorise(
        authorization: Annotated[str, Header()],
        socket_id: Annotated[str, Form()],
        channel_name: Annotated[str, Form()],
    ) -> dict[str, str]:
        if authorization != f"Bearer {TOKEN}":
            raise HTTPException(401)
        if channel_name != workspace_channel(WORKSPACE_ID):
            raise HTTPException(404)
        return {"auth": sign_channel(KEY, SECRET, socket_id, channel_name)}

    listener = socket.create_server(("127.0.0.1", port), reuse_port=True)
    server = RealtimeServer(uvicorn.Config(app, log_level="warning", **UVICORN_OPTIONS), hub)
    serving = asyncio.create_task(server.serve([listener]), name="backend of the contract test")
    try:
        yield RealtimeBackend(listener.getsockname()[1], KEY, TOKEN, WORKSPACE_ID, hub.publish)
    finally:
        server.should_exit = True
        await serving
