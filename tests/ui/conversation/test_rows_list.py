"""Messages stand in the server's order with days, runs and the line for new ones; changes are told exactly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.ui.conversation.examples import at, message, pending
from ui.conversation.rows import MessageRow
from ui.conversation.rows_list import LocalDays, PlacedRow, RowsList


class Mirror:
    """Follows the list by what it is told, like a view; complains about anything that does not fit."""

    def __init__(self) -> None:
        self.rows = RowsList(self)
        self.shown: list[PlacedRow] = []
        self.told: list[tuple[str, int, int]] = []
        self._inserting: tuple[int, int] | None = None

    def begin_insert(self, first: int, last: int) -> None:
        assert len(self.rows) == len(self.shown)
        self._inserting = (first, last)
        self.told.append(("insert", first, last))

    def end_insert(self) -> None:
        assert self._inserting is not None
        first, last = self._inserting
        self.shown[first:first] = [self.rows[row] for row in range(first, last + 1)]

    def begin_remove(self, first: int, last: int) -> None:
        del self.shown[first : last + 1]
        self.told.append(("remove", first, last))

    def end_remove(self) -> None:
        assert len(self.rows) == len(self.shown)

    def changed(self, first: int, last: int) -> None:
        self.shown[first : last + 1] = [self.rows[row] for row in range(first, last + 1)]
        self.told.append(("change", first, last))


def loaded(*rows: MessageRow, unread: str | None = None) -> Mirror:
    mirror = Mirror()
    mirror.rows.load(rows, unread)
    mirror.shown = [mirror.rows[row] for row in range(len(mirror.rows))]
    return mirror


def keys(placed: Sequence[PlacedRow]) -> list[str]:
    return [each.row.key for each in placed]


def test_the_order_is_the_servers_and_what_is_not_sent_comes_last() -> None:
    mirror = loaded(message(3), pending(1), message(2))
    assert keys(mirror.shown) == ["k2", "k3", "k1"]


def test_a_bubble_that_gets_sent_keeps_its_key_and_goes_to_its_place() -> None:
    mirror = loaded(message(1), pending(5, "mine"))
    mirror.rows.upsert([message(7)])
    assert keys(mirror.shown) == ["k1", "k7", "k5"]
    mirror.rows.upsert([message(5, "mine", outbound=True, status="sent")])
    assert keys(mirror.shown) == ["k1", "k5", "k7"]


def test_a_bubble_that_is_sent_at_the_end_changes_in_its_place() -> None:
    mirror = loaded(message(1), pending(5))
    mirror.rows.upsert([message(5, "mine", outbound=True, status="sent")])
    assert mirror.told == [("change", 1, 1)]


def test_a_page_of_older_messages_comes_in_one_piece() -> None:
    mirror = loaded(message(50), message(51))
    mirror.rows.upsert([message(number) for number in range(40, 50)])
    assert mirror.told == [("insert", 0, 9), ("change", 10, 10)]  # k50 no longer begins the day


def test_consecutive_messages_of_one_person_are_a_run() -> None:
    maya = {"sender_name": "Maya Putri", "sender_seed": "maya"}
    joko = {"sender_name": "Joko Susilo", "sender_seed": "joko"}
    mirror = loaded(
        message(1, **maya),
        message(2, **maya),
        message(3, **joko),
        message(4, outbound=True, agent_name="Sari"),
        message(5, outbound=True, agent_name="Sari"),
        message(6, outbound=True, agent_name="Dewi"),
        message(7, message_type="system"),
        message(8, outbound=True, agent_name="Dewi"),
    )
    assert [each.starts_run for each in mirror.shown] == [True, False, True, True, False, True, True, True]


def test_a_late_message_splits_a_run() -> None:
    mirror = loaded(message(1, sender_seed="maya"), message(3, sender_seed="maya"))
    mirror.rows.upsert([message(2, sender_seed="joko")])
    assert [each.starts_run for each in mirror.shown] == [True, True, True]
    mirror.rows.remove(["k2"])
    assert [each.starts_run for each in mirror.shown] == [True, False]


def test_each_day_begins_once() -> None:
    mirror = loaded(
        message(1, time_ms=at(23, 59, days_ago=1)),
        message(2, time_ms=at(0, 1)),
        message(3, time_ms=at(9)),
    )
    assert [each.starts_day for each in mirror.shown] == [True, True, False]


def test_a_time_outside_the_calendar_is_shown_like_any_other() -> None:
    mirror = loaded(message(1, time_ms=10**18), message(2, time_ms=-(10**18)), message(3))
    assert keys(mirror.shown) == ["k1", "k2", "k3"]


def test_the_line_counts_inbound_messages_and_stays_while_more_come() -> None:
    mirror = loaded(message(1), message(2), message(3, outbound=True), message(4), unread="k2")
    mirror.rows.upsert([message(5)])
    assert [each.new_messages for each in mirror.shown] == [0, 2, 0, 0, 0]


def test_the_line_moves_only_when_told_to() -> None:
    mirror = loaded(message(1), message(2), unread="k1")
    mirror.rows.divide("k2", 1)
    assert [each.new_messages for each in mirror.shown] == [0, 1]
    mirror.rows.divide(None, 0)
    assert [each.new_messages for each in mirror.shown] == [0, 0]


def test_a_line_above_a_message_that_is_not_loaded_is_no_line() -> None:
    assert loaded(message(1), unread="k0").rows.divider_key is None


MESSAGES = st.builds(
    lambda number, order, seed, outbound, minutes: message(
        number,
        order="" if order == 0 else f"{order:03}",
        sender_seed=seed,
        outbound=outbound,
        time_ms=at(0) + minutes * 60_000,
    ),
    st.integers(0, 12),
    st.integers(0, 9),
    st.sampled_from("ab"),
    st.booleans(),
    st.integers(-3000, 3000),
)
STEPS = st.lists(st.one_of(st.lists(MESSAGES, max_size=4), st.integers(0, 12)), max_size=12)


@given(st.lists(MESSAGES, max_size=8), STEPS)
def test_after_any_changes_a_follower_shows_what_a_fresh_list_shows(
    first: list[MessageRow], steps: list[list[MessageRow] | int]
) -> None:
    mirror = loaded(*first)
    known = {row.key: row for row in first}
    for step in steps:
        if isinstance(step, int):
            mirror.rows.remove([f"k{step}", "unknown"])
            known.pop(f"k{step}", None)
        else:
            mirror.rows.upsert(step)
            known.update((row.key, row) for row in step)
    fresh = loaded(*known.values())
    assert mirror.shown == fresh.shown
    assert all(mirror.rows.position(each.row.key) == place for place, each in enumerate(fresh.shown))


@given(st.lists(st.integers(-(2**40), 2**43), max_size=30))
def test_a_day_is_the_same_whatever_was_asked_before(moments: list[int]) -> None:
    days = LocalDays()
    neighbours = [moment + step for moment in moments for step in (0, 1, 3_600_000, 86_400_000)]
    assert [days(moment) for moment in neighbours] == [LocalDays()(moment) for moment in neighbours]
    assert [days(moment) for moment in neighbours] == [
        datetime.fromtimestamp(moment / 1000).astimezone().date() for moment in neighbours
    ]
