"""Time as the server sees it: a callable that tests can replace."""

from __future__ import annotations

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Milliseconds since 1970, UTC."""


def system_clock() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000
