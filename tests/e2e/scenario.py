"""Marks a test as a scenario: what it plays on is set up before it and cleared after it, in one go."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any


def scenario(play: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """For `async def test_…(stage: Stage, …)`: whatever fixture is an asynchronous context, the test gets it entered.

    Async fixtures could not do it: between fixture and test pytest-qt turns Qt's loop while asyncio's does not run,
    and whatever works in the background would fail then.
    """

    @functools.wraps(play)
    async def test(**fixtures: Any) -> None:
        async with AsyncExitStack() as stack:
            for name, value in fixtures.items():
                if isinstance(value, AbstractAsyncContextManager):
                    fixtures[name] = await stack.enter_async_context(value)
            await play(**fixtures)

    return test
