"""Ticks never run backwards: whatever the order of the news, the highest rank is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wire.status import ACKS, RANKS, higher

known = st.sampled_from(sorted(RANKS))


@given(known, known)
def test_the_order_of_news_does_not_matter(one: str, other: str) -> None:
    assert higher(one, other) == higher(other, one)


@given(known, known, known)
def test_the_grouping_of_news_does_not_matter(one: str, two: str, three: str) -> None:
    assert higher(higher(one, two), three) == higher(one, higher(two, three))


@given(known, known)
def test_doubled_news_changes_nothing(held: str, news: str) -> None:
    assert higher(higher(held, news), news) == higher(held, news)


@given(known, st.text())
def test_a_status_that_nobody_knows_never_hides_a_known_one(held: str, news: str) -> None:
    assert higher(held, news) == (held if news not in RANKS or RANKS[news] <= RANKS[held] else news)


def test_late_news_of_failure_does_not_undo_a_delivery() -> None:
    assert higher("delivered", "failed") == "delivered"
    assert higher("sent", "failed") == "failed"


def test_every_ack_is_a_known_status_and_better_acks_rank_higher() -> None:
    ranks = [RANKS[ACKS[ack]] for ack in (0, 1, 2, 3, 4)]
    assert ranks == sorted(set(ranks))
    assert RANKS[ACKS[-1]] > RANKS["sent"]
