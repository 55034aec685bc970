"""A chat is started from the number that was asked for, else the contact's last, the primary, or the healthiest."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from sync_backend.administration.accounts import AddedAccount, add_account
from sync_backend.administration.workspaces import WorkspaceEntry, add_workspace
from sync_backend.clock import system_clock
from sync_backend.database.tables import chats, contacts, whatsapp_accounts
from tests.sync_backend.backend import writes_of
from tests.sync_backend.conftest import Receive
from tests.sync_backend.fake_bridge import FakeBridge

BUDI = "+62 812-3456-7890"


class Desk:
    def __init__(self, app: FastAPI, client: httpx.AsyncClient, workspace: WorkspaceEntry, bridge: FakeBridge) -> None:
        self._app = app
        self._client = client
        self._workspace = workspace
        self._bridge = bridge

    async def number(self, phone: str, **columns: Any) -> str:
        """Another number on the same bridge, connected unless told otherwise."""
        services = self._app.state.services
        added = await add_account(
            services.writes,
            services.broadcaster,
            system_clock,
            workspace_id=self._workspace.id,
            provider="webjs",
            phone=phone,
            bridge_url=self._bridge.url,
        )
        await self.set(str(added.account.id), **({"status": "connected"} | columns))
        return str(added.account.id)

    async def set(self, session_id: str, **columns: Any) -> None:
        async with writes_of(self._app).begin() as connection:
            own = whatsapp_accounts.c.id == int(session_id)
            await connection.execute(sa.update(whatsapp_accounts).where(own).values(**columns))

    async def start(self, body: str = "Halo", **asked: Any) -> httpx.Response:
        return await self._client.post("/api/v1/messages", json={"uuid": str(uuid4()), "body": body} | asked)

    async def started(self, **asked: Any) -> dict[str, Any]:
        answer = await self.start(**asked)
        assert answer.status_code == 202, answer.text
        message: dict[str, Any] = answer.json()
        return message


@pytest.fixture
async def desk(
    app: FastAPI, client: httpx.AsyncClient, workspace: WorkspaceEntry, bridge: FakeBridge, account: AddedAccount
) -> Desk:
    """The workspace's first number, `account`, is its primary one."""
    desk = Desk(app, client, workspace, bridge)
    await desk.set(str(account.account.id), status="connected")
    return desk


async def test_a_typed_number_gets_a_chat_and_the_message_goes_out(
    desk: Desk, client: httpx.AsyncClient, account: AddedAccount, bridge: FakeBridge
) -> None:
    message = await desk.started(phone=BUDI)
    await bridge.was_called(1)
    assert bridge.calls[0]["to"] == "6281234567890@c.us"
    [conversation] = (await client.get("/api/v1/conversations")).json()["items"]
    assert (message["conversation_id"], message["session_id"]) == (conversation["id"], str(account.account.id))
    assert conversation["contact"]["phone"] == "+6281234567890"
    assert conversation["last_message"]["body"] == "Halo"


async def test_what_a_contact_was_first_known_by_is_kept(
    desk: Desk, app: FastAPI, account: AddedAccount, receive: Receive
) -> None:
    await desk.started(phone=BUDI)
    await receive(contact_phone="6281111111111@c.us")
    async with writes_of(app).connect() as connection:
        query = sa.select(contacts.c.phone, contacts.c.source_type, contacts.c.source_session_id)
        rows = {tuple(row) for row in await connection.execute(query)}
    own = account.account.id
    assert rows == {("+6281234567890", "manual", own), ("+6281111111111", "webjs", own)}


async def test_the_number_asked_for_wins(desk: Desk) -> None:
    other = await desk.number("+62 811-0000-0002")
    assert (await desk.started(phone=BUDI, session_id=other))["session_id"] == other


async def test_a_contact_is_answered_from_the_number_of_their_last_chat(desk: Desk, client: httpx.AsyncClient) -> None:
    other = await desk.number("+62 811-0000-0002")
    first = await desk.started(phone=BUDI, session_id=other)
    again = await desk.started(phone="0062 812 3456 7890".removeprefix("00"))
    assert (again["session_id"], again["conversation_id"]) == (other, first["conversation_id"])
    contact = (await client.get("/api/v1/conversations")).json()["items"][0]["contact"]["id"]
    assert (await desk.started(contact_id=contact))["conversation_id"] == first["conversation_id"]


async def test_without_the_primary_the_healthiest_is_chosen(desk: Desk, account: AddedAccount) -> None:
    await desk.number("+62 811-0000-0002", health_score=40)
    best = await desk.number("+62 811-0000-0003", health_score=90)
    await desk.number("+62 811-0000-0004", health_score=100, status="logged_out")
    assert (await desk.started(phone=BUDI))["session_id"] == str(account.account.id)
    await desk.set(str(account.account.id), status="failed")
    assert (await desk.started(phone="+6281111111112"))["session_id"] == best


async def test_a_number_that_is_not_connected_is_refused_in_words(desk: Desk, client: httpx.AsyncClient) -> None:
    away = await desk.number("+62 811-0000-0002", status="logged_out")
    refused = await desk.start(phone=BUDI, session_id=away)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "session_not_active")
    assert "+6281100000002" in refused.json()["error"]["message"]
    assert (await client.get("/api/v1/conversations")).json()["items"] == []


async def test_no_connected_number_at_all_is_said(desk: Desk, account: AddedAccount) -> None:
    await desk.set(str(account.account.id), status="reconnecting")
    refused = await desk.start(phone=BUDI)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "no_active_session")


async def test_a_provider_that_is_not_known_here_sends_nothing(desk: Desk, bridge: FakeBridge) -> None:
    odd = await desk.number("+62 811-0000-0002", provider_type="telegram")
    refused = await desk.start(phone=BUDI, session_id=odd)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "unknown_provider")
    assert bridge.calls == []


@pytest.mark.parametrize(
    ("asked", "status", "field"),
    [
        ({}, 422, "phone"),
        ({"phone": BUDI, "contact_id": "1"}, 422, "phone"),
        ({"phone": "0812-3456-7890"}, 422, "phone"),
        ({"phone": "status@broadcast"}, 422, "phone"),
        ({"phone": BUDI, "body": " "}, 422, "body"),
        ({"contact_id": "999"}, 404, None),
        ({"contact_id": "x"}, 404, None),
        ({"phone": BUDI, "session_id": "999"}, 404, None),
        ({"phone": BUDI, "session_id": "x"}, 404, None),
    ],
)
async def test_what_cannot_be_started_is_refused(
    desk: Desk, app: FastAPI, asked: dict[str, Any], status: int, field: str | None
) -> None:
    refused = await desk.start(**asked)
    assert (refused.status_code, refused.json()["error"]["field"]) == (status, field)
    async with writes_of(app).connect() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(chats)) == 0
        assert await connection.scalar(sa.select(sa.func.count()).select_from(contacts)) == 0


async def test_nobody_elses_number_or_contact_is_used(desk: Desk, app: FastAPI) -> None:
    services = app.state.services
    other = await add_workspace(services.writes, system_clock, "Toko Lain")
    theirs = await add_account(
        services.writes, services.broadcaster, system_clock, workspace_id=other.id, provider="webjs", phone="+62811777"
    )
    assert (await desk.start(phone=BUDI, session_id=str(theirs.account.id))).status_code == 404


async def test_repeating_it_starts_one_chat_and_sends_once(desk: Desk, client: httpx.AsyncClient) -> None:
    uuid = str(uuid4())
    messages = await asyncio.gather(*(desk.started(phone=BUDI, uuid=uuid) for _ in range(8)))
    assert len({each["id"] for each in messages}) == 1
    assert len((await client.get("/api/v1/conversations")).json()["items"]) == 1
    assert (await desk.start(phone=BUDI, uuid=uuid, body="Lain")).status_code == 409
