"""What was read here is read for the whole team: told once, after an outage too, and without a flicker meanwhile."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import DesktopClient, live
from tests.inbox_app.network import Network

READ = r"POST /api/v1/conversations/\d+/read"


async def unread_at_server(backend: Backend) -> int:
    return sum(each["unread_count"] for each in (await backend.get("/conversations"))["items"])


async def mark_is_gone(client: DesktopClient) -> None:
    await until(lambda: not client.outbox.pending_reads(), "the mark is gone", seen=client.outbox.pending_reads)


async def test_reading_is_told_once(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    await backend.says("dua")
    network = Network()
    async with live(backend, desk, network) as client:
        await client.online.reading.read_up_to(client.chat(), client.newest())
        await mark_is_gone(client)
        assert await unread_at_server(backend) == 0
        assert client.cache.unread_total() == 0
        client.online.engine.wake_up()
        await until(lambda: client.lines[-2:] and client.line == "live", "live again")
        assert len(network.made(READ)) == 1


async def test_what_was_read_offline_is_told_later(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.stop()
        await client.becomes("reconnecting")
        await client.online.reading.read_up_to(client.chat(), client.newest())
        await backend.start()
        client.online.engine.wake_up()
        await mark_is_gone(client)
        assert await unread_at_server(backend) == 0


async def test_a_mark_outlives_the_program(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    network = Network()
    async with live(backend, desk, network) as client:
        network.hold_next(READ)
        await client.online.reading.read_up_to(client.chat(), client.newest())
        await until(lambda: network.made(READ), "it is being told")
    async with live(backend, desk) as client:
        await mark_is_gone(client)
        assert await unread_at_server(backend) == 0


async def test_a_busy_server_is_told_again_while_the_line_stays_live(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    network = Network()
    async with live(backend, desk, network) as client:
        network.cut_next(READ)
        await client.online.reading.read_up_to(client.chat(), client.newest())
        await mark_is_gone(client)
        assert len(network.made(READ)) == 2
        assert await unread_at_server(backend) == 0


async def test_the_mark_stays_until_the_cache_shows_what_it_did(backend: Backend, desk: Path) -> None:
    """Between the server's answer and its change the badge would flash up again."""
    await backend.says("satu")
    async with live(backend, desk) as client:
        counts: list[int] = []
        chat = client.chat()

        def look(_conversation: str) -> None:
            if not client.outbox.pending_reads():
                counts.append(client.cache.conversations(ids=[chat])[0].unread_count)

        client.outbox.subscribe(look)
        await client.online.reading.read_up_to(chat, client.newest())
        await mark_is_gone(client)
        assert counts == [0]


async def test_reading_up_to_a_message_leaves_later_ones_unread(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        first = client.newest()
        await backend.says("dua")
        await client.has_text("dua")
        await client.online.reading.read_up_to(client.chat(), first)
        await mark_is_gone(client)
        assert await unread_at_server(backend) == 1
        assert client.cache.unread_total() == 1


async def test_a_message_that_the_server_does_not_know_is_not_told_for_ever(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    network = Network()
    async with live(backend, desk, network) as client:
        await client.online.reading.read_up_to(client.chat(), "987654")
        await mark_is_gone(client)
        assert len(network.made(READ)) == 1
        assert await unread_at_server(backend) == 1
