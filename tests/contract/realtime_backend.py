"""The whole backend on a loopback port, for clients that we did not write."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from sync_backend.administration.accounts import add_account
from sync_backend.administration.workspaces import add_workspace
from sync_backend.app import create_app
from sync_backend.clock import system_clock
from sync_backend.database.migrate import upgrade
from sync_backend.realtime.endpoint import UVICORN_OPTIONS, RealtimeServer
from sync_backend.secrets_file import load_secrets
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, post_webhook, token_of, writes_of


@dataclass(frozen=True)
class RealtimeBackend:
    """`publish(channel, event, json_text)` answers how many heard it; `receive` posts a bridge's signed webhook."""

    port: int
    key: str
    token: str
    workspace_id: str
    session_id: str
    publish: Callable[[str, str, str], Awaitable[int]]
    receive: Callable[[dict[str, Any]], Awaitable[httpx.Response]]
    host: str = "127.0.0.1"


@asynccontextmanager
async def running_backend(folder: Path, port: int = 0) -> AsyncIterator[RealtimeBackend]:
    """Listens on a free port, or shares the one asked for; stops gracefully at the end. A second life in the same
    folder has the same secrets and rows."""
    settings = Settings(data_dir=folder, log_level="error")
    await upgrade(settings.database_url)
    app = create_app(settings)
    listener = socket.create_server(("127.0.0.1", port), reuse_port=True)
    server = RealtimeServer(uvicorn.Config(app, log_config=None, access_log=False, **UVICORN_OPTIONS), app.state.hub)
    serving = asyncio.create_task(server.serve([listener]), name="backend of the contract test")
    try:
        workspace = await add_workspace(writes_of(app), system_clock, "Toko Nusantara")
        agent = await add_agent(app, workspace, f"sari-{workspace.id}@example.com")
        number = await add_account(
            writes_of(app),
            app.state.services.broadcaster,
            system_clock,
            workspace_id=workspace.id,
            provider="webjs",
            phone="+6281200000001",
            bridge_url="http://127.0.0.1:9",
        )
        address = listener.getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{address}") as bridge:

            async def receive(event: dict[str, Any]) -> httpx.Response:
                return await post_webhook(bridge, number.hmac_secret or "", event)

            yield RealtimeBackend(
                port=address,
                key=load_secrets(settings).pusher_app_key,
                token=await token_of(app, agent),
                workspace_id=str(workspace.id),
                session_id=str(number.account.id),
                publish=app.state.hub.publish,
                receive=receive,
            )
    finally:
        server.should_exit = True
        await serving


def group_message(backend: RealtimeBackend, body: str) -> dict[str, Any]:
    """What the bridge posts for a message in a group: only fields that the original system knew, and an id."""
    return {
        "session_id": int(backend.session_id),
        "workspace_id": int(backend.workspace_id),
        "chat_type": "group",
        "group_jid": "120363000000000001@g.us",
        "group_name": "Keluarga 👨‍👩‍👧",
        "sender_phone": "6281234567890@c.us",
        "sender_name": "Sari",
        "message_body": body,
        "message_type": "chat",
        "timestamp": int(time.time()),
        "has_media": False,
        "message_id": "3EB0C0FFEE",
    }
