"""What was read here is read for the whole team: told once, after an outage too, and without a flicker meanwhile."""

from __future__ import annotations

from pathlib import Path

from inbox_app.sync.backoff import Backoff
from inbox_app.sync.reading import Reading
from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import DesktopClient, live
from tests.inbox_app.features.room import open_room
from tests.inbox_app.network import Network
from tests.local_cache import rows

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


async def test_the_mark_stays_until_the_cache_shows_what_it_did(tmp_path: Path) -> None:
    """Between the server's answer and its change the badge would flash up again."""
    async with open_room(tmp_path) as room:
        await room.fill(conversations=[rows.conversation("a", unread=1)], messages=[rows.message("m", "a")])
        reading = Reading(
            api=room.api,
            outbox=room.outbox,
            cache=room.cache,
            tasks=room.tasks,
            new_backoff=lambda: Backoff(1.0, 30.0, lambda: 1.0),
            signed_out=lambda: None,
        )
        room.feed.on_cache(reading.cache_changed)
        await reading.read_up_to("a", "m")
        await until(lambda: room.server.asked, "the server is told")
        await room.event(conversations=[rows.conversation("a", unread=1, version=room.head, last_body="Halo")])
        assert room.outbox.pending_reads() == {"a": "m"}
        read = rows.message("m", "a", version=room.head, is_read=True)
        await room.event(conversations=[rows.conversation("a", version=room.head)], messages=[read])
        await until(lambda: not room.outbox.pending_reads(), "the mark is gone")
        assert len(room.server.asked) == 1


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
