"""How far the cache believes to be: never further than the rows it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from local_cache.cache import Cache
from local_cache.changed import Changed, Outcome
from local_cache.records import SyncPosition, Walk
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import EPOCH, contact, conversation, event, message, page, session
from tests.local_cache.writes import done


def snapshot(cache: Cache, **given: object) -> Changed:
    asked = given.pop("asked", None)
    return done(cache.apply_page(page(**given), walk="snapshot", since=0, asked_cursor=asked))  # type: ignore[arg-type]  # a test's own fields


def changes(cache: Cache, since: int, **given: object) -> Changed:
    asked = given.pop("asked", None)
    return done(cache.apply_page(page(**given), walk="changes", since=since, asked_cursor=asked))  # type: ignore[arg-type]  # a test's own fields


def test_new_cache_is_nowhere(cache: Cache) -> None:
    assert cache.position() == SyncPosition()
    assert cache.sessions() == []
    assert cache.conversations() == []


def test_snapshot_shows_its_first_page_at_once_and_has_a_cursor_when_complete(cache: Cache) -> None:
    first = snapshot(cache, head=7, sessions=[session()], contacts=[contact("k")], next_cursor="p2",
                     conversations=[conversation("c1", of="k")])  # fmt: skip
    assert first.reset
    assert [each.id for each in cache.conversations()] == ["c1"]
    assert cache.position() == SyncPosition(epoch=EPOCH, walk=Walk(kind="snapshot", since=0, head=7, next_cursor="p2"))
    assert snapshot(cache, head=7, asked="p2", conversations=[conversation("c2", of="k")]).outcome is Outcome.APPLIED
    assert cache.position() == SyncPosition(epoch=EPOCH, cursor=7)


def test_last_page_alone_does_not_move_the_cursor(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    assert changes(cache, 1, head=9, asked="p2", contacts=[contact("late", version=9)]).outcome is Outcome.STALE
    assert cache.position() == SyncPosition(epoch=EPOCH, cursor=1)


def test_walk_of_changes_moves_the_cursor_at_its_end(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    changes(cache, 1, head=5, next_cursor="p2", contacts=[contact("k", version=3)])
    assert cache.position().cursor == 1
    assert changes(cache, 1, head=5, asked="p2", next_cursor="p3").outcome is Outcome.APPLIED
    assert changes(cache, 1, head=5, asked="p2", next_cursor="p3").outcome is Outcome.STALE
    assert changes(cache, 1, head=5, asked="p3").position == SyncPosition(epoch=EPOCH, cursor=5)


def test_pages_of_two_walks_do_not_mix(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    changes(cache, 1, head=5, next_cursor="p2")
    assert changes(cache, 1, head=6, asked="p2").outcome is Outcome.STALE
    assert cache.position().cursor == 1


def test_changes_since_a_place_not_reached_are_not_followed(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    assert changes(cache, 4, head=9).outcome is Outcome.STALE
    assert cache.position().cursor == 1


def test_place_in_a_walk_survives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    cache = Cache(path)
    snapshot(cache, head=7, next_cursor="p2", sessions=[session()])
    cache.close()
    cache = Cache(path)
    assert cache.position().walk == Walk(kind="snapshot", since=0, head=7, next_cursor="p2")
    assert snapshot(cache, head=7, asked="p2").position.cursor == 7
    cache.close()


def test_next_event_is_applied(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")])
    changed = done(
        cache.apply_event(
            event(2, conversations=[conversation("c", version=2, unread=1)], messages=[message("m", "c", version=2)])
        )
    )
    assert changed.outcome is Outcome.APPLIED
    assert changed.conversations == {"c"}
    assert changed.messages == {"c": {"m"}}
    assert [each.id for each in changed.new_messages] == ["m"]
    assert cache.position().cursor == 2


def test_event_behind_the_cursor_is_ignored(cache: Cache, fill: Fill) -> None:
    fill(head=5, contacts=[contact("k", "now", version=5)])
    assert done(cache.apply_event(event(5, contacts=[contact("k", "then", version=5)]))).outcome is Outcome.STALE
    assert cache.position().cursor == 5


def test_event_after_a_gap_or_without_rows_asks_for_a_pull(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")])
    after_gap = event(3, messages=[message("m", "c", version=3)])
    assert done(cache.apply_event(after_gap)).refused
    assert done(cache.apply_event(replace(event(2), rows=None))).refused
    assert cache.message("m") is None
    assert cache.position().cursor == 1


def test_event_whose_chat_or_person_was_never_heard_of_asks_for_a_pull(cache: Cache, fill: Fill) -> None:
    """A chat that rises to the top while the snapshot is walked is on none of its pages, nor is its contact."""
    fill()
    risen = conversation("c", of="k", version=2)
    assert done(cache.apply_event(event(2, conversations=[risen], messages=[message("m", "c", version=2)]))).refused
    assert done(cache.apply_event(event(2, messages=[message("m", "c", version=2)]))).refused
    assert cache.position().cursor == 1
    changes(cache, 1, head=2, contacts=[contact("k")], conversations=[risen], messages=[message("m", "c", version=2)])
    assert [each.id for each in cache.conversations()] == ["c"]
    assert done(cache.apply_event(event(3, messages=[message("m2", "c", version=3)]))).outcome is Outcome.APPLIED


def test_event_during_the_first_snapshot_asks_for_a_pull(cache: Cache) -> None:
    snapshot(cache, head=7, next_cursor="p2")
    assert done(cache.apply_event(event(8))).refused


def test_late_event_during_a_walk_of_changes_counts_and_the_walk_goes_on(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    changes(cache, 1, head=3, next_cursor="p2")
    assert done(cache.apply_event(event(2, contacts=[contact("k", version=2)]))).outcome is Outcome.APPLIED
    assert changes(cache, 1, head=3, asked="p2").position == SyncPosition(epoch=EPOCH, cursor=3)


def test_walk_that_ends_behind_the_events_leaves_the_cursor_where_they_took_it(cache: Cache, fill: Fill) -> None:
    fill(head=1)
    changes(cache, 1, head=2, next_cursor="p2")
    for seq in (2, 3):
        done(cache.apply_event(event(seq, contacts=[contact("k", version=seq)])))
    assert changes(cache, 1, head=2, asked="p2").position == SyncPosition(epoch=EPOCH, cursor=3)


def test_older_version_never_replaces_a_newer_one(cache: Cache, fill: Fill) -> None:
    fill(head=5, conversations=[conversation("c")], messages=[message("m", "c", version=5, status="read", arrival=1)])
    changes(cache, 5, head=6, messages=[message("m", "c", version=4, status="sent", arrival=1)])
    held = cache.message("m")
    assert held is not None
    assert held.status == "read"


def test_tombstone_of_a_row_never_held_keeps_a_late_page_from_bringing_it_back(cache: Cache, fill: Fill) -> None:
    fill(head=3, conversations=[conversation("c")])
    done(cache.apply_event(event(4, messages=[message("m", "c", version=4, deleted=True)])))
    changes(cache, 4, head=4, messages=[message("m", "c", version=2)])
    assert cache.messages("c") == []


def test_other_epoch_is_refused_and_its_snapshot_replaces_everything(cache: Cache, fill: Fill) -> None:
    fill(head=90, conversations=[conversation("old", version=90)])
    assert done(cache.apply_event(event(91, epoch="two"))).outcome is Outcome.OTHER_EPOCH
    assert changes(cache, 90, head=91, epoch="two").outcome is Outcome.OTHER_EPOCH
    assert [each.id for each in cache.conversations()] == ["old"]

    changed = snapshot(cache, head=4, epoch="two", sessions=[session()], contacts=[contact("k")],
                       conversations=[conversation("new", of="k")])  # fmt: skip
    assert changed.reset
    assert [each.id for each in cache.conversations()] == ["new"]
    assert cache.position() == SyncPosition(epoch="two", cursor=4)


def test_late_first_page_of_a_snapshot_cannot_undo_a_cache_that_is_further(cache: Cache, fill: Fill) -> None:
    fill(head=5, conversations=[conversation("c", version=5, unread=3)])
    assert snapshot(cache, head=2, conversations=[conversation("c", version=2)]).outcome is Outcome.STALE
    assert cache.position().cursor == 5
    assert cache.conversations()[0].unread_count == 3


def test_snapshot_begun_again_leaves_no_hole_from_the_first_attempt(cache: Cache) -> None:
    parents = {"sessions": [session()], "contacts": [contact("k")], "conversations": [conversation("c", of="k")]}
    snapshot(cache, head=1, next_cursor="p2", messages=[message("m1", "c", minutes=1)], **parents)
    snapshot(cache, head=9, messages=[message("m9", "c", minutes=9, version=9)], **parents)
    assert [each.id for each in cache.messages("c")] == ["m9"]


def test_reset_forgets_rows_and_place(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m", "c")])
    assert done(cache.reset("next")).reset
    assert cache.conversations() == []
    assert cache.position() == SyncPosition(epoch="next")


def test_only_what_arrived_after_the_last_position_is_new(cache: Cache, fill: Fill) -> None:
    fill(head=10, conversations=[conversation("c")], messages=[message("held", "c", version=10, arrival=3)])
    changed = changes(
        cache,
        10,
        head=13,
        messages=[
            message("second", "c", version=13, arrival=13),
            message("first", "c", version=12, arrival=11),
            message("held", "c", version=12, arrival=3, status="read"),
            message("old, moved by a merge", "c", version=11, arrival=4),
            message("deleted at once", "c", version=13, arrival=12, deleted=True),
        ],
    )
    assert [each.id for each in changed.new_messages] == ["first", "second"]


def test_snapshot_brings_no_news(cache: Cache, fill: Fill) -> None:
    assert fill(conversations=[conversation("c")], messages=[message("m", "c")]).new_messages == ()
