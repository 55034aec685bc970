"""Every query of the hot paths is answered from an index: no large table is walked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.database.urls import Backend
from tests.sync_backend.databases import on
from tests.sync_backend.stage import Number, Stage, Team
from tests.sync_backend.sync.world import Replica

pytestmark = on(Backend.SQLITE)

Statement = tuple[str, tuple[Any, ...]]

# Tables that hold a handful of rows.
SMALL = {"workspaces", "server_state"}


@contextmanager
def recorded(*engines: AsyncEngine) -> Iterator[set[Statement]]:
    """All that is executed, as SQLite was given it."""
    statements: set[Statement] = set()

    def remember(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")) and isinstance(parameters, tuple):
            statements.add((statement, parameters))

    for engine in engines:
        event.listen(engine.sync_engine, "before_cursor_execute", remember)
    yield statements
    for engine in engines:
        event.remove(engine.sync_engine, "before_cursor_execute", remember)


async def walks(stage: Stage, statements: set[Statement]) -> list[str]:
    """What of these statements reads a whole table, or sorts by other means than an index."""
    found = []
    async with stage.services.reads.connect() as connection:
        for statement, parameters in statements:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for line in (str(row._mapping["detail"]) for row in plan):
                scanned = re.match(r"SCAN (?!anon_)([a-z]\w*)", line)
                if scanned and scanned.group(1) not in SMALL:
                    found.append(f"{line}\n    {statement}")
    return found


async def test_a_walk_would_be_found(stage: Stage) -> None:
    assert len(await walks(stage, {("SELECT id FROM chats WHERE body = ?", ("Halo",))})) == 1


async def test_webhooks(stage: Stage, team: Team, number: Number) -> None:
    both = [{"kind": "lid", "value": "777"}, {"kind": "phone", "value": "+6281234567890"}]
    with recorded(stage.services.reads, stage.services.writes) as statements:
        await stage.says(number, "Halo", message_id="A1")
        await stage.says_in_group(number, "Makan?")
        await stage.says(number, "Halo", message_id="A2", contact_phone="777@lid", quoted={"message_id": "A1"})
        await stage.says(number, "Halo", message_id="A3", contact_phone="777@lid", identities=both)
        await stage.says(number, "Siap", from_me=True, message_id="B1")
        for news in (
            {"event": "message_ack", "message_id": "B1", "ack": 3},
            {"event": "message_ack", "message_id": "B2", "ack": 3},
            {"event": "message_edit", "message_id": "A1", "message_body": "Hai"},
            {"event": "reaction", "message_id": "A1", "emoji": "👍"},
            {"event": "message_revoke", "message_id": "A1"},
            {"event": "chat_read", "chat_type": "private", "contact_phone": "+6281234567890"},
            {"event": "session_status", "status": "connected"},
            {"event": "group_update", "group_jid": "120363000000000001@g.us", "group_name": "Lain"},
        ):
            assert (await stage.post(number, **news)).status_code == 200
        await stage.heard(team, "changes")
    assert len(statements) > 30
    assert await walks(stage, statements) == []


async def test_reads(stage: Stage, team: Team, number: Number) -> None:
    for index in range(30):
        await stage.says(number, "Halo", contact_phone=f"62812345678{index:02}@c.us")
    await stage.says_in_group(number, "Makan?")
    newest, *_ = await stage.conversations(team)
    with recorded(stage.services.reads, stage.services.writes) as statements:
        await Replica().fetch(stage, team)
        await Replica().pull(stage, team, limit=20)
        page = await stage.get(team, "/conversations", limit=5)
        await stage.get(team, "/conversations", cursor=page["next_cursor"], session_id=number.id, chat_type="private")
        await stage.get(team, "/conversations", search="budi", unread="true", sort="asc")
        messages = await stage.messages(team, newest["id"])
        await stage.get(team, f"/conversations/{newest['id']}/messages", before=messages[0]["id"])
        await stage.read(team, newest["id"], messages[0]["id"])
        await stage.get(team, f"/groups/{newest['group']['id']}")
        await stage.get(team, "/sessions")
    assert await walks(stage, statements) == []


@pytest.mark.parametrize("query", ["", "&session_id=1"])
async def test_the_chat_list_needs_no_sorting(stage: Stage, team: Team, number: Number, query: str) -> None:
    await stage.says(number, "Halo")
    with recorded(stage.services.reads) as statements:
        await stage.get(team, f"/conversations?limit=50{query}")
    [listed] = [each for each in statements if "ORDER BY conversations.last_message_at_ms" in each[0]]
    async with stage.services.reads.connect() as connection:
        plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {listed[0]}", listed[1])).all()
    lines = [str(row._mapping["detail"]) for row in plan]
    # The one page that was found is put in order again, the list is not.
    assert [line for line in lines if "ix_conversations" in line], lines
    assert sum("TEMP B-TREE" in line for line in lines) <= 1, lines
