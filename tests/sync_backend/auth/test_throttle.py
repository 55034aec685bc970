"""A few tries, then a pause; others are not made to wait for it."""

from __future__ import annotations

from sync_backend.auth.throttle import MAX_REMEMBERED, LoginThrottle


def test_the_pause_ends_with_the_window() -> None:
    now = 0.0
    throttle = LoginThrottle(lambda: now, tries=2, window_seconds=60)

    assert [throttle.attempt("a@b", "1") for _ in range(3)] == [None, None, 60]
    now = 59.5
    assert throttle.attempt("a@b", "1") == 1
    now = 60.5
    assert throttle.attempt("a@b", "1") is None


def test_another_address_and_another_person_may_try() -> None:
    throttle = LoginThrottle(lambda: 0.0, tries=1)
    throttle.attempt("a@b", "1")

    assert throttle.attempt("a@b", "2") is None
    assert throttle.attempt("c@d", "1") is None


def test_success_forgets_the_tries_before() -> None:
    throttle = LoginThrottle(lambda: 0.0, tries=1)
    throttle.attempt("a@b", "1")
    throttle.succeeded("a@b", "1")

    assert throttle.attempt("a@b", "1") is None


def test_endless_different_callers_do_not_fill_the_memory() -> None:
    throttle = LoginThrottle(lambda: 0.0, tries=1)

    for number in range(MAX_REMEMBERED + 1):
        throttle.attempt(f"{number}@b", "1")

    assert throttle.attempt("0@b", "1") is None
    assert throttle.attempt(f"{MAX_REMEMBERED}@b", "1") is not None
