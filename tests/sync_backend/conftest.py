"""A backend per test. `app` is the whole application with a real bridge on loopback; `stage` the routes of reading and
ingest with a clock that the test moves. Both on a real database of their own, of each of the three kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from sync_backend.administration.accounts import AddedAccount, add_account
from sync_backend.administration.users import AddedUser
from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace
from sync_backend.clock import system_clock
from sync_backend.database.urls import Backend
from sync_backend.services import Services
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, client_of, post_webhook, running_app, token_of, writes_of
from tests.sync_backend.databases import Databases, open_databases
from tests.sync_backend.fake_bridge import FakeBridge
from tests.sync_backend.stage import Number, Stage, Team, open_stage

Receive = Callable[..., Awaitable[str]]


@pytest.fixture(scope="session", params=list(Backend), ids=lambda each: each.name.lower())
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Whatever stands on this runs on all three, unless it is marked with `tests.sync_backend.databases.on`."""
    with open_databases(request.param, tmp_path_factory.mktemp("databases")) as databases:
        yield databases


@pytest.fixture
async def database_url(databases: Databases) -> AsyncIterator[str]:
    """A database of the current schema with nothing in it."""
    async with databases.clean() as url:
        yield url


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    async with open_stage(database_url) as stage:
        yield stage


@pytest.fixture
async def team(stage: Stage) -> Team:
    return await stage.team()


@pytest.fixture
async def number(stage: Stage, team: Team) -> Number:
    return await stage.number(team)


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Of a data folder of its own, and a database with the current schema."""
    return Settings(data_dir=tmp_path, database_url=database_url, send_timeout_seconds=2.0, send_patience_seconds=10.0)


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
