"""Who one is talking with: fetched when a group is opened, kept for offline, current while it is open."""

from __future__ import annotations

from inbox_app.features.details import DetailsPresenter
from tests.e2e.waiting import until
from tests.inbox_app.fakes import DetailsScreen
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from wire.rows import GroupDetails, Participant


def presenter(room: Room, screen: DetailsScreen) -> DetailsPresenter:
    shown = DetailsPresenter(cache=room.cache, history=room.history, view=screen, tasks=room.tasks)
    room.feed.on_cache(shown.cache_changed)
    return shown


async def test_a_person_is_shown_with_number_and_ours(room: Room) -> None:
    screen = DetailsScreen()
    await room.fill(
        contacts=[rows.contact("budi", "Budi", "+6281111111111")], conversations=[rows.conversation("a", of="budi")]
    )
    presenter(room, screen).show("a")
    header = screen.details.header
    assert (header.title, header.contact_phone) == ("Budi", "+62 811-1111-1111")
    assert (header.session_number, header.session_status) == ("+62 812-3456-7890", "connected")


async def test_a_number_that_is_disconnected_says_so_while_the_chat_is_open(room: Room) -> None:
    screen = DetailsScreen()
    await room.fill(conversations=[rows.conversation("a")])
    presenter(room, screen).show("a")
    await room.event(sessions=[rows.session(version=room.head, status="disconnected")])
    await until(lambda: screen.details.header.session_status == "disconnected", "the number's state")


async def test_the_members_of_the_last_time_are_shown_without_the_server(room: Room) -> None:
    screen = DetailsScreen()
    await room.fill(groups=[rows.group("g", "Gudang", 2)], conversations=[rows.conversation("a", of_group="g")])
    known = GroupDetails(
        id="g",
        group_jid="g@g.us",
        name="Gudang",
        version=2,
        participants=[Participant(name="Joko", phone="+6281111111111"), Participant(name=None, phone="+6281234567890")],
    )
    await room.written(room.cache.apply_group_details(known, epoch=rows.EPOCH))
    presenter(room, screen).show("a")
    await until(lambda: room.server.asked, "the server was asked")
    members = screen.details.participants
    assert [(each.name, each.phone, each.is_us) for each in members] == [
        (None, "+62 812-3456-7890", True),
        ("Joko", "+62 811-1111-1111", False),
    ]
