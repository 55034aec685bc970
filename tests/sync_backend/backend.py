"""The whole application for tests, and what they ask of it from outside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.users import AddedUser, add_user
from sync_backend.administration.workspaces import WorkspaceEntry
from sync_backend.app import create_app
from sync_backend.auth.passwords import Passwords
from sync_backend.clock import Clock, system_clock
from sync_backend.services import Services
from sync_backend.settings import Settings
from wire.signatures import sign_body
from wire.webhooks import SIGNATURE_HEADER

PASSWORD = "correct horse battery"


@asynccontextmanager
async def running_app(settings: Settings, clock: Clock = system_clock) -> AsyncIterator[FastAPI]:
    """The application between start and stop; its database has the current schema."""
    app = create_app(settings, clock)
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


async def post_webhook(client: httpx.AsyncClient, secret: str, event: dict[str, Any]) -> httpx.Response:
    body = orjson.dumps(event)
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_body(secret, body)}
    return await client.post("/api/whatsapp/webhook", content=body, headers=headers)
