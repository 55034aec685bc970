"""Slows down whoever guesses passwords: a few failed tries per e-mail and address, then a pause."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable

MAX_REMEMBERED = 10_000


class LoginThrottle:
    """Counts tries in a sliding window, in memory: a restart forgives, which a guesser cannot cause.

    `clock` gives seconds and never goes backwards.
    """

    def __init__(self, clock: Callable[[], float], tries: int = 5, window_seconds: float = 60.0) -> None:
        self._clock = clock
        self._tries = tries
        self._window = window_seconds
        self._recent: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def attempt(self, email: str, address: str) -> int | None:
        """Counts a try before it is made, so that simultaneous ones count too.

        None when it may be made, else the seconds to wait.
        """
        now = self._clock()
        key = (email, address)
        recent = [moment for moment in self._recent.get(key, ()) if moment > now - self._window]
        if len(recent) >= self._tries:
            return max(1, math.ceil(recent[0] + self._window - now))
        self._recent[key] = [*recent, now]
        self._recent.move_to_end(key)
        while len(self._recent) > MAX_REMEMBERED:
            self._recent.popitem(last=False)
        return None

    def succeeded(self, email: str, address: str) -> None:
        """Forgets the tries of whoever knew the password after all."""
        self._recent.pop((email, address), None)
