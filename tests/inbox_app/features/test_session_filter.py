"""The dropdown of numbers follows the numbers."""

from __future__ import annotations

from inbox_app.features.session_filter import SessionFilterPresenter
from tests.e2e.waiting import until
from tests.inbox_app.fakes import NumbersScreen
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from wire.rows import SyncState


async def test_numbers_are_listed_as_people_write_them_the_primary_one_first(room: Room) -> None:
    screen = NumbersScreen()
    await room.fill(
        sessions=[
            rows.session("s1", phone_number="+6281122334412", provider_type="meta", unread_count=4),
            rows.session("s2", display_name="Toko Pusat", is_primary=True),
        ]
    )
    SessionFilterPresenter(cache=room.cache, view=screen).show()
    assert [(each.number, each.display_name, each.provider_type, each.unread) for each in screen.numbers] == [
        ("+62 812-3456-7890", "Toko Pusat", "webjs", 0),
        ("+62 811-2233-4412", None, "meta", 4),
    ]


async def test_unread_state_and_import_are_followed(room: Room) -> None:
    screen = NumbersScreen()
    shown = SessionFilterPresenter(cache=room.cache, view=screen)
    room.feed.on_cache(shown.cache_changed)
    await room.fill(sessions=[rows.session("s1")])
    running = SyncState(status="running", synced_count=120, total_count=500)
    await room.event(
        sessions=[rows.session("s1", version=room.head, unread_count=2, status="disconnected", sync=running)]
    )
    await until(lambda: screen.numbers and screen.numbers[0].unread == 2, "the new state")
    [number] = screen.numbers
    assert (number.status, number.sync_running, number.synced, number.total) == ("disconnected", True, 120, 500)
    shown.close()
