"""One person is one contact, under however many addresses they write."""

import pytest

from sync_backend.store.identities import InvalidAddressError, NotAChatError, parse_address
from tests.sync_backend.stage import Number, Stage, Team


@pytest.mark.parametrize(
    ("address", "kind", "value"),
    [
        ("6281234567890@c.us", "phone", "+6281234567890"),
        ("6281234567890:12@s.whatsapp.net", "phone", "+6281234567890"),
        ("+62 812-3456-7890", "phone", "+6281234567890"),
        ("6281234567890", "phone", "+6281234567890"),
        ("1 (555) 010-0199", "phone", "+15550100199"),
        ("123456789012345@lid", "lid", "123456789012345"),
    ],
)
def test_addresses_of_people(address: str, kind: str, value: str) -> None:
    identity = parse_address(address)
    assert (identity.kind, identity.value) == (kind, value)


@pytest.mark.parametrize("address", ["", "Budi", "@c.us", "@lid", "1234567890@g.us", "0812345678", "+62x812", "9" * 40])
def test_what_is_nobodys_address(address: str) -> None:
    with pytest.raises(InvalidAddressError):
        parse_address(address)


@pytest.mark.parametrize("address", ["status@broadcast", "1@newsletter", "62812@broadcast"])
def test_what_is_no_chat(address: str) -> None:
    with pytest.raises(NotAChatError):
        parse_address(address)


async def test_a_privacy_id_is_no_phone_number(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", contact_phone="6281234567890@lid")
    await stage.says(number, "Halo", contact_phone="6281234567890@c.us")
    phones = [each["contact"]["phone"] for each in await stage.conversations(team)]
    assert sorted(phones, key=str) == ["+6281234567890", None]


async def test_a_person_known_by_both_is_one_contact(stage: Stage, team: Team, number: Number) -> None:
    both = [{"kind": "lid", "value": "777"}, {"kind": "phone", "value": "+6281234567890"}]
    await stage.says(number, "one", contact_phone="777@lid", identities=both)
    await stage.says(number, "two", contact_phone="6281234567890@c.us")
    await stage.says(number, "three", contact_phone="777@lid")
    conversation = await stage.only_conversation(team)
    assert len(await stage.messages(team, conversation["id"])) == 3
    assert conversation["contact"]["phone"] == "+6281234567890"


async def test_two_chats_become_one_when_they_turn_out_to_be_one_person(
    stage: Stage, team: Team, number: Number
) -> None:
    await stage.says(number, "as a phone", message_id="A1")
    await stage.says(number, "as a privacy id", message_id="A2", contact_phone="777@lid", contact_name="Budi S")
    first, second = sorted(await stage.conversations(team), key=lambda each: int(each["id"]))
    both = [{"kind": "lid", "value": "777"}, {"kind": "phone", "value": "+6281234567890"}]
    await stage.says(number, "as both", message_id="A3", contact_phone="777@lid", identities=both)
    survivor = await stage.only_conversation(team)
    assert survivor["id"] == first["id"]
    assert survivor["unread_count"] == 3
    bodies = [each["body"] for each in await stage.messages(team, survivor["id"])]
    assert bodies == ["as both", "as a privacy id", "as a phone"]
    # Whoever still holds the old id is led to the survivor, and the change tells every cache.
    assert (await stage.get(team, f"/conversations/{second['id']}"))["id"] == first["id"]
    assert await stage.messages(team, second["id"]) == await stage.messages(team, first["id"])
    changes = await stage.get(team, "/changes", since=0)
    [tombstone] = [each for each in changes["conversations"] if each["id"] == second["id"]]
    assert (tombstone["merged_into"], tombstone["unread_count"]) == (first["id"], 0)
    assert tombstone["deleted_at"] is not None
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["unread_count"] == 3


async def test_a_new_name_reaches_contact_and_conversation(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", contact_name="Budi")
    head = await stage.head(team)
    await stage.says(number, "Halo", contact_name="Budi Santoso")
    changes = await stage.get(team, "/changes", since=head)
    assert [each["name"] for each in changes["contacts"]] == ["Budi Santoso"]
    assert [each["contact"]["name"] for each in changes["conversations"]] == ["Budi Santoso"]


async def test_a_message_without_a_name_does_not_take_one_away(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo", contact_name="Budi")
    await stage.says(number, "Halo", contact_name=None)
    await stage.says(number, "Halo", contact_name="  ")
    assert (await stage.only_conversation(team))["contact"]["name"] == "Budi"
