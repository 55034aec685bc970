"""The real backend in this process, on a port of its own: stopped, started again, its database changed meanwhile."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI

from inbox_app.profile import Account
from inbox_app.server.api import Api
from sync_backend.administration.accounts import add_account
from sync_backend.administration.workspaces import add_workspace
from sync_backend.app import create_app
from sync_backend.clock import system_clock
from sync_backend.database.epoch import renew_epoch
from sync_backend.database.tables import chats, conversations, workspaces
from sync_backend.realtime.endpoint import UVICORN_OPTIONS, RealtimeServer
from sync_backend.services import Services
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, client_of, post_webhook, running_app, token_of, writes_of
from tests.sync_backend.fake_bridge import FakeBridge
from wire.realtime import CHANGES, HEARTBEAT, workspace_channel

EMAIL = "sari@example.com"
NOON_SECONDS = 1_763_899_200


class Backend:
    """One team with one web.js number; `url` stays the same over restarts. What `says` posts is in the database also
    while nobody listens, as if another process of the backend had taken it."""

    def __init__(self, settings: Settings, bridge: FakeBridge) -> None:
        self.settings = settings
        self.bridge = bridge
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._app: FastAPI | None = None
        self._server: RealtimeServer | None = None
        self._serving: asyncio.Task[None] | None = None
        self._message_ids = itertools.count(1)
        self._workspace = ""
        self._number = ""
        self._secret = ""
        self.token = ""
        self.account: Account | None = None

    @property
    def whose(self) -> Account:
        assert self.account is not None
        return self.account

    async def found(self) -> None:
        """Makes the team; the server must listen."""
        app = self._running
        workspace = await add_workspace(writes_of(app), system_clock, "Toko Nusantara")
        agent = await add_agent(app, workspace, EMAIL)
        services: Services = app.state.services
        added = await add_account(
            services.writes,
            services.broadcaster,
            system_clock,
            workspace_id=workspace.id,
            provider="webjs",
            phone="+62 812-3456-7890",
            bridge_url=self.bridge.url,
        )
        assert added.hmac_secret is not None
        self.bridge.secret = self._secret = added.hmac_secret
        self._workspace, self._number = str(workspace.id), str(added.account.id)
        self.token = await token_of(app, agent)
        api = Api(self.url, self.token)
        me = await api.me()
        await api.close()
        self.account = Account(server=self.url, user=me.user, workspace=me.workspace, realtime=me.realtime)

    async def start(self) -> None:
        """Returns when it listens."""
        self._app = create_app(self.settings)
        config = uvicorn.Config(self._app, log_config=None, access_log=False, **UVICORN_OPTIONS)
        self._server = RealtimeServer(config, self._app.state.hub)
        if self._listener.fileno() == -1:
            self._listener = socket.create_server(("127.0.0.1", int(self.url.rpartition(":")[2])))
        self._serving = asyncio.create_task(self._server.serve([self._listener]), name="backend under test")
        async with asyncio.timeout(20):
            while not self._server.started:
                assert not self._serving.done()
                await asyncio.sleep(0.001)

    async def stop(self) -> None:
        """Asks its clients to come back, and listens no more."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._listener.close()
            self._app = self._server = self._serving = None

    @property
    def _running(self) -> FastAPI:
        assert self._app is not None, "the backend does not run"
        return self._app

    # what WhatsApp brings

    async def says(self, body: str, *, phone: str = "6281111111111", name: str = "Budi", **fields: Any) -> None:
        """A customer writes; the running server takes it, and tells its listeners."""
        await self._post(self._running, body, phone, name, fields)

    async def says_elsewhere(self, *bodies: str, phone: str = "6281111111111", name: str = "Budi") -> None:
        """The same through another process of the backend: whoever listens to this one hears nothing."""
        async with running_app(self.settings) as app:
            for body in bodies:
                await self._post(app, body, phone, name, {})

    async def _post(self, app: FastAPI, body: str, phone: str, name: str, fields: dict[str, Any]) -> None:
        number = next(self._message_ids)
        event = {
            "session_id": self._number,
            "workspace_id": self._workspace,
            "chat_type": "private",
            "contact_phone": f"{phone}@c.us",
            "contact_name": name,
            "message_body": body,
            "message_id": f"IN{number}",
            "timestamp": NOON_SECONDS + number,
        } | fields
        async with client_of(app) as client:
            answer = await post_webhook(client, self._secret, event)
        assert answer.status_code == 200, answer.text

    async def acknowledges(self, provider_message_id: str, ack: int) -> None:
        """WhatsApp tells how far a message of ours has come: 2 delivered, 3 read."""
        event = {
            "event": "message_ack",
            "session_id": self._number,
            "workspace_id": self._workspace,
            "message_id": provider_message_id,
            "ack": ack,
        }
        async with client_of(self._running) as client:
            answer = await post_webhook(client, self._secret, event)
        assert answer.status_code == 200, answer.text

    # what a colleague or an operator does

    async def get(self, path: str, **query: Any) -> Any:
        """What the REST interface answers the agent, past the server's socket."""
        async with client_of(self._running, self.token) as client:
            answer = await client.get(f"/api/v1{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def texts(self, conversation_id: str) -> list[str]:
        """The bodies that the server holds, oldest first."""
        items = (await self.get(f"/conversations/{conversation_id}/messages", limit=500))["items"]
        return [item["body"] for item in reversed(items)]

    async def head(self) -> int:
        async with writes_of(self._running).connect() as connection:
            head = await connection.scalar(sa.select(workspaces.c.head))
        return int(head or 0)

    async def revoke_token(self) -> None:
        async with client_of(self._running, self.token) as client:
            assert (await client.post("/api/v1/auth/logout")).status_code < 300

    async def restore_backup(self, *, without: str | None = None) -> None:
        """The database begins a new life while nobody serves it, without one conversation that it had held."""
        assert self._app is None, "stop the server first"
        async with running_app(self.settings) as app, writes_of(app).begin() as connection:
            if without is not None:
                await connection.execute(sa.update(conversations).values(last_message_id=None))
                await connection.execute(sa.delete(chats).where(chats.c.conversation_id == int(without)))
                await connection.execute(sa.delete(conversations).where(conversations.c.id == int(without)))
            await renew_epoch(connection, system_clock())

    async def forget_outbound(self) -> None:
        """As a backup from before they were written would."""
        async with running_app(self.settings) as app, writes_of(app).begin() as connection:
            ours = sa.select(chats.c.id).where(chats.c.type == "outbound")
            await connection.execute(
                sa.update(conversations).where(conversations.c.last_message_id.in_(ours)).values(last_message_id=None)
            )
            await connection.execute(sa.delete(chats).where(chats.c.type == "outbound"))

    async def post_message(self, conversation_id: str, uuid: str, body: str) -> None:
        """A colleague's program sends."""
        async with client_of(self._running, self.token) as client:
            answer = await client.post(
                f"/api/v1/conversations/{conversation_id}/messages", json={"uuid": uuid, "body": body}
            )
        assert answer.status_code == 202, answer.text

    async def knows_both(self, lid: str, phone: str, body: str) -> None:
        """WhatsApp tells that a privacy id and a phone number are one person: their chats become one."""
        both = [{"kind": "lid", "value": lid}, {"kind": "phone", "value": f"+{phone}"}]
        await self.says(body, contact_phone=f"{lid}@lid", identities=both)

    # what the realtime channel says out of turn

    async def publish_heartbeat(self) -> None:
        """As it is published every few seconds, but now."""
        beat = {"epoch": (await self.get("/snapshot"))["epoch"], "head": await self.head()}
        await self._publish(HEARTBEAT, beat)

    async def publish_hint(self) -> None:
        """A `changes` event of the last transaction whose rows did not fit."""
        epoch = (await self.get("/snapshot"))["epoch"]
        await self._publish(CHANGES, {"epoch": epoch, "seq": await self.head(), "rows": None})

    async def _publish(self, event: str, data: dict[str, Any]) -> None:
        await self._running.state.hub.publish(workspace_channel(self._workspace), event, json.dumps(data))

    async def connected(self) -> int:
        """How many sockets listen."""
        hub = self._running.state.hub
        return int(hub.connected)


def settings_in(folder: Path) -> Settings:
    """Without settings of the environment."""
    return Settings(data_dir=folder, send_timeout_seconds=2.0, send_patience_seconds=10.0)
