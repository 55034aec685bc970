"""The workspace is the boundary of what one may see."""

import pytest

from sync_backend.database.tables import contacts, conversations, whatsapp_groups
from tests.sync_backend.stage import Number, Stage, Team

ROUTES = [
    ("GET", "/conversations/{conversation}"),
    ("GET", "/conversations/{conversation}/messages"),
    ("POST", "/conversations/{conversation}/read"),
    ("GET", "/groups/{group}"),
]


@pytest.mark.parametrize(("method", "route"), ROUTES)
@pytest.mark.parametrize("identifier", ["theirs", "999", "x", "-1", "1e3", "²", "9" * 30])
async def test_what_is_someone_elses_does_not_exist(
    stage: Stage, team: Team, number: Number, method: str, route: str, identifier: str
) -> None:
    await stage.says_in_group(number, "rahasia")
    conversation = await stage.only_conversation(team)
    stranger = await stage.team("Toko Lain")
    ids = {"conversation": conversation["id"], "group": conversation["group"]["id"]}
    if identifier != "theirs":
        ids = dict.fromkeys(ids, identifier)
    body = {"message_id": conversation["last_message"]["id"]} if method == "POST" else None
    path = "/api/v1" + route.format(**ids)
    answer = await stage.client.request(method, path, json=body, headers=stranger.headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert "rahasia" not in answer.text
    assert (await stage.only_conversation(team))["unread_count"] == 1


@pytest.mark.parametrize("path", ["/sessions", "/conversations", "/snapshot", "/changes?since=0"])
async def test_lists_show_ones_own(stage: Stage, team: Team, number: Number, path: str) -> None:
    await stage.says(number, "rahasia")
    stranger = await stage.team("Toko Lain")
    answer = await stage.client.get(f"/api/v1{path}", headers=stranger.headers)
    assert answer.status_code == 200
    assert "rahasia" not in answer.text
    assert "+628110000001" not in answer.text
    assert (await stage.conversations(stranger, session_id=number.id)) == []


@pytest.mark.parametrize(
    ("method", "route"), [*ROUTES, ("GET", "/sessions"), ("GET", "/snapshot"), ("GET", "/changes")]
)
async def test_nobody_sees_anything_without_a_token(stage: Stage, method: str, route: str) -> None:
    path = "/api/v1" + route.format(conversation=1, group=1)
    assert (await stage.client.request(method, path)).status_code == 401
    wrong = {"Authorization": "Bearer wrong"}
    assert (await stage.client.request(method, path, headers=wrong)).status_code == 401


async def test_a_foreign_messages_id_is_no_place_to_page_from(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "rahasia")
    foreign = (await stage.only_message(team))["id"]
    stranger = await stage.team("Toko Lain")
    theirs = await stage.number(stranger, phone_number="+628110000009")
    await stage.says(theirs, "Halo")
    own = await stage.only_conversation(stranger)
    answer = await stage.client.get(
        f"/api/v1/conversations/{own['id']}/messages", params={"before": foreign}, headers=stranger.headers
    )
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "before")
    assert (await stage.read(stranger, own["id"], foreign)).status_code == 422


async def test_one_group_in_two_workspaces_is_two_groups(stage: Stage, team: Team, number: Number) -> None:
    stranger = await stage.team("Toko Lain")
    theirs = await stage.number(stranger, phone_number="+628110000009")
    await stage.says_in_group(number, "satu", group_name="Kita")
    await stage.says_in_group(theirs, "dua", group_name="Mereka")
    assert (await stage.only_conversation(team))["group"]["name"] == "Kita"
    assert (await stage.only_conversation(stranger))["group"]["name"] == "Mereka"
    assert await stage.count(whatsapp_groups) == 2


async def test_one_person_in_two_workspaces_is_two_contacts(stage: Stage, team: Team, number: Number) -> None:
    stranger = await stage.team("Toko Lain")
    theirs = await stage.number(stranger, phone_number="+628110000009")
    await stage.says(number, "satu")
    await stage.says(theirs, "dua", contact_name="Nama Lain")
    assert (await stage.only_conversation(team))["contact"]["name"] == "Budi"
    assert await stage.count(contacts) == 2


async def test_contact_7_and_group_7_are_two_chats(stage: Stage, team: Team, number: Number) -> None:
    for index in range(7):
        await stage.says(number, f"orang {index}", contact_phone=f"628123456780{index}@c.us")
        await stage.says_in_group(number, f"grup {index}", group_jid=f"{index}@g.us")
    assert await stage.count(conversations) == 14
    listed = await stage.conversations(team)
    seventh = {each["chat_type"]: each for each in listed if (each["contact"] or each["group"])["id"] == "7"}
    assert seventh["private"]["last_message"]["body"] == "orang 6"
    assert seventh["group"]["last_message"]["body"] == "grup 6"


async def test_two_numbers_in_one_group_share_it_and_notify_once(stage: Stage, team: Team, number: Number) -> None:
    other = await stage.number(team, phone_number="+628110000002")
    await stage.says_in_group(number, "Makan?", message_id="G1")
    await stage.says_in_group(other, "Makan?", message_id="G1")
    assert await stage.count(whatsapp_groups) == 1
    assert len(await stage.conversations(team)) == 2
    assert len(await stage.heard(team, "new-chat-received")) == 1
