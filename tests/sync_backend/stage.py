"""A backend on a real database, with its real routes and a real listener; only the clock is the test's."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import orjson
import sqlalchemy as sa
from fastapi import FastAPI

from sync_backend.api import conversations, groups, messages, sessions, sync
from sync_backend.auth.tokens import Tokens
from sync_backend.broadcast import Broadcaster
from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.tables import users, whatsapp_accounts, workspaces
from sync_backend.error_answers import install_error_handlers
from sync_backend.ingest import webhook
from sync_backend.ingest.meta import webhook as meta_webhook
from sync_backend.metrics import Metrics
from sync_backend.realtime.hub import RealtimeHub
from sync_backend.services import Services
from wire.realtime import workspace_channel
from wire.signatures import sign_body

START = 1_763_894_400_000
"""2025-11-23T10:40:00Z."""

Json = dict[str, Any]


class Listener:
    """A socket's place in the hub; remembers every frame."""

    def __init__(self) -> None:
        self.socket_id = uuid.uuid4().hex
        self.frames: list[str] = []
        self._delivered = asyncio.Event()

    def deliver(self, frame: str) -> bool:
        self.frames.append(frame)
        self._delivered.set()
        return True

    async def next(self, name: str) -> Json:
        """Waits for an event of this name; the latest, if there is one."""
        async with asyncio.timeout(10):
            while not (found := self.events(name)):
                self._delivered.clear()
                await self._delivered.wait()
        return found[-1]

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed with {code}: {reason}")

    def events(self, name: str) -> list[Json]:
        """The data of all events of this name."""
        frames = [orjson.loads(frame) for frame in self.frames]
        return [orjson.loads(frame["data"]) for frame in frames if frame["event"] == name]


@dataclass(frozen=True)
class Number:
    """A WhatsApp number, seen from its bridge."""

    id: int
    workspace_id: int
    secret: str


@dataclass(frozen=True)
class Team:
    """A workspace with one signed-in person and a listener on its channel."""

    id: int
    user_id: int
    headers: dict[str, str]
    listener: Listener


@dataclass
class Stage:
    services: Services
    app: FastAPI
    client: httpx.AsyncClient
    hub: RealtimeHub
    tokens: Tokens
    now: list[int]
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def pass_time(self, milliseconds: int) -> None:
        self.now[0] += milliseconds

    def replace_broadcaster(self, broadcaster: Broadcaster) -> None:
        self.services = replace(self.services, broadcaster=broadcaster)
        self.app.state.services = self.services

    async def team(self, name: str = "Toko Melati") -> Team:
        number = next(self._counter)
        async with self.services.writes.begin() as connection:
            workspace = await connection.execute(sa.insert(workspaces).values(uuid=str(uuid.uuid4()), name=name))
            workspace_id = _key(workspace)
            user = await connection.execute(
                sa.insert(users).values(
                    uuid=str(uuid.uuid4()),
                    workspace_id=workspace_id,
                    name="Sari",
                    email=f"agent{number}@example.com",
                    password="never checked here",
                    role="agent",
                )
            )
        token = (await self.tokens.issue(_key(user), "test")).token
        listener = Listener()
        self.hub.add(listener)
        self.hub.join(listener, workspace_channel(workspace_id), None)
        return Team(workspace_id, _key(user), {"Authorization": f"Bearer {token}"}, listener)

    async def number(self, team: Team, **columns: Any) -> Number:
        secret = f"secret {next(self._counter)}"
        values = {"provider_type": "webjs", "phone_number": "+628110000001", "hmac_secret": secret} | columns
        async with self.services.writes.begin() as connection:
            inserted = await connection.execute(
                sa.insert(whatsapp_accounts).values(uuid=str(uuid.uuid4()), workspace_id=team.id, **values)
            )
        return Number(_key(inserted), team.id, secret)

    async def post(self, number: Number, **event: Any) -> httpx.Response:
        """The bridge posts an event, signed."""
        body = {"session_id": number.id, "workspace_id": number.workspace_id, **event}
        return await self.post_raw(orjson.dumps(body), sign_body(number.secret, orjson.dumps(body)))

    async def post_raw(self, body: bytes, signature: str | None, **headers: str) -> httpx.Response:
        signed = {} if signature is None else {"X-WhatsApp-Signature": signature}
        return await self.client.post(
            "/api/whatsapp/webhook",
            content=body,
            headers={"Content-Type": "application/json"}
            | signed
            | {k.replace("_", "-"): v for k, v in headers.items()},
        )

    async def says(self, number: Number, body: str, **event: Any) -> None:
        """A private message arrives; `phone`'s default writes it, now."""
        message = {
            "chat_type": "private",
            "contact_phone": "6281234567890@c.us",
            "contact_name": "Budi",
            "message_body": body,
            "message_id": f"ID{next(self._counter)}",
            "timestamp": self.now[0] // 1000,
        }
        answer = await self.post(number, **(message | event))
        assert answer.status_code == 200, answer.text

    async def says_in_group(self, number: Number, body: str, **event: Any) -> None:
        group = {
            "chat_type": "group",
            "contact_phone": None,
            "contact_name": None,
            "group_jid": "120363000000000001@g.us",
            "group_name": "Keluarga",
            "sender_phone": "6281234567891@c.us",
            "sender_name": "Dewi",
        }
        await self.says(number, body, **(group | event))

    async def get(self, team: Team, path: str, **query: Any) -> Any:
        answer = await self.client.get(f"/api/v1{path}", params=query, headers=team.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def conversations(self, team: Team, **query: Any) -> list[Json]:
        items: list[Json] = (await self.get(team, "/conversations", **query))["items"]
        return items

    async def messages(self, team: Team, conversation_id: str) -> list[Json]:
        """Newest first."""
        items: list[Json] = (await self.get(team, f"/conversations/{conversation_id}/messages"))["items"]
        return items

    async def only_conversation(self, team: Team) -> Json:
        [conversation] = await self.conversations(team)
        return conversation

    async def only_message(self, team: Team) -> Json:
        conversation = await self.only_conversation(team)
        [message] = await self.messages(team, conversation["id"])
        return message

    async def head(self, team: Team) -> int:
        async with self.services.reads.connect() as connection:
            head: int | None = await connection.scalar(sa.select(workspaces.c.head).where(workspaces.c.id == team.id))
        assert head is not None
        return head

    async def count(self, table: sa.Table) -> int:
        async with self.services.reads.connect() as connection:
            count: int | None = await connection.scalar(sa.select(sa.func.count()).select_from(table))
        return count or 0

    async def read(self, team: Team, conversation_id: str, message_id: str) -> httpx.Response:
        return await self.client.post(
            f"/api/v1/conversations/{conversation_id}/read", json={"message_id": message_id}, headers=team.headers
        )

    async def heard(self, team: Team, event: str) -> list[Json]:
        """What the team's listener was told, once everything committed has been published."""
        await self.services.broadcaster.settled()
        return team.listener.events(event)


@asynccontextmanager
async def open_stage(url: str) -> AsyncIterator[Stage]:
    """`url`: a database of the current schema."""
    now = [START]

    def clock() -> int:
        return now[0]

    writes, reads = open_write_engine(url), open_read_engine(url)
    hub = RealtimeHub()
    broadcaster = Broadcaster(reads, hub, Metrics())
    services = Services(reads=reads, writes=writes, broadcaster=broadcaster, clock=clock)
    tokens = Tokens(writes, reads, clock)
    app = FastAPI()
    app.state.services = services
    app.state.tokens = tokens
    install_error_handlers(app)
    for module in (webhook, meta_webhook, sessions, conversations, messages, groups, sync):
        app.include_router(module.router)
    broadcaster.start()
    try:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://backend") as client:
            yield Stage(services, app, client, hub, tokens, now)
    finally:
        await broadcaster.close()
        await reads.dispose()
        await writes.dispose()


async def migrated_file(path: Path) -> Path:
    await migrate.upgrade(f"sqlite+aiosqlite:///{path}")
    return path


def _key(inserted: sa.CursorResult[Any]) -> int:
    key = inserted.inserted_primary_key
    assert key is not None
    return int(key[0])
