"""News of a message: ticks, edits, deletions, reactions, reading; in whatever order they come."""

import itertools
import uuid
from typing import Any

import pytest

from sync_backend.database.tables import receipts
from sync_backend.ordering import workspace_transaction
from sync_backend.store.accounts import find_account
from sync_backend.store.conversations import find_conversation
from sync_backend.store.messages import MessageContent, NewMessage, add_message, find_sent
from sync_backend.store.status import name_message
from tests.sync_backend.stage import START, Number, Stage, Team


async def queue(stage: Stage, team: Team, number: Number, body: str) -> str:
    """An agent's message, stored as the sender stores it; returns its uuid."""
    client_uuid = str(uuid.uuid4())
    conversation_id = int((await stage.only_conversation(team))["id"])
    services = stage.services
    async with workspace_transaction(services.writes, team.id, services.broadcaster) as transaction:
        account = await find_account(transaction.connection, number.id)
        conversation = await find_conversation(transaction.connection, team.id, conversation_id)
        assert account is not None
        assert conversation is not None
        message = NewMessage(
            direction="outbound",
            content=MessageContent(body=body),
            status="queued",
            sent_at_ms=stage.now[0],
            client_uuid=client_uuid,
            user_id=team.user_id,
        )
        await add_message(transaction, account, conversation, message, stage.now[0])
    return client_uuid


async def provider_answers(stage: Stage, team: Team, number: Number, client_uuid: str, provider_id: str) -> None:
    services = stage.services
    async with workspace_transaction(services.writes, team.id, services.broadcaster) as transaction:
        account = await find_account(transaction.connection, number.id)
        assert account is not None
        message = await find_sent(transaction, account, client_uuid)
        await name_message(transaction, account, message, provider_id, stage.now[0], status="sent")


async def visible(stage: Stage, team: Team) -> list[dict[str, Any]]:
    """The conversation's messages that are not deleted, newest first."""
    conversation = await stage.only_conversation(team)
    return [each for each in await stage.messages(team, conversation["id"]) if each["deleted_at"] is None]


class TestOurOwnMessages:
    async def test_the_echo_before_the_answer(self, stage: Stage, team: Team, number: Number) -> None:
        await stage.says(number, "Halo")
        sent = await queue(stage, team, number, "Siap")
        await stage.says(number, "Siap", from_me=True, message_id="B1", client_uuid=sent)
        await provider_answers(stage, team, number, sent, "B1")
        message, _ = await visible(stage, team)
        assert (message["client_uuid"], message["provider_message_id"], message["status"]) == (sent, "B1", "sent")
        assert message["user"]["name"] == "Sari"

    async def test_the_echo_after_the_answer(self, stage: Stage, team: Team, number: Number) -> None:
        await stage.says(number, "Halo")
        sent = await queue(stage, team, number, "Siap")
        await provider_answers(stage, team, number, sent, "B1")
        head = await stage.head(team)
        await stage.says(number, "Siap", from_me=True, message_id="B1", client_uuid=sent)
        assert len(await visible(stage, team)) == 2
        assert await stage.head(team) == head

    async def test_an_echo_that_does_not_know_our_uuid(self, stage: Stage, team: Team, number: Number) -> None:
        await stage.says(number, "Halo")
        sent = await queue(stage, team, number, "Siap")
        await stage.says(number, "Siap", from_me=True, message_id="B1")
        await stage.post(number, event="message_ack", message_id="B1", ack=3)
        await stage.post(number, event="reaction", message_id="B1", emoji="👍", sender_phone="6281234567890@c.us")
        await provider_answers(stage, team, number, sent, "B1")
        message, _ = await visible(stage, team)
        assert (message["client_uuid"], message["provider_message_id"], message["status"]) == (sent, "B1", "read")
        assert [each["emoji"] for each in message["reactions"]] == ["👍"]
        conversation = await stage.only_conversation(team)
        assert conversation["last_message"]["id"] == message["id"]

    async def test_an_ack_that_names_the_message_before_anything_else_did(
        self, stage: Stage, team: Team, number: Number
    ) -> None:
        await stage.says(number, "Halo")
        sent = await queue(stage, team, number, "Siap")
        await stage.post(number, event="message_ack", message_id="B1", ack=2, client_uuid=sent)
        await provider_answers(stage, team, number, sent, "B1")
        message, _ = await visible(stage, team)
        assert (message["provider_message_id"], message["status"]) == ("B1", "delivered")

    async def test_what_is_written_on_the_phone_neither_notifies_nor_counts(
        self, stage: Stage, team: Team, number: Number
    ) -> None:
        await stage.says(number, "Nanti ya", from_me=True, contact_name="Toko Melati")
        conversation = await stage.only_conversation(team)
        assert conversation["unread_count"] == 0
        assert conversation["last_message"]["direction"] == "outbound"
        assert await stage.heard(team, "new-chat-received") == []

    async def test_the_phones_own_name_does_not_rename_the_customer(
        self, stage: Stage, team: Team, number: Number
    ) -> None:
        await stage.says(number, "Halo")
        await stage.says(number, "Nanti ya", from_me=True, contact_name="Toko Melati")
        assert (await stage.only_conversation(team))["contact"]["name"] == "Budi"


@pytest.mark.parametrize("order", list(itertools.permutations([1, 2, 3])))
async def test_ticks_in_any_order_end_at_the_highest(
    stage: Stage, team: Team, number: Number, order: tuple[int, ...]
) -> None:
    """The message itself comes second, so that ticks come before and after it."""
    first, *later = order
    await stage.post(number, event="message_ack", message_id="B1", ack=first)
    await stage.says(number, "Siap", from_me=True, message_id="B1")
    for ack in later:
        await stage.post(number, event="message_ack", message_id="B1", ack=ack)
    assert (await stage.only_message(team))["status"] == "read"
    assert (await stage.only_conversation(team))["last_message"]["status"] == "read"
    assert await stage.count(receipts) == 0


async def test_a_failure_keeps_its_reason_and_yields_to_delivery(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Siap", from_me=True, message_id="B1")
    await stage.post(number, event="message_ack", message_id="B1", ack=-1, error="number not on WhatsApp")
    message = await stage.only_message(team)
    assert (message["status"], message["error"]["message"]) == ("failed", "number not on WhatsApp")
    await stage.post(number, event="message_ack", message_id="B1", ack=2)
    assert (await stage.only_message(team))["status"] == "delivered"


async def test_a_tick_does_not_touch_what_others_wrote(stage: Stage, team: Team, number: Number) -> None:
    await stage.post(number, event="message_ack", message_id="A1", ack=3)
    await stage.says(number, "Halo", message_id="A1")
    assert (await stage.only_message(team))["status"] == "delivered"


NEWS = [
    {"event": "message_edit", "message_id": "A1", "message_body": "second", "timestamp": START // 1000 + 1},
    {"event": "message_edit", "message_id": "A1", "message_body": "third", "timestamp": START // 1000 + 2},
    {"event": "reaction", "message_id": "A1", "emoji": "❤️", "sender_phone": "6281@lid", "timestamp": 10},
    {"event": "reaction", "message_id": "A1", "emoji": "👍", "sender_phone": "6281@lid", "timestamp": 20},
    {"event": "message"},
]


@pytest.mark.parametrize("order", list(itertools.permutations(NEWS))[::7])
async def test_news_in_any_order_ends_alike(
    stage: Stage, team: Team, number: Number, order: tuple[dict[str, Any], ...]
) -> None:
    for news in order:
        if news["event"] == "message":
            await stage.says(number, "first", message_id="A1")
        else:
            assert (await stage.post(number, **news)).status_code == 200
    message = await stage.only_message(team)
    assert message["body"] == "third"
    assert message["edited_at"] == "2025-11-23T10:40:02.000Z"
    assert [each["emoji"] for each in message["reactions"]] == ["👍"]
    assert (await stage.only_conversation(team))["last_message"]["body"] == "third"


async def test_a_reaction_taken_back_stays_away(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", message_id="A1")
    for emoji, at in (("👍", 10), ("", 30), ("❤️", 20)):
        await stage.post(number, event="reaction", message_id="A1", emoji=emoji, from_me=True, timestamp=at)
    assert (await stage.only_message(team))["reactions"] == []


@pytest.mark.parametrize("revoked_first", [True, False])
async def test_a_revoked_message_is_a_tombstone_without_content(
    stage: Stage, team: Team, number: Number, revoked_first: bool
) -> None:
    await stage.says(number, "tetap", message_id="A0")
    if revoked_first:
        await stage.post(number, event="message_revoke", message_id="A1")
        await stage.says(number, "rahasia", message_id="A1")
    else:
        await stage.says(number, "rahasia", message_id="A1")
        await stage.post(number, event="message_revoke", message_id="A1")
        await stage.post(number, event="message_edit", message_id="A1", message_body="lagi")
    conversation = await stage.only_conversation(team)
    assert conversation["unread_count"] == 1
    assert conversation["last_message"]["body"] == "tetap"
    tombstone, kept = await stage.messages(team, conversation["id"])
    assert tombstone["deleted_at"] is not None
    assert tombstone["revoked"]
    assert tombstone["body"] == ""
    assert kept["deleted_at"] is None
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["unread_count"] == 1


async def test_reading_on_the_phone_clears_the_chat(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo")
    await stage.says_in_group(number, "Makan?")
    await stage.post(number, event="chat_read", chat_type="private", contact_phone="+62 812-3456-7890")
    unread = {each["chat_type"]: each["unread_count"] for each in await stage.conversations(team)}
    assert unread == {"private": 0, "group": 1}
    await stage.post(number, event="chat_read", chat_type="group", group_jid="120363000000000001@g.us")
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["unread_count"] == 0


async def test_a_quote_shows_what_it_answers(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Ready?", message_id="A1")
    await stage.says(number, "Halo?", quoted={"message_id": "A1", "sender_name": "Budi", "body": "Ready?"})
    conversation = await stage.only_conversation(team)
    answer, original = await stage.messages(team, conversation["id"])
    assert answer["reply_to"] == {
        "message_id": original["id"],
        "sender_name": "Budi",
        "body": "Ready?",
        "message_type": "text",
    }


async def test_a_numbers_status_and_sync_reach_the_list(stage: Stage, team: Team, number: Number) -> None:
    await stage.post(number, event="session_status", status="connected", display_name="CS 1")
    await stage.post(number, event="sync_progress", status="running", synced_count=20, total_count=500)
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert (session["status"], session["display_name"]) == ("connected", "CS 1")
    assert session["sync"] == {"status": "running", "synced_count": 20, "total_count": 500, "last_sync_at": None}
    head = await stage.head(team)
    await stage.post(number, event="sync_progress", status="running", synced_count=20, total_count=500)
    assert await stage.head(team) == head
    await stage.post(number, event="sync_progress", status="completed", synced_count=500, total_count=500)
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["sync"]["last_sync_at"] == "2025-11-23T10:40:00.000Z"


async def test_a_group_update_changes_what_it_names_only(stage: Stage, team: Team, number: Number) -> None:
    await stage.says_in_group(number, "Makan?", participants=[{"phone": "6281234567891@c.us"}])
    await stage.post(number, event="group_update", group_jid="120363000000000001@g.us", group_name="Keluarga Besar")
    conversation = await stage.only_conversation(team)
    assert conversation["group"]["name"] == "Keluarga Besar"
    assert conversation["group"]["participants_count"] == 1


async def test_a_late_message_keeps_its_place_and_is_unread(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "second", timestamp=START // 1000)
    conversation = await stage.only_conversation(team)
    await stage.read(team, conversation["id"], conversation["last_message"]["id"])
    await stage.says(number, "first", timestamp=START // 1000 - 60)
    conversation = await stage.only_conversation(team)
    assert [each["body"] for each in await stage.messages(team, conversation["id"])] == ["second", "first"]
    assert conversation["last_message"]["body"] == "second"
    assert conversation["unread_count"] == 1


async def test_a_clock_that_runs_ahead_lifts_no_chat_to_the_top(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "from the future", timestamp=START // 1000 + 86_400, contact_phone="6281234567899@c.us")
    stage.pass_time(60_000)
    await stage.says(number, "now")
    first, second = await stage.conversations(team)
    assert first["last_message"]["body"] == "now"
    assert second["last_message"]["created_at"] == "2025-11-24T10:40:00.000Z"
    assert second["last_message_at"] == "2025-11-23T10:40:00.000Z"
