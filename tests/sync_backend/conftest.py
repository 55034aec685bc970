"""A whole backend per test: real application, real SQLite in a folder of its own, a real bridge on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.accounts import AddedAccount, add_account
from sync_backend.administration.users import AddedUser, add_user
from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace
from sync_backend.app import create_app
from sync_backend.auth.passwords import Passwords
from sync_backend.cli.administrator import make_ready
from sync_backend.clock import system_clock
from sync_backend.services import Services
from sync_backend.settings import Settings
from tests.sync_backend.fake_bridge import FakeBridge
from wire.signatures import sign_body
from wire.webhooks import SIGNATURE_HEADER

PASSWORD = "correct horse battery"

Receive = Callable[..., Awaitable[str]]


@asynccontextmanager
async def running_app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application between start and stop, on a database of the current schema."""
    await make_ready(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


def client_of(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=("127.0.0.1", 50000)), base_url="http://inbox.test", headers=headers
    )


def writes_of(app: FastAPI) -> AsyncEngine:
    services: Services = app.state.services
    return services.writes


async def add_agent(
    app: FastAPI, workspace: WorkspaceEntry, email: str, name: str = "Sari", role: str = "agent"
) -> AddedUser:
    return await add_user(
        writes_of(app),
        Passwords(),
        system_clock,
        workspace_id=workspace.id,
        email=email,
        role=role,
        name=name,
        password=PASSWORD,
    )


async def token_of(app: FastAPI, user: AddedUser) -> str:
    issued = await app.state.tokens.issue(user.user.id, "test")
    return str(issued.token)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, send_timeout_seconds=2.0, send_patience_seconds=10.0)


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    async with running_app(settings) as app:
        yield app


@pytest.fixture
async def workspace(app: FastAPI) -> WorkspaceEntry:
    return await add_workspace(writes_of(app), system_clock, "Toko Nusantara")


@pytest.fixture
async def agent(app: FastAPI, workspace: WorkspaceEntry) -> AddedUser:
    return await add_agent(app, workspace, "sari@example.com")


@pytest.fixture
async def client(app: FastAPI, agent: AddedUser) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as `agent`."""
    async with client_of(app, await token_of(app, agent)) as client:
        yield client


@pytest.fixture
async def bridge() -> AsyncIterator[FakeBridge]:
    async with FakeBridge().running() as bridge:
        yield bridge


@pytest.fixture
async def account(app: FastAPI, workspace: WorkspaceEntry, bridge: FakeBridge) -> AddedAccount:
    """A number on whatsapp-web.js whose bridge is `bridge`."""
    services: Services = app.state.services
    added = await add_account(
        services.writes,
        services.broadcaster,
        system_clock,
        workspace_id=workspace.id,
        provider="webjs",
        phone="+62 812-3456-7890",
        bridge_url=bridge.url,
    )
    assert added.hmac_secret is not None
    bridge.secret = added.hmac_secret
    return added


@pytest.fixture
def receive(client: httpx.AsyncClient, account: AddedAccount) -> Receive:
    """Lets the bridge report an event, a private message unless told otherwise; returns its conversation's id."""

    async def post(**fields: Any) -> str:
        event = {
            "session_id": account.account.id,
            "workspace_id": account.account.workspace_id,
            "chat_type": "private",
            "contact_phone": "6281111111111@c.us",
            "contact_name": "Budi",
            "message_body": "Halo",
            "message_id": "IN1",
            "timestamp": 1_700_000_000,
        } | fields
        answer = await post_webhook(client, str(account.hmac_secret), event)
        assert answer.status_code == 200, answer.text
        listed = (await client.get("/api/v1/conversations")).json()["items"]
        return str(listed[0]["id"])

    return post


async def post_webhook(client: httpx.AsyncClient, secret: str, event: dict[str, Any]) -> httpx.Response:
    body = orjson.dumps(event)
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_body(secret, body)}
    return await client.post("/api/whatsapp/webhook", content=body, headers=headers)
