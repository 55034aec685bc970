"""What was not sent can be given up or sent again in its place, by any desk; what was sent can not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.sync_backend.conftest import Receive
from tests.sync_backend.fake_bridge import FakeBridge
from tests.sync_backend.sending.test_sending import message_with_status, send


@pytest.fixture
async def failed(client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge) -> dict[str, Any]:
    """A message that the bridge refused."""
    conversation = await receive()
    bridge.refuse_next(422, "invalid")
    queued = await send(client, conversation, "Siap kak")
    return await message_with_status(client, conversation, queued["id"], "failed")


async def listed(client: httpx.AsyncClient, message: dict[str, Any]) -> dict[str, Any]:
    items = (await client.get(f"/api/v1/conversations/{message['conversation_id']}/messages")).json()["items"]
    found: dict[str, Any] = next(each for each in items if each["id"] == message["id"])
    return found


async def last_message(client: httpx.AsyncClient) -> str:
    return str((await client.get("/api/v1/conversations")).json()["items"][0]["last_message"]["body"])


async def test_a_discarded_message_is_marked_for_every_desk_and_leaves_the_list(
    client: httpx.AsyncClient, failed: dict[str, Any]
) -> None:
    assert await last_message(client) == "Siap kak"
    answer = await client.delete(f"/api/v1/messages/{failed['id']}")
    assert (answer.status_code, answer.json()["discarded"], answer.json()["deleted_at"]) == (200, True, None)
    assert answer.json()["version"] > failed["version"]
    assert await last_message(client) == "Halo"
    again = await client.delete(f"/api/v1/messages/{failed['id']}")
    assert again.json() == answer.json(), "discarding it again changes nothing"


async def test_what_was_sent_came_in_or_is_nobodys_cannot_be_discarded(
    client: httpx.AsyncClient, receive: Receive
) -> None:
    conversation = await receive()
    queued = await send(client, conversation, "Siap")
    sent = await message_with_status(client, conversation, queued["id"], "sent")
    [inbound] = [
        each
        for each in (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"]
        if each["direction"] == "inbound"
    ]
    for message in (sent, inbound):
        answer = await client.delete(f"/api/v1/messages/{message['id']}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_sent")
    for unknown in ("999999", "x"):
        assert (await client.delete(f"/api/v1/messages/{unknown}")).status_code == 404


async def test_a_retry_takes_the_place_of_what_failed(
    client: httpx.AsyncClient, failed: dict[str, Any], bridge: FakeBridge
) -> None:
    body = {"uuid": str(uuid4()), "body": "Siap kak", "retry_of": failed["uuid"]}
    path = f"/api/v1/conversations/{failed['conversation_id']}/messages"
    first = await client.post(path, json=body)
    assert first.status_code == 202
    await message_with_status(client, failed["conversation_id"], first.json()["id"], "sent")
    assert (await listed(client, failed))["discarded"]
    assert (await client.post(path, json=body)).json()["id"] == first.json()["id"], "asking again is safe"
    bridge.accepted_exactly("Siap kak")


async def test_a_retry_of_what_was_sent_meanwhile_is_refused(
    client: httpx.AsyncClient, failed: dict[str, Any], receive: Receive, bridge: FakeBridge
) -> None:
    await receive(event="message_ack", message_id="LATE", ack=2, client_uuid=failed["uuid"])
    body = {"uuid": str(uuid4()), "body": "Siap kak", "retry_of": failed["uuid"]}
    answer = await client.post(f"/api/v1/conversations/{failed['conversation_id']}/messages", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "already_sent")
    bridge.accepted_exactly()


async def test_a_discarded_message_that_was_sent_after_all_is_the_last_message_again(
    client: httpx.AsyncClient, failed: dict[str, Any], receive: Receive
) -> None:
    await client.delete(f"/api/v1/messages/{failed['id']}")
    await receive(event="message_ack", message_id="LATE", ack=2, client_uuid=failed["uuid"])
    shown = await listed(client, failed)
    assert (shown["status"], shown["discarded"], shown["deleted_at"]) == ("delivered", True, None)
    assert await last_message(client) == "Siap kak"
