"""The wall clock, where the desktop reads it."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def minute_of_day() -> int:
    """Minutes since the local midnight."""
    now = time.localtime()
    return now.tm_hour * 60 + now.tm_min
