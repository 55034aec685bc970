"""The chat list shows what the cache holds, with what is typed and read here laid over it, under any filter."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest

from inbox_app.features.chat_list import PAGE, ChatListPresenter
from local_cache.cache import Cache
from local_cache.outgoing import OutgoingState
from tests.e2e.waiting import until
from tests.inbox_app.fakes import ListScreen
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from wire.rows import Conversation, LastMessage, Message
from wire.times import to_iso

T = TypeVar("T")


class LateAnswers(Cache):
    """A cache whose background reads are done at once and answered when a test says so."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.waiting: list[Callable[[], None]] = []

    def submit_read(self, read: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        result = read()
        self.waiting.append(lambda: future.set_result(result))
        return future

    def answer(self) -> None:
        for each in self.waiting:
            each()


def two_hours_later() -> int:
    """Than the first messages of these tests."""
    return rows.NOON + 2 * 3_600_000


def later(seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
    return asyncio.get_running_loop().call_later(seconds, call)


@pytest.fixture
def screen() -> ListScreen:
    return ListScreen()


@pytest.fixture
def shown(room: Room, screen: ListScreen) -> Iterator[ChatListPresenter]:
    """The presenter, connected as in the program."""
    presenter = ChatListPresenter(
        cache=room.cache,
        outbox=room.outbox,
        view=screen,
        tasks=room.tasks,
        muted=frozenset,
        now_ms=two_hours_later,
        later=later,
    )
    room.feed.on_cache(presenter.cache_changed)
    room.feed.on_outbox(lambda conversation_id: presenter.refresh([conversation_id]))
    yield presenter
    presenter.close()


async def test_newest_first_with_name_or_number(room: Room, screen: ListScreen, shown: ChatListPresenter) -> None:
    await room.fill(
        contacts=[rows.contact("budi", "Budi", "+6281111111111"), rows.contact("x", None, "+6281234567890")],
        groups=[rows.group("g", "Gudang Cakung", 12)],
        conversations=[
            rows.conversation("a", of="budi", minutes=1),
            rows.conversation("b", of="x", minutes=3),
            rows.conversation("c", of_group="g", minutes=2),
        ],
    )
    shown.show()
    assert screen.chats == ["b", "c", "a"]
    assert screen.row("a").title == "Budi"
    assert (screen.row("b").title, screen.row("b").has_name) == ("+62 812-3456-7890", False)
    assert (screen.row("c").is_group, screen.row("c").members) == (True, 12)
    assert screen.row("a").number_tail == "7890"


async def test_a_new_message_lifts_its_chat_to_the_top(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", minutes=1), rows.conversation("b", minutes=2)])
    shown.show()
    await room.event(
        conversations=[rows.conversation("a", minutes=5, version=room.head, unread=1, last_body="Halo")],
        messages=[rows.message("m", "a", minutes=5, version=room.head)],
    )
    await until(lambda: screen.chats == ["a", "b"], "a on top", seen=lambda: screen.chats)
    assert (screen.row("a").preview_text, screen.row("a").unread) == ("Halo", 1)


async def test_filters_show_their_chats_and_say_why_there_are_none(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(
        sessions=[rows.session("s1"), rows.session("s2", phone_number="+6285799001055")],
        groups=[rows.group("g", "Gudang")],
        conversations=[
            rows.conversation("private", minutes=1),
            rows.conversation("unread", minutes=2, unread=2, session_id="s2"),
            rows.conversation("group", minutes=3, of_group="g"),
        ],
    )
    shown.choose_kind("group")
    assert screen.chats == ["group"]
    shown.choose_kind("private")
    assert screen.chats == ["unread", "private"]
    shown.choose_kind("unread")
    assert screen.chats == ["unread"]
    shown.choose_session("s1")
    assert screen.chats == []
    assert screen.empty_because == "no_result"
    shown.choose_kind("all")
    assert screen.chats == ["group", "private"]
    shown.choose_session(None)
    assert screen.chats == ["group", "unread", "private"]


async def test_a_chat_that_no_longer_passes_the_filter_goes(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", unread=1)])
    shown.choose_kind("unread")
    await room.event(conversations=[rows.conversation("a", version=room.head)])
    await until(lambda: screen.chats == [], "an empty list", seen=lambda: screen.chats)


async def test_an_inbox_without_numbers_says_so_until_there_is_one(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(sessions=[])
    shown.show()
    assert screen.empty_because == "no_number"
    await room.event(sessions=[rows.session(version=room.head)])
    await until(lambda: screen.empty_because == "no_chat", "another reason")


async def test_pages_follow_one_another_without_a_gap(room: Room, screen: ListScreen, shown: ChatListPresenter) -> None:
    wanted = [f"c{number:03d}" for number in range(2 * PAGE + 10)]
    await room.fill(conversations=[rows.conversation(each, minutes=place) for place, each in enumerate(wanted)])
    shown.show()
    assert len(screen.chats) == PAGE
    while screen.more:
        shown.show_more()
    shown.show_more()
    assert screen.chats == wanted[::-1]


async def test_the_last_search_typed_is_the_one_answered(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(
        contacts=[rows.contact("r", "Rina"), rows.contact("s", "Rizal")],
        conversations=[rows.conversation("rina", of="r"), rows.conversation("rizal", of="s")],
    )
    pages = screen.pages
    for typed in ("r", "ri", "riz", "rizal"):
        shown.search(typed)
    await until(lambda: screen.chats == ["rizal"], "the answer to the last", seen=lambda: screen.chats)
    assert screen.pages == pages + 1, "answers to what was typed before were not shown"
    shown.search("")
    assert screen.chats == ["rizal", "rina"]


async def test_a_search_does_not_undo_what_happened_meanwhile(room: Room, screen: ListScreen, tmp_path: Path) -> None:
    """Its page is read in the background, and may be older than what the list shows already."""
    await room.fill(contacts=[rows.contact("r", "Rina")], conversations=[rows.conversation("rina", of="r")])
    late = LateAnswers(tmp_path / "desk" / "cache.db")
    shown = ChatListPresenter(
        cache=late,
        outbox=room.outbox,
        view=screen,
        tasks=room.tasks,
        muted=frozenset,
        now_ms=two_hours_later,
        later=later,
    )
    elsewhere = ListScreen()
    plain = ChatListPresenter(
        cache=room.cache,
        outbox=room.outbox,
        view=elsewhere,
        tasks=room.tasks,
        muted=frozenset,
        now_ms=two_hours_later,
        later=later,
    )
    plain.show()
    for each in (shown, plain):
        room.feed.on_cache(each.cache_changed)
    shown.search("rina")
    await until(lambda: late.waiting, "a page was read")
    await room.event(conversations=[rows.conversation("rina", of="r", version=room.head, unread=3)])
    await until(lambda: elsewhere.row("rina").unread == 3, "the news, where nobody searches")
    late.answer()
    await until(lambda: screen.pages == 1, "what was found")
    await until(lambda: screen.chats == ["rina"] and screen.row("rina").unread == 3, "the newest state", seconds=5)
    for each in (shown, plain):
        each.close()
    late.close()


async def test_what_is_typed_here_is_on_top_at_once(room: Room, screen: ListScreen, shown: ChatListPresenter) -> None:
    await room.fill(conversations=[rows.conversation("a", minutes=1), rows.conversation("b", minutes=2)])
    shown.show()
    await room.queue("a", "Siap kak")
    await until(lambda: screen.chats == ["a", "b"], "a on top")
    row = screen.row("a")
    assert (row.preview_text, row.preview_status) == ("Siap kak", "queued")


async def test_what_waits_to_be_sent_is_on_top_after_a_restart_too(room: Room, screen: ListScreen) -> None:
    await room.fill(conversations=[rows.conversation(f"c{number}", minutes=number) for number in range(PAGE + 5)])
    await room.queue("c0", "belum terkirim", minutes=600)
    shown = ChatListPresenter(
        cache=room.cache,
        outbox=room.outbox,
        view=screen,
        tasks=room.tasks,
        muted=frozenset,
        now_ms=two_hours_later,
        later=later,
    )
    shown.show()
    await until(lambda: screen.chats[0] == "c0", "the waiting one on top", seen=lambda: screen.chats[:3])
    shown.close()


async def test_a_message_that_the_cache_has_speaks_for_itself(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", minutes=1)])
    typed = await room.queue("a", "terkirim", state=OutgoingState.UNCONFIRMED)
    shown.show()
    last = LastMessage(
        id="m", body="terkirim", message_type="text", direction="outbound", status="delivered",
        created_at=to_iso(rows.NOON),
    )  # fmt: skip
    conversation = rows.conversation("a", minutes=1, version=room.head)
    await room.event(
        conversations=[replace(conversation, last_message=last)],
        messages=[rows.message("m", "a", version=room.head, direction="outbound", client_uuid=typed.uuid)],
    )
    await until(lambda: screen.row("a").preview_status == "delivered", "its tick", seen=lambda: screen.row("a"))


async def test_drafts_are_shown_and_go(room: Room, screen: ListScreen, shown: ChatListPresenter) -> None:
    await room.fill(conversations=[rows.conversation("a")])
    shown.show()
    await room.written(room.outbox.set_draft("a", "Besok kami"))
    await until(lambda: screen.row("a").draft == "Besok kami", "the draft")
    await room.written(room.outbox.set_draft("a", ""))
    await until(lambda: screen.row("a").draft is None, "no draft")


async def test_what_was_read_here_loses_its_badge_and_gets_it_back_only_for_later_messages(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(
        conversations=[rows.conversation("a", unread=2)],
        messages=[rows.message("m1", "a", minutes=1), rows.message("m3", "a", minutes=3)],
    )
    shown.show()
    assert screen.row("a").unread == 2
    await room.written(room.outbox.set_pending_read("a", "m3"))
    await until(lambda: screen.row("a").unread == 0, "no badge")
    # Late, with an earlier time: it arrived after the mark, so it is unread.
    await room.event(
        conversations=[rows.conversation("a", minutes=3, unread=3, version=room.head)],
        messages=[rows.message("m2", "a", minutes=2, version=room.head)],
    )
    await until(lambda: screen.row("a").unread == 1, "the late one", seen=lambda: screen.row("a").unread)
    # An answer of ours is no news.
    await room.event(
        conversations=[rows.conversation("a", minutes=4, unread=3, version=room.head)],
        messages=[rows.message("m4", "a", minutes=4, version=room.head, direction="outbound")],
    )
    await until(lambda: screen.row("a").time_ms == rows.NOON + 4 * 60_000, "the answer")
    assert screen.row("a").unread == 1


async def test_a_burst_is_one_change_of_the_screen(room: Room, screen: ListScreen, shown: ChatListPresenter) -> None:
    await room.fill(conversations=[rows.conversation(f"c{number}") for number in range(20)])
    shown.show()
    updates = screen.updates
    for number in range(20):
        await room.event(conversations=[rows.conversation(f"c{number}", unread=1, version=room.head)])
    await until(lambda: all(screen.row(f"c{number}").unread for number in range(20)), "all badges")
    assert screen.updates - updates <= 10


async def test_a_new_life_of_the_database_replaces_the_list(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("old")])
    shown.show()
    page = rows.page(
        head=1, epoch="another", sessions=[rows.session()], contacts=[rows.contact("of-new", "Baru")],
        conversations=[rows.conversation("new")],
    )  # fmt: skip
    await room.written(room.cache.apply_page(page, walk="snapshot", since=0, asked_cursor=None))
    await until(lambda: screen.chats == ["new"], "only the new", seen=lambda: screen.chats)


def said(conversation: str, minutes: int, direction: str, **fields: object) -> Message:
    return rows.message(f"{conversation}-{minutes}", conversation, minutes=minutes, direction=direction, **fields)  # type: ignore[arg-type]  # a test's own fields


def last(conversation: str, minutes: int, direction: str) -> Conversation:
    at = to_iso(rows.NOON + minutes * 60_000)
    message = LastMessage(
        id=f"{conversation}-{minutes}", body="x", message_type="text", direction=direction, status="sent", created_at=at
    )
    return replace(rows.conversation(conversation, minutes=minutes), last_message=message)


async def test_who_awaits_a_reply_is_listed_by_the_wait_since_the_first_unanswered_word(
    room: Room, screen: ListScreen, shown: ChatListPresenter
) -> None:
    await room.fill(
        conversations=[
            last("impatient", 100, "inbound"),
            last("patient", 60, "inbound"),
            last("answered", 110, "outbound"),
            last("not answered", 50, "outbound"),
        ],
        messages=[
            said("impatient", 0, "outbound", status="sent"),
            said("impatient", 10, "inbound"),
            said("impatient", 100, "inbound"),
            said("patient", 60, "inbound"),
            said("answered", 5, "inbound"),
            said("answered", 110, "outbound", status="sent"),
        ],
    )
    shown.choose_kind("awaiting")
    await until(lambda: screen.chats == ["impatient", "patient"], "who waits", seen=lambda: screen.chats)
    assert [screen.row(each).waiting_minutes for each in screen.chats] == [110, 60]

    await room.queue("impatient", "Sebentar ya")
    await until(lambda: screen.chats == ["patient"], "an answer on its way is an answer", seen=lambda: screen.chats)
    await room.event(
        conversations=[replace(last("answered", 115, "inbound"), version=room.head)],
        messages=[said("answered", 115, "inbound", version=room.head)],
    )
    await until(lambda: screen.chats == ["patient", "answered"], "who asks again", seen=lambda: screen.chats)
    assert screen.row("answered").waiting_minutes == 5
    shown.choose_kind("all")
    assert "impatient" in screen.chats
    assert screen.row("impatient").waiting_minutes is None
