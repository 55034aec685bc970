"""What the client does with events: in order, out of order, lost, doubled, and from another life of the database."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox_app.sync.arrivals import HOLD_SECONDS, SILENCE_SECONDS, Apply, Arrivals, Pull, Wait
from wire.realtime import ChangedRows, ChangesEvent, Heartbeat

EPOCH = "e1"


def event(seq: int, *, rows: bool = True, epoch: str = EPOCH) -> ChangesEvent:
    return ChangesEvent(epoch=epoch, seq=seq, rows=ChangedRows() if rows else None)


def heartbeat(head: int, epoch: str = EPOCH) -> Heartbeat:
    return Heartbeat(epoch=epoch, head=head)


def listening(now: float = 0.0) -> Arrivals:
    """A connection whose first pull is done."""
    arrivals = Arrivals(now)
    arrivals.pulled(now)
    return arrivals


def test_a_new_connection_pulls_what_it_could_not_hear() -> None:
    assert Arrivals(0.0).next_step(EPOCH, 7, 0.0) == Pull()


def test_the_event_that_follows_is_applied() -> None:
    arrivals = listening()
    arrivals.hear(event(8), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Apply((event(8),))


def test_events_in_the_wrong_order_are_applied_in_the_right_one() -> None:
    arrivals = listening()
    arrivals.hear(event(9), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Wait(1.0 + HOLD_SECONDS)
    arrivals.hear(event(8), 1.2)
    assert arrivals.next_step(EPOCH, 7, 1.2) == Apply((event(8), event(9)))


def test_a_doubled_event_is_ignored() -> None:
    arrivals = listening()
    arrivals.hear(event(7), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Wait(1.0 + SILENCE_SECONDS)


def test_a_gap_is_given_a_second_and_then_pulled() -> None:
    arrivals = listening()
    arrivals.hear(event(9), 1.0)
    arrivals.next_step(EPOCH, 7, 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0 + HOLD_SECONDS) == Pull()


def test_more_events_behind_a_gap_do_not_prolong_the_wait() -> None:
    arrivals = listening()
    arrivals.hear(event(9), 1.0)
    arrivals.next_step(EPOCH, 7, 1.0)
    arrivals.hear(event(10), 1.9)
    assert arrivals.next_step(EPOCH, 7, 1.9) == Wait(1.0 + HOLD_SECONDS)


def test_an_event_too_large_to_carry_its_rows_is_pulled_at_once() -> None:
    arrivals = listening()
    arrivals.hear(event(8, rows=False), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Pull()


def test_a_heartbeat_ahead_of_the_cursor_finds_the_loss_of_the_last_event() -> None:
    arrivals = listening()
    arrivals.hear(heartbeat(8), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Wait(1.0 + HOLD_SECONDS)
    assert arrivals.next_step(EPOCH, 7, 1.0 + HOLD_SECONDS) == Pull()


def test_silence_is_not_trusted_for_longer_than_a_minute() -> None:
    arrivals = listening()
    assert arrivals.next_step(EPOCH, 7, SILENCE_SECONDS - 1) == Wait(SILENCE_SECONDS)
    assert arrivals.next_step(EPOCH, 7, SILENCE_SECONDS) == Pull()


def test_another_epoch_is_pulled() -> None:
    arrivals = listening()
    arrivals.hear(heartbeat(3, epoch="e2"), 1.0)
    assert arrivals.next_step(EPOCH, 7, 1.0) == Pull()


def test_an_epoch_that_changes_while_listening_drops_what_came_before() -> None:
    arrivals = listening()
    arrivals.hear(event(9), 1.0)
    arrivals.hear(event(8, epoch="e2"), 1.1)
    arrivals.pulled(1.2)
    assert arrivals.next_step("e2", 7, 1.2) == Apply((event(8, epoch="e2"),))


def test_a_wake_from_sleep_pulls() -> None:
    arrivals = listening()
    arrivals.pull_now()
    assert arrivals.next_step(EPOCH, 7, 1.0) == Pull()


@given(st.permutations(range(8, 18)), st.lists(st.integers(8, 17)))
def test_any_order_and_any_doubling_is_applied_once_each_in_order(order: list[int], doubled: list[int]) -> None:
    arrivals, cursor, applied = listening(), 7, []
    for seq in [*order, *doubled]:
        arrivals.hear(event(seq), 1.0)
        step = arrivals.next_step(EPOCH, cursor, 1.0)
        if isinstance(step, Apply):
            applied += [each.seq for each in step.events]
            cursor = applied[-1]
    assert applied == list(range(8, 18))
