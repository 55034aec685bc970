"""Fails a test that leaves an asyncio task behind, or whose failure asyncio could only log."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator

import pytest

GRACE_S = 1.0  # a cancelled task may still be cleaning up


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the task guard before every fixture of every async test, so that it is torn down after them."""
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("asyncio"):
            item.fixturenames.insert(0, no_stray_tasks.__name__)


@pytest.fixture
async def no_stray_tasks(no_stray_threads: None) -> AsyncIterator[None]:
    """Set up after the thread guard: closing the loop, which follows this, ends its executor's threads."""
    yield
    strays = asyncio.all_tasks() - {asyncio.current_task()}
    if not strays:
        return
    _, pending = await asyncio.wait(strays, timeout=GRACE_S)
    if pending:
        names = sorted(f"{task.get_name()} ({task.get_coro()})" for task in pending)
        pytest.fail(f"asyncio tasks left running: {', '.join(names)}", pytrace=False)


@pytest.fixture(autouse=True)
def no_logged_asyncio_errors() -> Iterator[None]:
    """A task destroyed while pending, an exception nobody retrieved: asyncio logs them and goes on."""
    handler = _Records(logging.ERROR)
    logger = logging.getLogger("asyncio")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)
    if handler.messages:
        pytest.fail("asyncio logged: " + "; ".join(handler.messages), pytrace=False)


class _Records(logging.Handler):
    def __init__(self, level: int) -> None:
        super().__init__(level)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
