"""Older messages are fetched when somebody scrolls to them, without a hole, and kept."""

from __future__ import annotations

from pathlib import Path

from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import live
from tests.inbox_app.network import Network


async def test_scrolling_back_reaches_the_first_message_without_a_hole(backend: Backend, desk: Path) -> None:
    bodies = [f"pesan {number}" for number in range(125)]
    for body in bodies:
        await backend.says(body)
    async with live(backend, desk) as client:
        assert client.texts() == bodies[-50:]
        history = client.online.history
        while not client.cache.conversations(ids=[client.chat()])[0].history_complete:
            oldest = client.cache.messages(client.chat(), limit=500)[-1]
            assert await history.fetch_below(client.chat(), oldest.id)
        assert client.texts() == bodies
    async with live(backend, desk) as client:
        assert client.texts() == bodies, "kept over a restart"


async def test_a_chat_that_began_after_the_snapshot_gets_its_history(backend: Backend, desk: Path) -> None:
    async with live(backend, desk) as client:
        await backend.says("pertama kali")
        await client.has_text("pertama kali")
        assert client.cache.conversations()[0].needs_history
        assert await client.online.history.fetch_below(client.chat(), None)
        assert client.cache.conversations()[0].history_complete


async def test_without_the_server_there_is_nothing_more_and_no_failure(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        network.go_down()
        assert not await client.online.history.fetch_below(client.chat(), client.newest())


async def test_a_page_from_another_life_of_the_database_is_not_mixed_in(backend: Backend, desk: Path) -> None:
    for number in range(60):
        await backend.says(f"pesan {number}")
    network = Network()
    async with live(backend, desk, network) as client:
        held = network.hold_next(r"/messages\?")
        oldest = client.cache.messages(client.chat(), limit=500)[-1]
        fetching = client.tasks.spawn(client.online.history.fetch_below(client.chat(), oldest.id), "scrolling back")
        await backend.stop()
        await backend.restore_backup()
        await backend.start()
        client.online.engine.wake_up()
        await client.becomes("reconnecting")
        client.online.engine.wake_up()
        await client.becomes("live")
        held.set()
        await fetching
        assert len(client.texts()) == 50
