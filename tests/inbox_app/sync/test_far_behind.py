"""After a long absence the desktop is given what it holds in its latest state, and of what is new only the newest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.served.past import add_messages
from local_cache.cache import Cache
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import DesktopClient, live
from wire.rest import ChangePage

Row = dict[str, Any]

CHATS = ("Budi", "Sari", "Wawan")
MISSED = 6_000
RECEIPTS = 300
NEWEST = 50


async def test_a_desktop_far_behind_holds_nothing_stale_and_scrolls_back_without_a_hole(
    backend: Backend, desk: Path, tmp_path: Path
) -> None:
    await there_was_talk(backend, 80)
    async with live(backend, desk) as client:
        await scroll_back(client, "Budi")  # what is held from below the newest must stay right, too
    before = len(messages_in(desk / "cache.db"))
    add_messages(backend.settings.data_dir / "inbox.sqlite3", MISSED, receipts=RECEIPTS)
    everything = await all_messages(backend, tmp_path / "everything.db")

    async with live(backend, desk) as client:
        assert client.cache.position().cursor == await backend.head()
        held = messages_in(desk / "cache.db")
        assert held == {message_id: everything[message_id] for message_id in held}
        assert before < len(held) < before + NEWEST * len(CHATS) + RECEIPTS
        for name in CHATS:
            assert shown(client, name) == newest_first(everything, client.chat(name))[:NEWEST]

        await scroll_back(client, "Budi")
        assert shown(client, "Budi") == newest_first(everything, client.chat("Budi"))


async def test_a_client_that_does_not_ask_for_less_is_given_everything(backend: Backend) -> None:
    await there_was_talk(backend, 2)
    since = await backend.head()
    add_messages(backend.settings.data_dir / "inbox.sqlite3", MISSED)

    given, cursor = 0, None
    while given == 0 or cursor is not None:
        asked = {"since": since, "limit": 500} | ({"cursor": cursor} if cursor else {})
        page = await backend.get("/changes", **asked)
        assert page["left_out"] == []
        given, cursor = given + len(page["messages"]), page["next_cursor"]
    assert given == MISSED


async def there_was_talk(backend: Backend, each: int) -> None:
    for place, name in enumerate(CHATS):
        for number in range(each):
            await backend.says(f"pesan {number}", phone=f"628111111111{place}", name=name)


async def scroll_back(client: DesktopClient, name: str) -> None:
    while not client.cache.conversations(ids=[client.chat(name)])[0].history_complete:
        assert await client.online.history.fetch_below(client.chat(name), shown(client, name)[-1])


def shown(client: DesktopClient, name: str) -> list[str]:
    """The ids of a chat's timeline, newest first."""
    return [message.id for message in client.cache.messages(client.chat(name), limit=2 * MISSED)]


def newest_first(messages: dict[str, Row], conversation_id: str) -> list[str]:
    found = [row for row in messages.values() if row["conversation_id"] == conversation_id]
    return [row["id"] for row in sorted(found, key=lambda row: row["order"], reverse=True)]


def messages_in(cache: Path) -> dict[str, Row]:
    """Every message that a cache's file holds, shown or not."""
    with closing(sqlite3.connect(cache)) as connection:
        connection.row_factory = sqlite3.Row
        return {row["id"]: dict(row) for row in connection.execute("SELECT * FROM messages")}


async def all_messages(backend: Backend, file: Path) -> dict[str, Row]:
    """As a cache would hold them that had asked for every change there ever was."""
    cache = Cache(file)
    try:
        cache.reset((await backend.get("/snapshot"))["epoch"]).result()
        cursor: str | None = ""
        while cursor is not None:
            answer = await backend.get("/changes", since=0, limit=500, **({"cursor": cursor} if cursor else {}))
            page = msgspec.convert(answer, ChangePage)
            cache.apply_page(page, walk="changes", since=0, asked_cursor=cursor or None).result()
            cursor = page.next_cursor
        return messages_in(file)
    finally:
        cache.close()
