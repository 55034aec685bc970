"""Waits for what a person would wait for: looks again and again, with a deadline, and never sleeps for good luck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 0.01


async def until(
    condition: Callable[[], object], what: str, *, seconds: float = PATIENCE_SECONDS, seen: Callable[[], object] = str
) -> None:
    """Returns once it holds; else fails, saying `what` did not happen and what was `seen` instead."""
    loop = asyncio.get_running_loop()
    patience_ends = loop.time() + seconds
    while not condition():
        if loop.time() > patience_ends:
            pytest.fail(f"not within {seconds:g} s: {what}; seen: {seen()!r}", pytrace=False)
        await asyncio.sleep(LOOK_SECONDS)


async def becomes(look: Callable[[], object], expected: object, *, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns once `look()` shows exactly this."""
    await until(lambda: look() == expected, f"{expected!r}", seconds=seconds, seen=look)
