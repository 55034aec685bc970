"""How fast one may send through the Cloud API: so many a second from a number, and one in six seconds to a person."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from typing import Final

PER_SECOND: Final = 80
PAIR_SECONDS: Final = 6.0
PAIR_BURST: Final = 45


class Limits:
    """`clock` in seconds. A person may get a burst at once, which is then borrowed from what comes."""

    def __init__(self, clock: Callable[[], float], per_second: int = PER_SECOND) -> None:
        self._clock = clock
        self._per_second = per_second
        self._sent: dict[Hashable, deque[float]] = {}
        self._pairs: dict[Hashable, tuple[float, float]] = {}

    def refusal(self, number: Hashable, person: Hashable) -> int | None:
        """The code of the limit that a message would break, else it counts."""
        now = self._clock()
        sent = self._sent.setdefault(number, deque())
        while sent and sent[0] <= now - 1:
            sent.popleft()
        if len(sent) >= self._per_second:
            return 130429
        left, since = self._pairs.get((number, person), (float(PAIR_BURST), now))
        left = min(PAIR_BURST, left + (now - since) / PAIR_SECONDS)
        if left < 1:
            return 131056
        self._pairs[number, person] = (left - 1, now)
        sent.append(now)
        return None
