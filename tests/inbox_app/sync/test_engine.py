"""The cache comes to hold what the real backend holds: at first, live, and after everything that goes wrong between."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import DesktopClient, live, opened
from tests.inbox_app.network import Network

LONG = "panjang " * 2_000


async def test_first_the_snapshot_then_live_events(backend: Backend, desk: Path) -> None:
    await backend.says("sebelum")
    async with live(backend, desk) as client:
        assert client.texts() == ["sebelum"]
        asked = len(client.network.requests)
        await backend.says("sesudah")
        await client.has_text("sesudah")
        assert len(client.network.requests) == asked, "a live event needs no request"
    assert [line.kind for line in client.lines] == ["connecting", "catching_up", "live"]


async def test_what_was_missed_while_the_server_was_away_is_fetched(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.stop()
        await client.becomes("reconnecting")
        assert client.texts() == ["satu"], "the chats stay readable"
        await backend.says_elsewhere("dua", "tiga")
        await backend.start()
        client.online.engine.wake_up()
        await client.has_text("tiga")
        assert client.texts() == ["satu", "dua", "tiga"]
        assert len(client.network.made(r"/snapshot\?$")) == 1, "only what is new was fetched"


async def test_a_snapshot_cut_in_the_middle_goes_on_where_it_was(backend: Backend, desk: Path) -> None:
    for number in range(60):
        await backend.says("halo", phone=f"62812000{number:04d}", name=f"Orang {number}")
    network = Network()
    network.cut_next(r"/snapshot\?cursor=")
    async with opened(backend, desk, network) as client:
        client.online.start()
        await client.becomes("reconnecting")
        assert len(client.chats()) == 25, "the first page can be used already"
        await client.becomes("live")
        assert len(client.chats()) == 60
        assert len(network.made(r"/snapshot\?$")) == 1, "the first page was fetched once"


async def test_a_walk_cut_by_the_programs_end_goes_on_and_then_brings_what_came_since(
    backend: Backend, desk: Path
) -> None:
    async with live(backend, desk):
        pass
    for number in range(12):
        await backend.says("halo", phone=f"62812000{number:04d}", name=f"Orang {number}")
    network = Network(changes_per_page=5)
    network.cut_next(r"/changes\?.*cursor=.*")
    async with opened(backend, desk, network) as client:
        client.online.start()
        await client.becomes("reconnecting")
        held = len(client.chats())
        assert 0 < held < 12
    await backend.says("lama ditunggu")
    network = Network(changes_per_page=5)
    async with opened(backend, desk, network) as client:
        client.online.start()
        await client.becomes("live")
        assert client.texts() == ["lama ditunggu"], "at once, not with the next heartbeat"
        assert len(client.chats()) == 13
        assert "cursor=" in network.made("/changes")[0].query, "what was there already was not fetched again"


async def test_a_server_that_forgot_its_cursors_is_walked_from_the_first_page(backend: Backend, desk: Path) -> None:
    async with live(backend, desk):
        pass
    for number in range(12):
        await backend.says("halo", phone=f"62812000{number:04d}", name=f"Orang {number}")
    network = Network(changes_per_page=5)
    network.cut_next(r"/changes\?.*cursor=")
    async with opened(backend, desk, network) as client:
        client.online.start()
        await client.becomes("reconnecting")
        place = client.cache.position()
        assert place.walk is not None
    network = Network(changes_per_page=5)
    network.forget_cursor(place.walk.next_cursor)
    async with opened(backend, desk, network) as client:
        client.online.start()
        await client.becomes("live")
        assert len(client.chats()) == 12


async def test_a_restored_backup_replaces_the_rows_and_the_old_ones_stay_until_then(
    backend: Backend, desk: Path
) -> None:
    await backend.says("tetap")
    await backend.says("hilang", phone="6282222222222", name="Citra")
    network = Network()
    async with live(backend, desk, network) as client:
        epoch = client.cache.position().epoch
        await backend.stop()
        await client.becomes("reconnecting")
        await backend.restore_backup(without=client.chat("Citra"))
        await backend.start()
        held = network.hold_next(r"/snapshot\?$")
        client.online.engine.wake_up()
        await until(lambda: len(network.made(r"/snapshot\?$")) == 2, "the new life's snapshot asked for")
        assert client.chats() == ["Citra", "Budi"]
        held.set()
        await client.becomes("live")
        assert client.chats() == ["Budi"]
        assert client.texts() == ["tetap"]
        assert client.cache.position().epoch != epoch
        assert "refused" not in [line.kind for line in client.lines]


async def test_a_revoked_token_ends_the_line_in_words(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    await backend.revoke_token()
    async with opened(backend, desk) as client:
        client.online.start()
        await client.becomes("signed_out")
        reason = client.online.engine.line.reason
        assert reason
        assert "sign in" in reason.lower()


async def test_a_token_revoked_while_live_is_found_when_something_is_sent(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.revoke_token()
        await client.online.sender.send(client.type("masih terkirim?"))
        await client.becomes("signed_out")
        assert [each.body for each in client.outbox.all()] == ["masih terkirim?"]


async def test_an_unreachable_server_is_tried_ever_more_rarely_and_at_once_when_asked(
    backend: Backend, desk: Path
) -> None:
    async with live(backend, desk) as client:
        await backend.stop()
        for tries in range(1, 9):
            await until(partial(_has_tried, client, tries), f"try {tries}", seen=client.waits)
            client.online.engine.wake_up()
        assert max(client.waits()[4:]) > 2.0 > max(client.waits()[:2])
        assert all(line.reason for line in client.lines if line.kind == "reconnecting")
        await backend.start()
        client.online.engine.wake_up()
        await client.becomes("live")


async def test_an_event_too_large_to_carry_its_rows_is_fetched(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.says(LONG)
        await client.has_text(LONG)
        assert client.network.made("/changes")


async def test_a_heartbeat_finds_the_loss_of_the_very_last_event(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.says_elsewhere("tak terdengar")
        await backend.publish_heartbeat()
        await client.has_text("tak terdengar")


async def test_a_gap_is_filled_before_what_came_after_it(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with live(backend, desk) as client:
        await backend.says_elsewhere("dua")
        await backend.says("tiga")
        await client.has_text("tiga")
        assert client.texts() == ["satu", "dua", "tiga"]


async def test_a_disk_that_refuses_is_said_and_reported(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    async with opened(backend, desk) as client:
        client.online.start()
        await client.becomes("live")
        client.cache.close()
        await backend.says("dua")
        await client.becomes("reconnecting")
        assert "disk" in (client.online.engine.line.reason or "")
        assert client.failures, "and it is reported"
        client.failures.clear()


async def test_closing_in_the_middle_of_everything_leaves_nothing_running(backend: Backend, desk: Path) -> None:
    await backend.says("satu")
    for wanted in ("connecting", "catching_up", "live"):
        network = Network()
        held = network.hold_next("/snapshot|/changes") if wanted == "catching_up" else asyncio.Event()
        async with opened(backend, desk / wanted, network) as client:
            client.online.start()
            await client.becomes(wanted)
            if wanted == "live":
                await client.online.sender.send(client.type("masih di jalan"))
        held.set()
    strays = [task.get_name() for task in asyncio.all_tasks() if "backend" not in task.get_name()]
    assert not [name for name in strays if "sync engine" in name or "realtime" in name or "following" in name]


def _has_tried(client: DesktopClient, times: int) -> bool:
    return len(client.waits()) >= times
