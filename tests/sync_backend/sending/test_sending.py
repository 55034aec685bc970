"""What an agent types reaches WhatsApp once, in order, and its bubble tells the truth about it."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from sync_backend.administration.accounts import AddedAccount, MetaConfig, add_account
from sync_backend.administration.workspaces import add_workspace
from sync_backend.clock import system_clock
from sync_backend.settings import Settings
from tests.sync_backend.backend import add_agent, client_of, post_webhook, running_app, token_of
from tests.sync_backend.conftest import Receive
from tests.sync_backend.fake_bridge import FakeBridge


async def send(client: httpx.AsyncClient, conversation: str, body: str, uuid: str | None = None) -> dict[str, Any]:
    answer = await client.post(
        f"/api/v1/conversations/{conversation}/messages", json={"uuid": uuid or str(uuid4()), "body": body}
    )
    assert answer.status_code == 202, answer.text
    message: dict[str, Any] = answer.json()
    return message


async def message_with_status(
    client: httpx.AsyncClient, conversation: str, message_id: str, *statuses: str
) -> dict[str, Any]:
    """Waits until the message has one of the statuses."""
    async with asyncio.timeout(20):
        while True:
            listed = (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"]
            message: dict[str, Any] = next(each for each in listed if each["id"] == message_id)
            if message["status"] in statuses:
                return message
            await asyncio.sleep(0.01)


async def test_a_message_is_answered_as_queued_and_ends_as_sent(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()

    queued = await send(client, conversation, "Selamat pagi 👋")
    sent = await message_with_status(client, conversation, queued["id"], "sent")

    assert queued["status"] == "queued"
    assert queued["user"]["name"] == "Sari"
    assert sent["provider_message_id"] == f"WA{queued['uuid'][-12:]}"
    assert bridge.calls == [
        {
            "client_uuid": queued["uuid"],
            "to": "6281111111111@c.us",
            "body": "Selamat pagi 👋",
            "reply_to": None,
            "media": None,
            "mentions": None,
        }
    ]


async def test_sending_raises_no_unread_count_and_tops_the_list(client: httpx.AsyncClient, receive: Receive) -> None:
    conversation = await receive()
    await receive(contact_phone="6282222222222@c.us", message_id="IN2", timestamp=1_700_000_100)

    sent = await send(client, conversation, "Siap")

    top = (await client.get("/api/v1/conversations")).json()["items"][0]
    assert (top["id"], top["last_message"]["id"], top["unread_count"]) == (conversation, sent["id"], 1)


async def test_groups_are_written_to_by_their_own_address(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive(
        chat_type="group", group_jid="120363000000000000@g.us", group_name="Gudang", contact_phone=None,
        contact_name=None, sender_phone="6281111111111@c.us", sender_name="Budi",
    )  # fmt: skip

    await send(client, conversation, "Halo semua")
    await bridge.was_called(1)

    assert bridge.calls[0]["to"] == "120363000000000000@g.us"


async def test_a_person_known_by_privacy_id_alone_can_be_answered(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive(contact_phone="99887766554433@lid")

    await send(client, conversation, "Halo")
    await bridge.was_called(1)

    assert bridge.calls[0]["to"] == "99887766554433@lid"


async def test_a_reply_names_the_quoted_message_to_whatsapp_and_to_us(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive(message_body="Berapa harganya?")
    question = (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"][0]

    answer = await client.post(
        f"/api/v1/conversations/{conversation}/messages",
        json={"uuid": str(uuid4()), "body": "Rp 50.000", "reply_to": question["id"]},
    )
    await bridge.was_called(1)

    assert bridge.calls[0]["reply_to"] == "IN1"
    assert answer.json()["reply_to"]["message_id"] == question["id"]
    assert answer.json()["reply_to"]["body"] == "Berapa harganya?"


async def test_the_same_uuid_sends_once_and_gets_the_same_answer(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation, uuid = await receive(), str(uuid4())

    first, *others = await asyncio.gather(*(send(client, conversation, "Sekali saja", uuid) for _ in range(8)))
    await message_with_status(client, conversation, first["id"], "sent")

    assert {other["id"] for other in others} == {first["id"]}
    bridge.accepted_exactly("Sekali saja")
    assert len(bridge.calls) == 1


async def test_the_same_uuid_with_another_text_is_a_conflict(client: httpx.AsyncClient, receive: Receive) -> None:
    conversation, uuid = await receive(), str(uuid4())
    await send(client, conversation, "Satu", uuid)

    answer = await client.post(f"/api/v1/conversations/{conversation}/messages", json={"uuid": uuid, "body": "Dua"})

    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "uuid_conflict"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"uuid": "not one", "body": "x"}, "uuid"),
        ({"body": "x"}, "uuid"),
        ({"uuid": str(uuid4()), "body": " \n "}, "body"),
        ({"uuid": str(uuid4()), "body": "x" * 65_537}, "body"),
        ({"uuid": str(uuid4()), "body": "x", "reply_to": "999999"}, "reply_to"),
        ({"uuid": str(uuid4()), "body": "x", "reply_to": "9" * 40}, "reply_to"),
        ({"uuid": str(uuid4()), "body": ["x"]}, "body"),
    ],
)
async def test_what_cannot_be_sent_is_refused_by_field_and_stored_nowhere(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge, body: dict[str, Any], field: str
) -> None:
    conversation = await receive()

    answer = await client.post(f"/api/v1/conversations/{conversation}/messages", json=body)

    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert len((await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"]) == 1
    assert bridge.calls == []


async def test_a_conversation_of_another_workspace_does_not_exist(
    app: FastAPI, receive: Receive, bridge: FakeBridge, client: httpx.AsyncClient
) -> None:
    conversation = await receive()
    services = app.state.services
    other = await add_workspace(services.writes, system_clock, "Somebody else")
    stranger = await token_of(app, await add_agent(app, other, "stranger@example.com"))

    async with client_of(app, stranger) as outsider:
        answer = await outsider.post(
            f"/api/v1/conversations/{conversation}/messages", json={"uuid": str(uuid4()), "body": "x"}
        )

    assert answer.status_code == 404
    assert bridge.calls == []


async def test_a_uuid_that_another_workspace_used_is_a_conflict(
    app: FastAPI, client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    uuid = str(uuid4())
    await send(client, await receive(), "Punya kami", uuid)
    services = app.state.services
    other = await add_workspace(services.writes, system_clock, "Somebody else")
    number = await add_account(
        services.writes, services.broadcaster, system_clock, workspace_id=other.id, provider="webjs",
        phone="+62 812-9999-0000", bridge_url=bridge.url,
    )  # fmt: skip
    stranger = await token_of(app, await add_agent(app, other, "stranger@example.com"))

    async with client_of(app, stranger) as outsider:
        event = {
            "session_id": number.account.id, "workspace_id": other.id, "chat_type": "private",
            "contact_phone": "6281111111111@c.us", "message_body": "Hi", "message_id": "X1", "timestamp": 1_700_000_000,
        }  # fmt: skip
        assert (await post_webhook(outsider, str(number.hmac_secret), event)).status_code == 200
        theirs = (await outsider.get("/api/v1/conversations")).json()["items"][0]["id"]
        answer = await outsider.post(f"/api/v1/conversations/{theirs}/messages", json={"uuid": uuid, "body": "x"})

    assert answer.status_code == 409


async def test_a_definite_refusal_fails_the_message_in_words(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    bridge.refuse_next(422, "recipient_unknown")

    queued = await send(client, conversation, "Halo?")
    failed = await message_with_status(client, conversation, queued["id"], "failed")

    assert failed["error"] == {"code": "recipient_unknown", "message": "This person is not on WhatsApp."}
    bridge.accepted_exactly()


async def test_a_number_that_is_not_connected_yet_is_tried_again(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    bridge.refuse_next(503, "session_not_connected")

    queued = await send(client, conversation, "Sabar")
    await message_with_status(client, conversation, queued["id"], "sent")

    assert len(bridge.calls) == 2
    bridge.accepted_exactly("Sabar")


async def test_a_lost_answer_shows_unconfirmed_then_sent_and_sends_once(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    bridge.accept_but_cut_next()

    queued = await send(client, conversation, "Sampai?")
    unconfirmed = await message_with_status(client, conversation, queued["id"], "unconfirmed")
    await message_with_status(client, conversation, queued["id"], "sent")

    assert unconfirmed["error"]["code"] == "no_answer"
    bridge.accepted_exactly("Sampai?")


async def test_a_refusal_after_a_lost_answer_never_claims_failure(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    bridge.accept_but_cut_next()
    bridge.refuse_next(404, "unknown_session")

    queued = await send(client, conversation, "Mungkin")
    async with asyncio.timeout(20):
        error = None
        while error is None or error["code"] != "unknown_session":
            last = (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"][0]
            error = last["error"]
            await asyncio.sleep(0.01)

    assert (last["id"], last["status"]) == (queued["id"], "unconfirmed")


async def test_one_chats_messages_keep_their_order_while_its_first_waits(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    bridge.refuse_next(503, "session_not_connected")

    for number in range(5):
        last = await send(client, conversation, f"pesan {number}")
    await message_with_status(client, conversation, last["id"], "sent")

    bridge.accepted_exactly("pesan 0", "pesan 1", "pesan 2", "pesan 3", "pesan 4")


async def test_other_chats_do_not_wait_for_a_slow_one(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    slow = await receive()
    fast = await receive(contact_phone="6282222222222@c.us", message_id="IN2", timestamp=1_700_000_100)
    released = bridge.hold_next()
    held = await send(client, slow, "lambat")
    await bridge.was_called(1)

    quick = await send(client, fast, "cepat")
    await message_with_status(client, fast, quick["id"], "sent")

    listed = (await client.get(f"/api/v1/conversations/{slow}/messages")).json()["items"]
    assert listed[0]["status"] == "sending"
    released.set()
    await message_with_status(client, slow, held["id"], "sent")


async def test_ticks_that_come_before_the_answer_are_not_lost(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge, account: AddedAccount
) -> None:
    conversation = await receive()
    released = bridge.hold_next()
    queued = await send(client, conversation, "Sudah dibaca")
    await bridge.was_called(1)

    ack = {
        "event": "message_ack", "session_id": account.account.id, "workspace_id": account.account.workspace_id,
        "message_id": f"WA{queued['uuid'][-12:]}", "ack": 3,
    }  # fmt: skip
    await post_webhook(client, str(account.hmac_secret), ack)
    released.set()

    assert (await message_with_status(client, conversation, queued["id"], "read"))["status"] == "read"


async def test_an_echo_that_comes_before_the_answer_shows_no_second_bubble(
    client: httpx.AsyncClient, receive: Receive, bridge: FakeBridge
) -> None:
    conversation = await receive()
    released = bridge.hold_next()
    queued = await send(client, conversation, "Satu gelembung")
    await bridge.was_called(1)

    await receive(message_body="Satu gelembung", message_id=f"WA{queued['uuid'][-12:]}", from_me=True)
    released.set()
    await message_with_status(client, conversation, queued["id"], "sent")

    listed = (await client.get(f"/api/v1/conversations/{conversation}/messages")).json()["items"]
    visible = [each["body"] for each in listed if each["deleted_at"] is None and each["direction"] == "outbound"]
    assert visible == ["Satu gelembung"]


async def test_a_meta_number_without_a_token_says_that_nothing_can_be_sent_from_it(settings: Settings) -> None:
    async with running_app(settings.model_copy(update={"hmac_secret": "shared by all"})) as app:
        services = app.state.services
        workspace = await add_workspace(services.writes, system_clock, "Toko Nusantara")
        token = await token_of(app, await add_agent(app, workspace, "sari@example.com"))
        meta = await add_account(
            services.writes, services.broadcaster, system_clock, workspace_id=workspace.id, provider="meta",
            phone="+62 811-2233-4455", meta=MetaConfig(phone_number_id="1001"),
        )  # fmt: skip
        async with client_of(app, token) as client:
            event = {
                "session_id": meta.account.id, "workspace_id": workspace.id, "chat_type": "private",
                "contact_phone": "6281111111111", "message_body": "Hi", "message_id": "M1",
                "timestamp": int(time.time()),
            }  # fmt: skip
            await post_webhook(client, "shared by all", event)
            conversation = (await client.get("/api/v1/conversations")).json()["items"][0]["id"]

            queued = await send(client, conversation, "Halo")
            failed = await message_with_status(client, conversation, queued["id"], "failed")

    assert "access token" in failed["error"]["message"]
