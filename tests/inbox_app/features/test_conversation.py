"""An open conversation shows every message once, from the moment it is typed, and goes back as far as there is any."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inbox_app.features.conversation import PAGE, ConversationPresenter
from local_cache.outgoing import Act, ActKind, OutgoingState
from tests.e2e.waiting import until
from tests.inbox_app.fakes import ConversationScreen
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from ui.conversation.rows import QuoteRow, ReactionRow
from wire.rest import MessagePage
from wire.rows import Message, MessageError, Quote


@pytest.fixture
def screen() -> ConversationScreen:
    return ConversationScreen()


@pytest.fixture
def shown(room: Room, screen: ConversationScreen) -> Iterator[ConversationPresenter]:
    """The presenter, connected as in the program."""
    presenter = ConversationPresenter(
        cache=room.cache,
        outbox=room.outbox,
        history=room.history,
        view=screen,
        tasks=room.tasks,
        agent_name="Sari",
    )
    room.feed.on_cache(presenter.cache_changed)
    room.feed.on_outbox(presenter.outbox_changed)
    yield presenter
    presenter.close()


def talk(conversation: str, count: int, *, start: int = 0) -> list[Message]:
    return [
        rows.message(f"{conversation}{number}", conversation, minutes=number, body=f"pesan {number}")
        for number in range(start, start + count)
    ]


def ours(message_id: str, body: str, uuid: str, **fields: object) -> Message:
    return rows.message(message_id, "a", direction="outbound", body=body, client_uuid=uuid, **fields)  # type: ignore[arg-type]  # a test's own fields


async def test_it_opens_with_the_newest_messages_and_the_draft(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 3))
    await room.written(room.outbox.set_draft("a", "Besok"))
    shown.show("a")
    assert screen.open_chat == "a"
    assert screen.bubbles == ["pesan 0", "pesan 1", "pesan 2"]
    assert screen.field == "Besok"
    assert screen.sends_from == "+62 812-3456-7890"


async def test_the_divider_stands_above_the_first_unread_message(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", unread=2)], messages=talk("a", 5))
    shown.show("a")
    assert screen.divider_above == screen.bubble("pesan 3").key


async def test_what_was_read_here_offline_has_no_divider(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", unread=2)], messages=talk("a", 5))
    await room.written(room.outbox.set_pending_read("a", "a4"))
    shown.show("a")
    assert screen.divider_above is None


async def test_all_unread_messages_are_loaded_however_many(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", unread=120)], messages=talk("a", 200))
    shown.show("a")
    assert screen.divider_above == screen.bubble("pesan 80").key


async def test_a_typed_message_becomes_the_confirmed_one_under_the_same_key(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 1))
    shown.show("a")
    typed = await room.queue("a", "Siap")
    await until(lambda: screen.bubbles == ["pesan 0", "Siap"], "the bubble", seen=lambda: screen.bubbles)
    bubble = screen.bubble("Siap")
    assert (bubble.status, bubble.message_id, bubble.agent_name) == ("queued", None, "Sari")
    stored = ours("m", "Siap", typed.uuid, minutes=9, version=2, status="queued")
    await room.written(room.cache.apply_message(stored, epoch=rows.EPOCH))
    await room.written(room.outbox.done(typed.uuid, "e"))
    await until(lambda: screen.bubble("Siap").message_id == "m", "the server's one")
    assert screen.bubbles == ["pesan 0", "Siap"]
    assert screen.bubble("Siap").key == bubble.key
    await room.event(messages=[stored])
    await room.event(messages=[ours("m", "Siap", typed.uuid, minutes=9, version=room.head, status="read")])
    await until(lambda: screen.bubble("Siap").status == "read", "its ticks")


async def test_a_message_whose_answer_was_lost_is_shown_once(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    """The event brings it while the outbox still wants to send it again."""
    await room.fill(conversations=[rows.conversation("a")])
    shown.show("a")
    typed = await room.queue("a", "Siap")
    await until(lambda: screen.bubbles == ["Siap"], "the bubble")
    await room.event(messages=[ours("m", "Siap", typed.uuid, version=room.head, status="sent")])
    await until(lambda: screen.statuses == ["sent"], "one bubble, sent", seen=lambda: screen.statuses)
    shown.show("a")
    assert screen.statuses == ["sent"]


async def test_a_discarded_message_goes_and_a_failed_one_says_why(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")])
    shown.show("a")
    typed = await room.queue("a", "Salah")
    await room.written(room.outbox.mark(typed.uuid, OutgoingState.FAILED, "A message needs a text."))
    await until(lambda: screen.statuses == ["failed"], "failed")
    assert screen.bubble("Salah").error == "A message needs a text."
    await room.written(room.outbox.discard(typed.uuid))
    await until(lambda: screen.bubbles == [], "no bubble")


async def test_a_retry_finds_the_text_wherever_the_message_failed(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    refused = ours(
        "m", "ditolak WhatsApp", "typed-earlier", status="failed", error=MessageError(code="131026", message="No")
    )
    await room.fill(conversations=[rows.conversation("a")], messages=[refused])
    typed = await room.queue("a", "ditolak server", state=OutgoingState.FAILED)
    shown.show("a")
    here = shown.not_sent("a", typed.uuid)
    there = shown.not_sent("a", screen.bubble("ditolak WhatsApp").key)
    assert here is not None
    assert (here.body, here.message_id) == ("ditolak server", None)
    assert there is not None
    assert (there.body, there.message_id) == ("ditolak WhatsApp", "m")
    bubble = screen.bubble("ditolak WhatsApp")
    assert (bubble.error, bubble.error_code) == ("No", "131026")
    assert shown.not_sent("a", "nobody's") is None


async def test_a_failed_message_goes_as_soon_as_it_is_discarded_or_sent_again(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    error = MessageError(code="131026", message="No")
    await room.fill(
        conversations=[rows.conversation("a")],
        messages=[ours(f"m{each}", each, f"typed-{each}", status="failed", error=error) for each in ("satu", "dua")],
    )
    shown.show("a")
    assert screen.bubbles == ["dua", "satu"]
    await room.written(room.outbox.add_act(Act("m" + "satu", ActKind.DISCARD, "a")))
    await until(lambda: screen.bubbles == ["dua"], "the discarded one is gone")
    again = await room.queue("a", "dua lagi", retry_of="typed-dua")
    await until(lambda: screen.bubbles == ["dua lagi"], "the new one in the place of the failed one")
    await room.written(room.outbox.mark(again.uuid, OutgoingState.FAILED, "This message was sent meanwhile."))
    await until(lambda: screen.bubbles == ["dua", "dua lagi"], "both, for the retry was refused")


async def test_of_a_message_that_its_writer_deleted_the_place_stays(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", unread=1)], messages=talk("a", 2))
    shown.show("a")
    gone = rows.message("a1", "a", minutes=1, body="", version=room.head, deleted=True, revoked=True)
    await room.event(messages=[gone])
    await until(lambda: [row.deleted for row in screen.rows] == [False, True], "the deletion", seen=lambda: screen.rows)
    shown.show("a")
    assert [row.deleted for row in screen.rows] == [False, True]
    assert screen.divider_above == screen.rows[0].key, "what is unread is what was not deleted"


async def test_a_message_that_another_desk_discarded_goes_and_comes_back_if_it_was_sent(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=[ours("m", "Halo", "typed", status="unconfirmed")])
    shown.show("a")
    await room.event(messages=[ours("m", "Halo", "typed", status="unconfirmed", discarded=True, version=room.head)])
    await until(lambda: screen.bubbles == [], "gone")
    await room.event(messages=[ours("m", "Halo", "typed", status="delivered", discarded=True, version=room.head)])
    await until(lambda: screen.statuses == ["delivered"], "back, for it was delivered")


async def test_a_reaction_of_ours_shows_at_once_and_a_quote_leads_to_what_it_quotes(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    quoting = rows.message("q", "a", minutes=5, body="ya", reply_to=Quote(message_id="a0", body="pesan 0"))
    await room.fill(conversations=[rows.conversation("a")], messages=[*talk("a", 1), quoting])
    shown.show("a")
    quote = screen.bubble("ya").quote
    assert quote is not None
    assert quote.message_key == screen.bubble("pesan 0").key
    await room.written(room.outbox.add_act(Act("q", ActKind.REACT, "a", "👍")))
    await until(lambda: screen.bubble("ya").reactions == (ReactionRow(emoji="👍", count=1, ours=True),), "the reaction")
    answer = await room.queue("a", "siap", reply_to="q")
    await until(lambda: "siap" in screen.bubbles, "the answer")
    assert screen.bubble("siap").quote == QuoteRow(
        sender_name="Sari", body="ya", message_type="text", message_key="uuid-q"
    )
    assert answer.reply_to == "q"


async def test_scrolling_up_goes_through_the_cache_and_then_to_the_server(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    everything = talk("a", 2 * PAGE + 30)
    kept, older = everything[PAGE + 30 :], everything[: PAGE + 30]
    await room.fill(conversations=[rows.conversation("a")], messages=kept)
    room.server.pages["a"] = [
        MessagePage(items=older[30:][::-1], next_cursor="older"),
        MessagePage(items=older[:30][::-1], next_cursor=None),
    ]
    shown.show("a")
    assert screen.goes_on_above()
    for answers in (1, 2):
        shown.show_older("a")
        await until(lambda wanted=answers: screen.answered_older == wanted, "older ones")  # type: ignore[misc]  # mypy cannot infer a default
    assert screen.bubbles == [message.body for message in everything]
    assert not screen.goes_on_above()
    asked = len(room.server.asked)
    shown.show("a")
    shown.show_older("a")
    await until(lambda: screen.answered_older == 3, "from the cache this time")
    assert len(room.server.asked) == asked


async def test_scrolling_up_in_one_chat_does_not_wait_for_another(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(
        conversations=[rows.conversation("a"), rows.conversation("b")], messages=[*talk("a", 60), *talk("b", 60)]
    )
    shown.show("a")
    shown.show_older("a")
    await until(lambda: screen.answered_older == 1, "the rest of the cache")
    held = room.server.hold()
    shown.show_older("a")
    await until(lambda: room.server.asked, "a asks the server")
    shown.show("b")
    shown.show_older("b")
    await until(lambda: len(screen.bubbles) == 60, "all of b", seen=lambda: screen.bubbles)
    held.set()


async def test_older_messages_can_be_asked_for_again_when_the_line_is_back(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    """While it is down the view must not ask again by itself: it would do nothing else."""
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 3, start=10))
    shown.show("a")
    shown.show_older("a")
    await until(lambda: screen.answered_older == 1, "an answer")
    assert not screen.goes_on_above()
    shown.line_changed(live=True)
    assert screen.goes_on_above()
    room.server.pages["a"] = [MessagePage(items=talk("a", 10)[::-1], next_cursor=None)]
    shown.show_older("a")
    await until(lambda: len(screen.bubbles) == 13, "all of them")
    assert not screen.goes_on_above()


async def test_a_chat_that_began_after_the_snapshot_is_completed_when_opened(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill()
    await room.event(
        contacts=[rows.contact("of-a", "Budi", version=room.head)],
        conversations=[rows.conversation("a", version=room.head)],
        messages=[rows.message("a9", "a", minutes=9, version=room.head, body="pesan 9")],
    )
    shown.show("a")
    assert screen.bubbles == ["pesan 9"], "without the server: what is held"
    await until(lambda: room.server.asked, "it was asked for")
    room.server.pages["a"] = [MessagePage(items=talk("a", 10)[::-1], next_cursor=None)]
    shown.line_changed(live=True)
    await until(lambda: len(screen.bubbles) == 10, "all of it", seen=lambda: screen.bubbles)


async def test_a_late_tick_of_a_message_below_a_gap_does_not_show_it(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 3, start=10))
    shown.show("a")
    await room.event(messages=[rows.message("a1", "a", minutes=1, version=room.head, body="pesan 1")])
    await room.event(messages=[rows.message("a12", "a", minutes=12, version=room.head, body="disunting")])
    await until(lambda: "disunting" in screen.bubbles, "the edit")
    assert screen.bubbles == ["pesan 10", "pesan 11", "disunting"]


async def test_a_merge_moves_the_open_chat_and_what_is_being_typed(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(
        conversations=[rows.conversation("a", of="budi"), rows.conversation("b", of="lama")],
        messages=[*talk("a", 1), *talk("b", 1, start=5)],
    )
    await room.written(room.outbox.set_draft("a", "Untuk Budi"))
    await room.queue("b", "masih antre")
    shown.show("b")
    await room.written(room.outbox.set_draft("b", "Untuk yang lama"))
    merged = rows.conversation("b", of="lama", version=room.head, merged_into="a", deleted=True)
    moved = rows.message("b5", "a", minutes=5, version=room.head, body="pesan 5")
    await room.event(conversations=[merged], messages=[moved])
    await until(lambda: screen.open_chat == "a", "the survivor", seen=lambda: screen.open_chat)
    assert screen.bubbles == ["pesan 0", "pesan 5", "masih antre"]
    assert screen.field == "Untuk Budi\nUntuk yang lama"
    assert shown.open_conversation == "a"


async def test_another_life_of_the_database_keeps_the_chat_open_and_the_typed_text(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 2))
    shown.show("a")
    screen.field = "sedang diketik"
    first = rows.page(head=5, epoch="another", sessions=[rows.session()], next_cursor="more")
    await room.written(room.cache.apply_page(first, walk="snapshot", since=0, asked_cursor=None))
    assert screen.bubbles == ["pesan 0", "pesan 1"], "readable until the new ones are here"
    second = rows.page(
        head=5, epoch="another", contacts=[rows.contact("of-a", "Budi")], conversations=[rows.conversation("a")],
        messages=talk("a", 1),
    )  # fmt: skip
    await room.written(room.cache.apply_page(second, walk="snapshot", since=0, asked_cursor="more"))
    await until(lambda: screen.bubbles == ["pesan 0"], "the new ones", seen=lambda: screen.bubbles)
    assert screen.field == "sedang diketik"


async def test_a_chat_that_a_restored_backup_does_not_have_is_closed(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 2))
    shown.show("a")
    page = rows.page(head=5, epoch="another", sessions=[rows.session()])
    await room.written(room.cache.apply_page(page, walk="snapshot", since=0, asked_cursor=None))
    shown.line_changed(live=True)
    assert screen.open_chat is None


async def test_news_of_the_contact_reach_the_header(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a", of="budi")], contacts=[rows.contact("budi", "Budi")])
    shown.show("a")
    await room.event(contacts=[rows.contact("budi", "Budi Santoso", version=room.head)])
    await until(lambda: screen.header is not None and screen.header.title == "Budi Santoso", "the new name")


async def test_a_chat_that_is_not_there_shows_nothing(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")])
    shown.show("a")
    shown.show("nobody's")
    assert screen.open_chat is None
    assert shown.open_conversation is None


async def test_in_a_group_each_inbound_bubble_names_its_writer(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(
        groups=[rows.group("g", "Gudang", 3)],
        conversations=[rows.conversation("a", of_group="g")],
        messages=[*talk("a", 1), ours("m", "Baik", "typed", minutes=1)],
    )
    shown.show("a")
    theirs, mine = screen.bubble("pesan 0"), screen.bubble("Baik")
    assert (theirs.sender_name, theirs.sender_phone) == ("Sari", "+62 800 0000001")
    assert mine.sender_name is None


async def test_going_to_an_old_message_loads_everything_down_to_it(
    room: Room, screen: ConversationScreen, shown: ConversationPresenter
) -> None:
    await room.fill(conversations=[rows.conversation("a")], messages=talk("a", 5 * PAGE))
    shown.show("a")
    key = "uuid-a7"
    shown.reveal("a", key)
    await until(lambda: screen.revealed == [key], "it is in sight")
    assert screen.bubbles[-1] == f"pesan {5 * PAGE - 1}"
    assert len(screen.bubbles) >= 5 * PAGE - 7
    shown.reveal("a", "nobody's")
    shown.reveal("b", key)
    assert screen.revealed == [key]
