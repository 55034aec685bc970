"""A conversation's timeline: in order, in pages, and never with a hole that nobody sees."""

from __future__ import annotations

from local_cache.cache import Cache
from local_cache.changed import Outcome
from local_cache.records import CachedMessage, SyncPosition
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import EPOCH, NOON, contact, conversation, event, message, order, page
from tests.local_cache.writes import done
from wire.rest import MessagePage
from wire.rows import Media, Message, MessageError, Quote, Reaction, UserRef


def shown(cache: Cache, conversation_id: str = "c") -> list[str]:
    return [each.id for each in cache.messages(conversation_id)]


def history(*items: Message, more: bool = True) -> MessagePage:
    return MessagePage(items=list(items), next_cursor="more" if more else None)


def test_message_comes_back_as_it_came(cache: Cache, fill: Fill) -> None:
    sent = message(
        "m1",
        "c",
        direction="outbound",
        status="failed",
        error=MessageError(code="131047", message="window closed"),
        sender=None,
        user=UserRef(id="u1", name="Dewi"),
        sent_via_session_id="s2",
        reply_to=Quote(message_id="m0", sender_name="Sari", body="?"),
        media=Media(id="f1", mime_type="image/png", file_name="a.png", size=7),
        reactions=[Reaction(emoji="👍", sender_name="Sari"), Reaction(emoji="❤️", from_me=True)],
        edited_at="2025-11-23T12:00:00.001Z",
        is_read=True,
        revoked=False,
        discarded=False,
        client_uuid="typed-as",
        provider_message_id="wamid.1",
        arrival=1,
    )
    fill(conversations=[conversation("c")], messages=[sent])
    expected = CachedMessage(
        id="m1",
        uuid="uuid-m1",
        conversation_id="c",
        session_id="s1",
        direction="outbound",
        message_type="text",
        body="body of m1",
        status="failed",
        error_code="131047",
        error_message="window closed",
        sender_name=None,
        sender_phone=None,
        user_id="u1",
        user_name="Dewi",
        sent_via_session_id="s2",
        created_at_ms=NOON,
        edited_at_ms=NOON + 1,
        order=order(0, "m1"),
        arrival=1,
        client_uuid="typed-as",
        provider_message_id="wamid.1",
        version=1,
        deleted_at_ms=None,
        is_read=True,
        revoked=False,
        discarded=False,
        reply_to=sent.reply_to,
        media=sent.media,
        reactions=tuple(sent.reactions),
    )
    assert cache.messages("c") == [expected]
    assert cache.message("m1") == cache.message_by_uuid("uuid-m1") == cache.message_by_uuid("typed-as") == expected
    assert cache.known_uuids(["uuid-m1", "typed-as", "never"]) == {"uuid-m1", "typed-as"}


def test_pages_go_back_in_order_whatever_the_order_of_arrival(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message(f"m{n}", "c", minutes=n) for n in (3, 1, 4, 2, 5)])
    newest = cache.messages("c", limit=2)
    older = cache.messages("c", before=newest[-1].order, limit=2)
    assert [each.id for each in (*newest, *older)] == ["m5", "m4", "m3", "m2"]


def test_deleted_message_leaves_the_timeline_and_is_still_known(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m", "c")])
    done(cache.apply_event(event(2, messages=[message("m", "c", version=2, deleted=True)])))
    assert shown(cache) == []
    held = cache.message("m")
    assert held is not None
    assert held.deleted_at_ms == NOON


def test_a_revoked_message_keeps_its_place_and_a_discarded_one_shows_only_if_it_was_sent(
    cache: Cache, fill: Fill
) -> None:
    fill(
        conversations=[conversation("c")],
        messages=[
            message("gone", "c", minutes=3, deleted=True, revoked=True, body=""),
            message("given up", "c", minutes=2, direction="outbound", status="failed", discarded=True),
            message("sent after all", "c", minutes=1, direction="outbound", status="delivered", discarded=True),
        ],
    )
    assert shown(cache) == ["gone", "sent after all"]
    assert [each.is_shown for each in cache.messages_by_id(["given up"])] == [False]


def test_late_tick_from_below_the_gap_stays_out_until_history_has_closed_it(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m9", "c", minutes=9), message("m8", "c", minutes=8)])
    done(cache.apply_event(event(2, messages=[message("m1", "c", minutes=1, version=2, arrival=1)])))
    assert shown(cache) == ["m9", "m8"]
    assert cache.message("m1") is not None

    older = history(message("m7", "c", minutes=7), message("m6", "c", minutes=6))
    assert done(cache.apply_history(older, "c", before="m8", asked_at=SyncPosition(epoch=EPOCH))).conversations == {"c"}
    assert shown(cache) == ["m9", "m8", "m7", "m6"]

    done(
        cache.apply_history(
            history(message("m1", "c", minutes=1), more=False), "c", before="m6", asked_at=SyncPosition(epoch=EPOCH)
        )
    )
    assert shown(cache) == ["m9", "m8", "m7", "m6", "m1"]
    found = cache.conversation("c")
    assert found is not None
    assert found.history_complete


def test_old_message_among_changes_does_not_open_the_gap(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m9", "c", minutes=9)])
    pulled = page(head=2, messages=[message("m1", "c", minutes=1, version=2, arrival=1)])
    done(cache.apply_page(pulled, walk="changes", since=1, asked_cursor=None))
    assert shown(cache) == ["m9"]


def test_history_that_does_not_join_is_kept_but_not_shown(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m9", "c", minutes=9)])
    done(cache.apply_event(event(2, messages=[message("m5", "c", minutes=5, version=2, arrival=1)])))
    older = history(message("m4", "c", minutes=4), more=False)
    for before in ("m5", "unheard of"):
        changed = done(cache.apply_history(older, "c", before=before, asked_at=SyncPosition(epoch=EPOCH)))
        assert changed.outcome is Outcome.STALE
        assert shown(cache) == ["m9"]


def test_chat_that_began_live_shows_what_is_held_and_asks_for_the_rest(cache: Cache, fill: Fill) -> None:
    fill()
    news = event(
        2,
        contacts=[contact("k", "Budi", version=2)],
        conversations=[conversation("c", of="k", version=2)],
        messages=[message("m1", "c", version=2)],
    )
    done(cache.apply_event(news))
    found = cache.conversation("c")
    assert found is not None
    assert found.needs_history
    assert shown(cache) == ["m1"]

    done(
        cache.apply_history(
            history(message("m1", "c", version=2), more=False), "c", before=None, asked_at=SyncPosition(epoch=EPOCH)
        )
    )
    found = cache.conversation("c")
    assert found is not None
    assert not found.needs_history
    assert found.history_complete


def test_history_asked_for_in_another_epoch_is_refused(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")])
    changed = done(
        cache.apply_history(
            history(message("m", "c")), "c", before=None, asked_at=SyncPosition(epoch="before the restore")
        )
    )
    assert changed.outcome is Outcome.OTHER_EPOCH
    assert cache.message("m") is None


def test_merge_moves_messages_to_the_survivor_and_says_so(cache: Cache, fill: Fill) -> None:
    fill(
        conversations=[conversation("loser"), conversation("winner"), conversation("last")],
        messages=[message("m1", "loser", minutes=2), message("m2", "winner", minutes=1)],
    )
    merge = event(2, conversations=[conversation("loser", merged_into="winner", deleted=True, version=2)])
    changed = done(cache.apply_event(merge))
    assert changed.merged == {"loser": "winner"}
    assert changed.messages == {"winner": {"m1"}}
    assert shown(cache, "winner") == ["m1", "m2"]

    again = event(3, conversations=[conversation("winner", merged_into="last", deleted=True, version=3)])
    done(cache.apply_event(again))
    assert cache.resolve("loser") == "last"
    assert {each.id for each in cache.messages("last")} == {"m1", "m2"}


def test_page_under_way_during_a_merge_lands_in_the_survivor_without_closing_its_gap(cache: Cache, fill: Fill) -> None:
    fill(
        conversations=[conversation("loser"), conversation("winner")],
        messages=[message("m9", "loser", minutes=9), message("m8", "winner", minutes=8)],
    )
    done(cache.apply_event(event(2, conversations=[conversation("loser", merged_into="winner", version=2)])))
    older = history(message("m1", "loser", minutes=1), more=False)
    changed = done(cache.apply_history(older, "loser", before="m9", asked_at=SyncPosition(epoch=EPOCH)))
    assert changed.outcome is Outcome.STALE
    held = cache.message("m1")
    assert held is not None
    assert held.conversation_id == "winner"
    assert shown(cache, "winner") == ["m9", "m8"]


def test_merges_in_a_circle_do_not_hang(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("a", merged_into="b"), conversation("b", merged_into="a")])
    assert cache.resolve("a") in {"a", "b"}
    assert done(cache.apply_event(event(2, messages=[message("m", "a", version=2)]))).outcome is Outcome.APPLIED


def test_answer_to_a_send_is_shown_at_once_and_the_event_changes_nothing(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m1", "c")])
    sent = message("m2", "c", minutes=1, version=2, direction="outbound", status="queued")
    assert done(cache.apply_message(sent, epoch=EPOCH)).messages == {"c": {"m2"}}
    assert shown(cache) == ["m2", "m1"]
    followed = done(cache.apply_event(event(2, messages=[sent])))
    assert (followed.outcome, followed.messages, followed.position.cursor) == (Outcome.APPLIED, {}, 2)


def test_unreadable_time_costs_neither_the_row_nor_its_neighbours(cache: Cache, fill: Fill) -> None:
    odd = message("odd", "c", created_at="yesterday", minutes=1)
    fill(conversations=[conversation("c")], messages=[odd, message("fine", "c")])
    assert shown(cache) == ["odd", "fine"]
