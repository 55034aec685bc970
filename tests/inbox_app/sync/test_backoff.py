"""Backoff: the delays a person waits for, and that many clients do not come back at once."""

import random

import pytest

from inbox_app.sync.backoff import Backoff


def test_ceilings_double_up_to_the_cap_and_start_over_after_success() -> None:
    backoff = Backoff(base=0.5, cap=30.0, random=lambda: 1.0)
    assert [backoff.next_delay() for _ in range(8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    backoff.reset()
    assert backoff.next_delay() == 0.5


def test_delays_spread_over_the_whole_range() -> None:
    source = random.Random(7)
    first_delays = [Backoff(base=2.0, cap=30.0, random=source.random).next_delay() for _ in range(1_000)]
    assert min(first_delays) < 0.1
    assert max(first_delays) > 1.9


def test_a_server_over_capacity_is_given_at_least_its_second() -> None:
    assert Backoff(base=0.5, cap=30.0, random=lambda: 0.0).next_delay(at_least=1.0) == 1.0


def test_a_week_without_network_is_no_overflow() -> None:
    backoff = Backoff(base=0.5, cap=30.0, random=lambda: 0.5)
    assert {backoff.next_delay() for _ in range(20_000)} >= {15.0}


@pytest.mark.parametrize(("base", "cap"), [(0.0, 1.0), (-1.0, 1.0), (2.0, 1.0)])
def test_a_backoff_that_would_not_back_off_is_refused(base: float, cap: float) -> None:
    with pytest.raises(ValueError, match="base"):
        Backoff(base=base, cap=cap, random=random.random)
