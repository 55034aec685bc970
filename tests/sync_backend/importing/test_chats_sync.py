"""What a bridge posts to chats/sync ends in the chat list, once, whatever is odd about parts of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync_backend.importing.chats import LAST, group, message, private
from tests.sync_backend.importing.conftest import Bridge


async def test_a_batch_is_answered_as_queued_and_becomes_chats(importing: Bridge) -> None:
    answer = await importing.post([private(1), group(2)])
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert answer.json()["rejected"] == []
    assert answer.json()["batch_id"] == (await importing.post([private(1), group(2)])).json()["batch_id"]
    await importing.imported()
    listed = await importing.conversations()
    assert {each["chat_type"] for each in listed} == {"private", "group"}
    people = next(each for each in listed if each["chat_type"] == "private")
    assert people["contact"]["name"] == "Orang 1"
    assert people["contact"]["phone"] == "+6281200000001"
    assert people["last_message"]["body"] == "isi P1-2"
    assert people["last_message_at"] == "2025-11-22T08:26:40.000Z"
    assert [each["body"] for each in await importing.messages(people)] == ["isi P1-0", "isi P1-1", "isi P1-2"]
    assert [each["direction"] for each in await importing.messages(people)] == ["inbound", "outbound", "inbound"]
    [first, *_] = await importing.messages(next(each for each in listed if each["chat_type"] == "group"))
    assert first["sender"] == {"name": "Anggota 0", "phone": "+6281300000000"}


async def test_history_is_read_but_for_what_whatsapp_reports_unread(importing: Bridge) -> None:
    await importing.imports(private(1, messages=6, unread_count=2), private(2, messages=2, unread_count=99), private(3))
    listed = {each["contact"]["name"]: each for each in await importing.conversations()}
    assert [listed[f"Orang {number}"]["unread_count"] for number in (1, 2, 3)] == [2, 1, 0]
    unread = [each["body"] for each in await importing.messages(listed["Orang 1"]) if not each["is_read"]]
    inbound = [
        each["is_read"] for each in await importing.messages(listed["Orang 1"]) if each["direction"] == "inbound"
    ]
    assert inbound == [True, False, False]
    assert "isi P1-4" in unread
    assert (await importing.session())["unread_count"] == 3


async def test_a_repeated_batch_changes_nothing(importing: Bridge) -> None:
    batch = [private(1, unread_count=1), group(2, participants=[{"phone": "6281300000000@c.us", "isAdmin": True}])]
    await importing.imports(*batch)
    before = [await importing.messages(each) for each in await importing.conversations()]
    session = await importing.session()
    await importing.imports(*batch)
    assert [await importing.messages(each) for each in await importing.conversations()] == before
    assert await importing.session() == session


def after_a_good_one(odd: Any) -> Any:
    return private(9) | {"messages": [message("A", LAST), odd]}


@pytest.mark.parametrize(
    ("chat", "field"),
    [
        ({"type": "broadcast", "contact_phone": "6281@c.us"}, "type"),
        ({"type": "private"}, "contact_phone"),
        ({"type": "private", "contact_phone": "not a phone"}, "contact_phone"),
        ({"type": "group", "group_name": "x"}, "group_jid"),
        ("a text", None),
        (private(9, unread_count="many"), "unread_count"),
        (private(9, messages=51), "messages"),
        (private(9, group_created_at="yesterday") | {"type": "group", "group_jid": "1@g.us"}, "group_created_at"),
        ({"type": "private", "contact_phone": "status@broadcast"}, None),
        (private(9) | {"messages": [message("A", LAST), {"message_id": "B"}]}, "messages.1.timestamp"),
        (private(9) | {"messages": [message("A", LAST), message("B", -1)]}, "messages.1.timestamp"),
        (
            private(9) | {"messages": [message("A", LAST), message("B", LAST, message_body="")]},
            "messages.1.message_body",
        ),
        (private(9) | {"messages": [message("A", LAST), "B"]}, "messages.1"),
    ],
)
async def test_what_is_odd_is_named_and_its_neighbours_are_kept(
    importing: Bridge, chat: Any, field: str | None
) -> None:
    answer = await importing.post([private(1), chat, private(2)])
    assert answer.status_code == 202
    [rejected] = answer.json()["rejected"]
    assert (rejected["index"], rejected["field"]) == (1, field)
    assert rejected["reason"]
    await importing.imported()
    names = {each["contact"]["name"] for each in await importing.conversations()}
    assert {"Orang 1", "Orang 2"} <= names
    if field is not None and field.startswith("messages."):
        kept = next(each for each in await importing.conversations() if each["contact"]["name"] == "Orang 9")
        assert [each["body"] for each in await importing.messages(kept)] == ["isi A"]


@pytest.mark.parametrize(
    ("chats", "envelope", "field"),
    [
        ("all of them", {}, "chats"),
        ([private(number) for number in range(51)], {}, "chats"),
        ([], {"workspace_id": None}, "workspace_id"),
    ],
)
async def test_a_broken_envelope_is_refused(importing: Bridge, chats: Any, envelope: Any, field: str) -> None:
    answer = await importing.post(chats, **envelope)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
    assert await importing.jobs() == 0


async def test_only_the_numbers_bridge_may_post(importing: Bridge) -> None:
    answer = await importing.post_raw(b'{"session_id": 1, "workspace_id": 1, "chats": []}', "0" * 64)
    assert (answer.status_code, answer.json()) == (401, {"message": "Invalid webhook signature"})
    assert (await importing.post([private(1)], workspace_id=77)).status_code == 401
    assert (await importing.post_raw(b"{", "0" * 64)).status_code == 401


async def test_the_originals_batch_brings_a_chats_last_line(importing: Bridge) -> None:
    chat = {
        "type": "private", "contact_phone": "6281200000001", "contact_name": "Budi",
        "last_message": "Terima kasih!", "timestamp": LAST,
    }  # fmt: skip
    await importing.imports(chat)
    await importing.imports(chat)
    [conversation] = await importing.conversations()
    assert [each["body"] for each in await importing.messages(conversation)] == ["Terima kasih!"]


async def test_everything_a_group_tells_is_kept(importing: Bridge) -> None:
    await importing.imports(
        group(
            1,
            participants=[{"phone": "6281300000000@c.us", "name": "Dewi", "isAdmin": True}],
            description="Grup resmi",
            owner_phone="6281300000000@c.us",
            invite_code="ABC",
            settings={"messagesAdminsOnly": True, "editInfoAdminsOnly": False},
            group_created_at=1_700_000_000,
        )
    )
    [conversation] = await importing.conversations()
    details = (await importing.client.get(f"/api/v1/groups/{conversation['group']['id']}")).json()
    assert details["participants"] == [{"phone": "+6281300000000", "name": "Dewi", "isAdmin": True, "joinedAt": None}]
    assert (details["description"], details["owner_phone"], details["invite_code"]) == (
        "Grup resmi", "+6281300000000", "ABC",
    )  # fmt: skip
    assert details["settings"] == {"messagesAdminsOnly": True, "editInfoAdminsOnly": False}
    assert details["group_created_at"] == "2023-11-14T22:13:20.000Z"


async def test_one_person_under_two_addresses_is_one_chat(importing: Bridge) -> None:
    await importing.imports(private(1, messages=1), private(2, messages=1, contact_phone="777@lid"))
    assert len(await importing.conversations()) == 2
    both = [{"kind": "lid", "value": "777"}]
    third = private(1, messages=0, identities=both) | {"messages": [message("P3", LAST + 1)]}
    await importing.imports(third)
    [conversation] = await importing.conversations()
    assert [each["body"] for each in await importing.messages(conversation)] == ["isi P1-0", "isi P2-0", "isi P3"]


async def test_one_person_under_two_addresses_in_one_batch_is_one_chat(importing: Bridge) -> None:
    by_phone = private(1, messages=1)
    by_lid = private(2, messages=1, contact_phone="777@lid", contact_name="Orang 1")
    told = private(1, messages=0, identities=[{"kind": "lid", "value": "777"}])
    await importing.imports(by_phone, by_lid, told)
    [conversation] = await importing.conversations()
    assert len(await importing.messages(conversation)) == 2


async def test_nobody_is_notified_of_history_and_one_event_tells_of_a_batch(importing: Bridge) -> None:
    heard: list[Any] = []
    await importing.imported()
    importing.listen(heard.append)
    await importing.imports(private(1, messages=50, unread_count=3), private(2, messages=50))
    await importing.imported()
    names = [name for name, _ in heard]
    assert "new-chat-received" not in names
    assert names.count("changes") == 1


async def test_news_that_came_before_a_message_is_taken_over(importing: Bridge) -> None:
    await importing.tells(event="message_ack", message_id="P1-1", ack=3)
    await importing.tells(event="message_edit", message_id="P1-0", message_body="dikoreksi")
    await importing.tells(event="reaction", message_id="P1-2", emoji="👍", sender_phone="6281200000001@c.us")
    await importing.imports(private(1))
    [conversation] = await importing.conversations()
    first, second, third = await importing.messages(conversation)
    assert (first["body"], second["status"], third["reactions"][0]["emoji"]) == ("dikoreksi", "read", "👍")


async def test_quotes_find_their_originals_in_the_same_batch(importing: Bridge) -> None:
    quoted = {"message_id": "P1-0", "body": "isi P1-0"}
    chat = private(1)
    chat["messages"][2]["quoted"] = quoted
    chat["messages"].append(message("P1-3", LAST, quoted={"message_id": "P1-1"}))
    await importing.imports(chat)
    [conversation] = await importing.conversations()
    messages = await importing.messages(conversation)
    assert messages[2]["reply_to"]["message_id"] == messages[0]["id"]
    assert messages[3]["reply_to"]["message_id"] == messages[1]["id"]
    assert messages[3]["reply_to"]["body"] == "isi P1-1"
