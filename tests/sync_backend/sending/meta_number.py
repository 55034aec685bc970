"""A running backend with one number on the Cloud API that the simulator plays; customers write through webhooks."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import orjson
from fastapi import FastAPI

from sync_backend.administration.accounts import MetaConfig, add_account
from sync_backend.administration.workspaces import add_workspace
from sync_backend.clock import Clock, system_clock
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, client_of, running_app, token_of
from tests.sync_backend.providers.graph_stage import NUMBER, GraphStage, graph_stage
from wire.signatures import sign_body

BUDI = "6281234567890"
DAY = 24 * 3600


@dataclass
class MetaDesk:
    """An agent at a desk, the number, and what Meta has of it."""

    app: FastAPI
    client: httpx.AsyncClient
    meta: GraphStage
    session_id: str
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def customer_says(self, body: str = "Halo", *, seconds_ago: int = 0, phone: str = BUDI) -> str:
        """Returns the conversation's id. Meta knows, too, when somebody wrote."""
        if seconds_ago < DAY:
            self.meta.heard_from(f"+{phone}")
        message = {
            "from": phone,
            "id": f"wamid.IN{next(self._ids)}",
            "timestamp": str(int(time.time()) - seconds_ago),
            "type": "text",
            "text": {"body": body},
        }
        await self.meta_tells(messages=[message], contacts=[{"profile": {"name": "Budi"}, "wa_id": phone}])
        return str((await self.client.get("/api/v1/conversations")).json()["items"][0]["id"])

    async def meta_tells(self, **value: Any) -> None:
        assert NUMBER.meta is not None
        metadata = {"display_phone_number": "6281100000001", "phone_number_id": NUMBER.meta.phone_number_id}
        change = {"field": "messages", "value": {"messaging_product": "whatsapp", "metadata": metadata, **value}}
        body = orjson.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]})
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": f"sha256={sign_body(NUMBER.secret, body)}",
        }
        answer = await self.client.post("/api/meta/webhook", content=body, headers=headers)
        assert answer.status_code == 200, answer.text

    async def meta_ticks(self, status: str, *, of: int = -1) -> None:
        """Meta tells of one of the messages that it took."""
        record = self.meta.simulator.ledger.sends()[of]
        await self.meta_tells(
            statuses=[
                {
                    "id": record.message_id,
                    "status": status,
                    "timestamp": str(int(time.time())),
                    "recipient_id": record.to,
                    "biz_opaque_callback_data": record.client_uuid,
                }
            ]
        )

    async def post(self, conversation: str, body: str = "", uuid: str | None = None, **more: Any) -> httpx.Response:
        asked = {"uuid": uuid or str(uuid4()), "body": body, **more}
        return await self.client.post(f"/api/v1/conversations/{conversation}/messages", json=asked)

    async def send(self, conversation: str, body: str = "", uuid: str | None = None, **more: Any) -> dict[str, Any]:
        answer = await self.post(conversation, body, uuid, **more)
        assert answer.status_code == 202, answer.text
        queued: dict[str, Any] = answer.json()
        return queued

    async def messages(self, conversation: str) -> list[dict[str, Any]]:
        """Newest first."""
        answer = await self.client.get(f"/api/v1/conversations/{conversation}/messages?limit=500")
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def until(self, conversation: str, uuid: str, *statuses: str) -> dict[str, Any]:
        """Waits until the message has one of the statuses."""
        async with asyncio.timeout(20):
            while True:
                message = next(each for each in await self.messages(conversation) if each["uuid"] == uuid)
                if message["status"] in statuses:
                    return message
                await asyncio.sleep(0.01)


@asynccontextmanager
async def meta_desk(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[MetaDesk]:
    assert NUMBER.meta is not None
    async with graph_stage() as meta, running_app(settings, clock) as app:
        services = app.state.services
        workspace = await add_workspace(services.writes, system_clock, "Toko Nusantara")
        added = await add_account(
            services.writes,
            services.broadcaster,
            system_clock,
            workspace_id=workspace.id,
            provider="meta",
            phone=NUMBER.phone,
            meta=MetaConfig(
                phone_number_id=NUMBER.meta.phone_number_id,
                access_token=NUMBER.meta.access_token,
                app_secret=NUMBER.secret,
                graph_url=meta.simulator.url,
            ),
        )
        token = await token_of(app, await add_agent(app, workspace, "sari@example.com"))
        async with client_of(app, token) as client:
            yield MetaDesk(app, client, meta, str(added.account.id))
