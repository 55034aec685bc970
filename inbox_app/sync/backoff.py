"""Decides how long to wait before the next attempt: longer each time, and spread so that clients do not come as one."""

from __future__ import annotations

from collections.abc import Callable

_MOST_DOUBLINGS = 30


class Backoff:
    """Full jitter: each delay is drawn evenly between nothing and a ceiling that doubles from `base` up to `cap`.

    `base` and `cap` are seconds; `random` gives numbers from 0 up to 1.
    """

    def __init__(self, base: float, cap: float, random: Callable[[], float]) -> None:
        if not 0 < base <= cap:
            raise ValueError("base must be positive and not above cap")
        self._base = base
        self._cap = cap
        self._random = random
        self._failures = 0

    def next_delay(self, at_least: float = 0.0) -> float:
        """Seconds to wait now; counts a failure."""
        ceiling = min(self._cap, self._base * 2.0 ** min(self._failures, _MOST_DOUBLINGS))
        self._failures += 1
        return max(at_least, self._random() * ceiling)

    def reset(self) -> None:
        """An attempt succeeded: the next failure starts from `base` again."""
        self._failures = 0
