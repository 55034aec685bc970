"""An agent's reaction reaches WhatsApp, and is shown once WhatsApp has it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.sync_backend.conftest import Receive
from tests.sync_backend.fake_bridge import FakeBridge


@pytest.fixture
async def message(client: httpx.AsyncClient, receive: Receive) -> dict[str, Any]:
    """One that came in."""
    conversation = await receive()
    items = (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"]
    found: dict[str, Any] = items[0]
    return found


async def react(client: httpx.AsyncClient, message: dict[str, Any], emoji: str) -> httpx.Response:
    return await client.post(f"/api/v1/messages/{message['id']}/reactions", json={"emoji": emoji})


async def test_a_reaction_goes_to_whatsapp_and_then_to_every_desk(
    client: httpx.AsyncClient, message: dict[str, Any], bridge: FakeBridge
) -> None:
    answer = await react(client, message, "👍")
    assert answer.status_code == 200
    assert answer.json()["reactions"] == [{"emoji": "👍", "sender_name": None, "from_me": True}]
    assert answer.json()["version"] > message["version"]
    assert bridge.calls == [{"to": "6281111111111@c.us", "message_id": "IN1", "from_me": False, "emoji": "👍"}]
    assert [each["emoji"] for each in (await react(client, message, "👨‍👩‍👧")).json()["reactions"]] == ["👨‍👩‍👧"]
    assert (await react(client, message, "")).json()["reactions"] == []


async def test_what_whatsapp_does_not_take_is_not_shown(
    client: httpx.AsyncClient, message: dict[str, Any], bridge: FakeBridge
) -> None:
    bridge.refuse_next(503, "session_not_connected")
    away = await react(client, message, "👍")
    assert (away.status_code, away.json()["error"]["code"]) == (503, "unavailable")
    assert int(away.headers["Retry-After"]) > 0
    bridge.refuse_next(422, "invalid")
    refused = await react(client, message, "👍")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "refused")
    items = (await client.get(f"/api/v1/conversations/{message['conversation_id']}/messages")).json()["items"]
    assert items[0]["reactions"] == []


@pytest.mark.parametrize("emoji", ["x" * 65, " 👍", "a\nb"])
async def test_what_is_no_reaction_is_refused(
    client: httpx.AsyncClient, message: dict[str, Any], emoji: str, bridge: FakeBridge
) -> None:
    answer = await react(client, message, emoji)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "emoji")
    assert bridge.calls == []


async def test_nobody_reacts_to_what_is_unknown(client: httpx.AsyncClient, message: dict[str, Any]) -> None:
    assert (await react(client, message | {"id": "999999"}, "👍")).status_code == 404
