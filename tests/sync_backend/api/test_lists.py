"""The chat list and a conversation's messages: filters, search and pages."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sync_backend.database.tables import conversations, whatsapp_groups
from tests.sync_backend.databases import Databases
from tests.sync_backend.stage import Number, Stage, Team, open_stage
from wire import rest, rows


async def walk(
    stage: Stage,
    team: Team,
    path: str,
    name: str = "cursor",
    between: Callable[[], Awaitable[None]] | None = None,
    **query: object,
) -> list[str]:
    """The ids of all pages; `between` is awaited after each."""
    ids: list[str] = []
    while True:
        page = await stage.get(team, path, **query)
        ids += [each["id"] for each in page["items"]]
        if page["next_cursor"] is None:
            return ids
        query[name] = page["next_cursor"]
        if between is not None:
            await between()


async def some_chats(stage: Stage, number: Number) -> None:
    await stage.says(number, "satu", contact_name="Budi Santoso", contact_phone="6281234567801@c.us")
    stage.pass_time(1000)
    await stage.says(number, "dua", contact_name="SITI Ä", contact_phone="6281234567802@c.us")
    stage.pass_time(1000)
    await stage.says_in_group(number, "tiga", group_name="Reseller 100%_Jakarta")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("budi", ["satu"]),
        ("siti ä", ["dua"]),
        ("jakarta", ["tiga"]),
        ("100%_j", ["tiga"]),
        ("%", ["tiga"]),
        ("_", ["tiga"]),
        ("0812-3456-7801", ["satu"]),
        ("+62 812 3456 780", ["dua", "satu"]),
        ("'; DROP", []),
        ("  ", ["tiga", "dua", "satu"]),
    ],
)
async def test_search_looks_into_names_and_numbers(
    stage: Stage, team: Team, number: Number, search: str, found: list[str]
) -> None:
    await some_chats(stage, number)
    listed = await stage.conversations(team, search=search)
    assert [each["last_message"]["body"] for each in listed] == found


async def test_filters(stage: Stage, team: Team, number: Number) -> None:
    other = await stage.number(team, phone_number="+628110000002")
    await some_chats(stage, number)
    stage.pass_time(1000)
    await stage.says(other, "empat", contact_phone="6281234567801@c.us")
    await stage.post(number, event="chat_read", chat_type="private", contact_phone="6281234567801@c.us")

    async def bodies(**query: object) -> list[str]:
        return [each["last_message"]["body"] for each in await stage.conversations(team, **query)]

    assert await bodies() == ["empat", "tiga", "dua", "satu"]
    assert await bodies(sort="asc") == ["satu", "dua", "tiga", "empat"]
    assert await bodies(session_id=number.id) == ["tiga", "dua", "satu"]
    assert await bodies(session_id=other.id, search="budi") == ["empat"]
    assert await bodies(session_id=999) == []
    assert await bodies(chat_type="group") == ["tiga"]
    assert await bodies(unread="true") == ["empat", "tiga", "dua"]
    assert await bodies(unread="false") == ["satu"]
    assert await bodies(status="open", limit=1) == ["empat"]
    assert await bodies(status="resolved") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"chat_type": "channel"}, "chat_type"),
        ({"sort": "up"}, "sort"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"cursor": "WzEsIngiXQ"}, "cursor"),
        ({"session_id": "x"}, "session_id"),
    ],
)
async def test_a_wrong_filter_is_named(stage: Stage, team: Team, query: dict[str, str], field: str) -> None:
    answer = await stage.client.get("/api/v1/conversations", params=query, headers=team.headers)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)


@settings(max_examples=15, deadline=None)
@given(
    seconds=st.lists(st.integers(1, 4), min_size=1, max_size=15),
    limit=st.integers(2, 6),
    sort=st.sampled_from(["desc", "asc"]),
    moves=st.lists(st.integers(0, 14), max_size=8),
)
def test_pages_put_together_are_the_whole_list(
    databases: Databases, seconds: list[int], limit: int, sort: str, moves: list[int]
) -> None:
    """Several chats share a second. Some move to the top meanwhile; the others come exactly once, in order."""
    asyncio.run(_pages_put_together(databases, seconds, limit, sort, moves))


async def _pages_put_together(
    databases: Databases, seconds: list[int], limit: int, sort: str, moves: list[int]
) -> None:
    async with databases.clean() as url, open_stage(url) as stage:
        team = await stage.team()
        number = await stage.number(team)
        ids = await _chats_of(stage, number, seconds)
        whole = [each["id"] for each in await stage.conversations(team, sort=sort, limit=500)]
        assert sorted(whole, key=int) == [str(each) for each in ids]
        assert await walk(stage, team, "/conversations", sort=sort, limit=limit) == whole
        moving = iter(moves)
        moved: set[str] = set()

        async def move() -> None:
            if (index := next(moving, None)) is not None and index < len(ids):
                moved.add(str(ids[index]))
                async with stage.services.writes.begin() as connection:
                    own = conversations.c.id == ids[index]
                    await connection.execute(sa.update(conversations).where(own).values(last_message_at_ms=9000))

        seen = await walk(stage, team, "/conversations", between=move, sort=sort, limit=limit)
        assert [each for each in seen if each not in moved] == [each for each in whole if each not in moved]


async def _chats_of(stage: Stage, number: Number, seconds: list[int]) -> list[int]:
    """Groups whose last messages came at these seconds; ascending ids."""
    owned = {"workspace_id": number.workspace_id}
    chat = {**owned, "whatsapp_account_id": number.id, "chat_type": "group"}
    groups = [
        {**owned, "id": index, "uuid": f"g{index}", "group_jid": str(index)} for index in range(1, len(seconds) + 1)
    ]
    chats = [
        {**chat, "uuid": f"c{index}", "group_id": index, "last_message_at_ms": second * 1000}
        for index, second in enumerate(seconds, start=1)
    ]
    async with stage.services.writes.begin() as connection:
        await connection.execute(sa.insert(whatsapp_groups), groups)
        await connection.execute(sa.insert(conversations), chats)
        return list((await connection.scalars(sa.select(conversations.c.id).order_by(conversations.c.id))).all())


async def test_messages_page_back_to_the_first(stage: Stage, team: Team, number: Number) -> None:
    for index in range(23):
        await stage.says(number, f"no. {index}", timestamp=stage.now[0] // 1000 - index % 3)
    conversation = await stage.only_conversation(team)
    path = f"/conversations/{conversation['id']}/messages"
    whole = await stage.messages(team, conversation["id"])
    assert [each["order"] for each in whole] == sorted((each["order"] for each in whole), reverse=True)
    assert await walk(stage, team, path, "before", limit=4) == [each["id"] for each in whole]
    page = await stage.get(team, path, before=whole[9]["id"], limit=5)
    assert page["items"] == whole[10:15]
    assert page["next_cursor"] is not None


async def test_rows_have_the_shapes_that_the_wire_promises(stage: Stage, team: Team, number: Number) -> None:
    await some_chats(stage, number)
    await stage.says(
        number,
        "",
        message_type="image",
        media={"mime_type": "image/png", "file_name": "a.png", "size": 3},
        quoted={"message_id": "?", "body": "x"},
        message_id="Q1",
    )
    await stage.post(number, event="reaction", message_id="Q1", emoji="👍", sender_name="Budi")
    await stage.says(number, "x", from_me=True, message_id="Q2")
    await stage.post(number, event="message_ack", message_id="Q2", ack=-1)
    await stage.says_in_group(number, "x", participants=[{"phone": "6281234567801@c.us"}])

    async def fits(wire: type, path: str) -> None:
        answer = await stage.client.get(f"/api/v1{path}", headers=team.headers)
        TypeAdapter(wire).validate_json(answer.content, strict=True, extra="forbid")

    await fits(rest.SessionList, "/sessions")
    await fits(rest.ConversationPage, "/conversations")
    await fits(rest.ChangePage, "/snapshot")
    await fits(rest.ChangePage, "/changes?since=0")
    for conversation in await stage.conversations(team):
        await fits(rows.Conversation, f"/conversations/{conversation['id']}")
        await fits(rest.MessagePage, f"/conversations/{conversation['id']}/messages")
        if conversation["group"] is not None:
            await fits(rows.GroupDetails, f"/groups/{conversation['group']['id']}")
