"""A whole backend whose imports can be waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import orjson
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from sync_backend.administration.accounts import AddedAccount
from sync_backend.database.tables import jobs
from sync_backend.services import Services
from wire.realtime import workspace_channel
from wire.signatures import sign_body
from wire.webhooks import SIGNATURE_HEADER

Json = dict[str, Any]


class Ear:
    """A socket's place in the hub."""

    def __init__(self, hear: Callable[[tuple[str, Any]], None]) -> None:
        self.socket_id = "1.1"
        self._hear = hear

    def deliver(self, frame: str) -> bool:
        event = orjson.loads(frame)
        self._hear((event["event"], orjson.loads(event["data"])))
        return True

    def close(self, code: int, reason: str) -> None:
        pass


class Bridge:
    """Posts what a number's bridge would."""

    def __init__(self, app: FastAPI, client: httpx.AsyncClient, account: AddedAccount) -> None:
        self._services: Services = app.state.services
        self.client = client
        self._hub = app.state.hub
        self._secret = str(account.hmac_secret)
        self.session_id = account.account.id
        self.workspace_id = account.account.workspace_id

    @property
    def services(self) -> Services:
        return self._services

    async def post(self, chats: Any, **envelope: Any) -> httpx.Response:
        body = orjson.dumps(
            {"session_id": self.session_id, "workspace_id": self.workspace_id, "chats": chats} | envelope
        )
        return await self.post_raw(body, sign_body(self._secret, body))

    async def post_raw(self, body: bytes, signature: str) -> httpx.Response:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
        return await self.client.post("/api/whatsapp/chats/sync", content=body, headers=headers)

    async def imports(self, *chats: Json) -> None:
        """Posts a batch, and waits until it is stored."""
        answer = await self.post(list(chats))
        assert answer.status_code == 202, answer.text
        assert answer.json()["rejected"] == []
        await self.imported()

    async def imported(self) -> None:
        """Nothing is left in the queue, and everybody was told."""
        async with asyncio.timeout(20):
            while True:
                if not await self.jobs():
                    break
                await asyncio.sleep(0.005)
        await self._services.broadcaster.settled()

    async def jobs(self) -> int:
        async with self._services.reads.connect() as connection:
            return int(await connection.scalar(sa.select(sa.func.count()).select_from(jobs)) or 0)

    async def tells(self, **event: Any) -> None:
        """Another webhook."""
        body = orjson.dumps({"session_id": self.session_id, "workspace_id": self.workspace_id} | event)
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_body(self._secret, body)}
        answer = await self.client.post("/api/whatsapp/webhook", content=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def listen(self, hear: Callable[[tuple[str, Any]], None]) -> None:
        """Hears (name, data) of every event of the workspace."""
        ear = Ear(hear)
        self._hub.add(ear)
        self._hub.join(ear, workspace_channel(self.workspace_id), None)

    async def session(self) -> Json:
        items = (await self.client.get("/api/v1/sessions")).json()["items"]
        return next(each for each in items if each["id"] == str(self.session_id))

    async def conversations(self) -> list[Json]:
        items: list[Json] = (await self.client.get("/api/v1/conversations", params={"limit": 500})).json()["items"]
        return items

    async def messages(self, conversation: Json) -> list[Json]:
        """Oldest first."""
        path = f"/api/v1/conversations/{conversation['id']}/messages"
        items: list[Json] = (await self.client.get(path, params={"limit": 500})).json()["items"]
        return items[::-1]


@pytest.fixture
def importing(app: FastAPI, client: httpx.AsyncClient, account: AddedAccount) -> Bridge:
    return Bridge(app, client, account)
