"""Slows down whoever guesses passwords: a few failed tries per e-mail and address, then a pause."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

MAX_REMEMBERED = 10_000


class LoginThrottle:
    """Counts failures in a sliding window, in memory: a restart forgives, which a guesser cannot cause.

    `clock` gives seconds and never goes backwards.
    """

    def __init__(self, clock: Callable[[], float], tries: int = 5, window_seconds: float = 60.0) -> None:
        self._clock = clock
        self._tries = tries
        self._window = window_seconds
        self._failures: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def wait_seconds(self, email: str, address: str) -> int | None:
        """How long this caller must wait before the next try; None when it may try now."""
        recent = self._recent((email, address))
        if len(recent) < self._tries:
            return None
        return max(1, math.ceil(recent[0] + self._window - self._clock()))

    def failed(self, email: str, address: str) -> None:
        key = (email, address)
        self._failures[key] = [*self._recent(key), self._clock()][-self._tries :]
        self._failures.move_to_end(key)
        while len(self._failures) > MAX_REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, email: str, address: str) -> None:
        self._failures.pop((email, address), None)

    def _recent(self, key: tuple[str, str]) -> list[float]:
        oldest = self._clock() - self._window
        return [moment for moment in self._failures.get(key, ()) if moment > oldest]
