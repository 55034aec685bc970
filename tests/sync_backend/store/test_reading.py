"""Unread is an absolute number, shared by everyone; reading goes up to a message, by arrival."""

from tests.sync_backend.stage import START, Number, Stage, Team


async def test_reading_up_to_a_message_leaves_what_came_after_it(stage: Stage, team: Team, number: Number) -> None:
    for body in ("one", "two", "three"):
        await stage.says(number, body)
    conversation = await stage.only_conversation(team)
    three, two, one = await stage.messages(team, conversation["id"])
    answer = await stage.read(team, conversation["id"], two["id"])
    assert (answer.status_code, answer.json()["unread_count"]) == (200, 1)
    read = {each["body"]: each["is_read"] for each in await stage.messages(team, conversation["id"])}
    assert read == {"one": True, "two": True, "three": False}
    # An older message read again, from another desktop, changes nothing.
    head = await stage.head(team)
    assert (await stage.read(team, conversation["id"], one["id"])).json()["unread_count"] == 1
    assert await stage.head(team) == head
    assert (await stage.read(team, conversation["id"], three["id"])).json()["unread_count"] == 0


async def test_arrival_counts_and_not_the_time_a_message_claims(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "new")
    conversation = await stage.only_conversation(team)
    new = conversation["last_message"]["id"]
    await stage.says(number, "late", timestamp=START // 1000 - 3600)
    assert (await stage.read(team, conversation["id"], new)).json()["unread_count"] == 1


async def test_reading_tells_every_listener(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo")
    conversation = await stage.only_conversation(team)
    await stage.read(team, conversation["id"], conversation["last_message"]["id"])
    event = (await stage.heard(team, "changes"))[-1]
    assert [each["is_read"] for each in event["rows"]["messages"]] == [True]
    assert [each["unread_count"] for each in event["rows"]["conversations"]] == [0]
    assert [each["unread_count"] for each in event["rows"]["sessions"]] == [0]


async def test_each_number_counts_its_own(stage: Stage, team: Team, number: Number) -> None:
    other = await stage.number(team, phone_number="+628110000002")
    await stage.says(number, "Halo")
    await stage.says(other, "Halo")
    await stage.says(other, "Halo lagi")
    [first, second] = (await stage.get(team, "/sessions"))["items"]
    assert (first["unread_count"], second["unread_count"]) == (1, 2)
    assert len(await stage.conversations(team)) == 2


async def test_a_message_of_another_chat_is_refused(stage: Stage, team: Team, number: Number) -> None:
    await stage.says(number, "Halo")
    await stage.says_in_group(number, "Makan?")
    group, private = sorted(await stage.conversations(team), key=lambda each: each["chat_type"])
    answer = await stage.read(team, private["id"], group["last_message"]["id"])
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "message_id")
