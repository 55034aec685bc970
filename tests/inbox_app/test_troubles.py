"""What goes wrong unseen is in the log and told to the person, once, in words."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from inbox_app.tasks import Tasks
from inbox_app.troubles import Troubles
from local_cache.database import StorageError
from local_cache.outbox import Outbox
from resources.catalog import english


class Person:
    """Whoever sits in front of it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.troubles = Troubles(self.told.append, english().say)


async def test_a_task_that_fails_is_logged_with_its_trace_and_told_once(caplog: pytest.LogCaptureFixture) -> None:
    person = Person()
    tasks = Tasks(person.troubles.failed)

    async def fail() -> None:
        raise ValueError("a bug")

    for _ in range(2):
        await asyncio.wait([tasks.spawn(fail(), "counting sheep")])
    await tasks.close()
    assert len(person.told) == 1
    assert "goes on" in person.told[0]
    records = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.getMessage() for record in records] == ["counting sheep failed"] * 2
    assert all(record.exc_info for record in records)
    assert len(person.troubles.failures) == 2


async def test_a_task_that_is_cancelled_is_no_failure() -> None:
    person = Person()
    tasks = Tasks(person.troubles.failed)
    tasks.spawn(asyncio.Event().wait(), "waiting")
    await tasks.close()
    assert person.told == []


def test_a_disk_that_refuses_is_told_in_its_words() -> None:
    person = Person()
    person.troubles.failed("keeping a draft", StorageError("database or disk is full"))
    assert "database or disk is full" in person.told[0]


def test_what_a_callback_of_the_loop_raises_is_told() -> None:
    person = Person()

    async def scenario() -> None:
        asyncio.get_running_loop().set_exception_handler(person.troubles.loop_failed)
        asyncio.get_running_loop().call_soon(lambda: 1 // 0)
        await asyncio.sleep(0)

    asyncio.run(scenario())
    assert len(person.told) == 1
    assert "ZeroDivisionError" in person.troubles.failures[0]


def test_what_nobody_asked_for_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A library's future at the end of a session is nothing to bother a person with."""
    person = Person()
    person.troubles.loop_failed(None, {"message": "Future exception was never retrieved", "exception": OSError("gone")})
    assert person.told == []
    assert "never retrieved" in caplog.text


def test_a_damaged_outbox_is_told_with_the_place_where_it_is_kept(tmp_path: Path) -> None:
    person = Person()
    file = tmp_path / "outbox.db"
    file.write_bytes(b"not a database, but long enough to be looked at closely" * 100)
    outbox = Outbox(file)
    outbox.close()
    assert outbox.moved_aside is not None
    person.troubles.outbox_was_damaged(outbox.moved_aside)
    assert str(outbox.moved_aside) in person.told[0]
    assert outbox.moved_aside.read_bytes().startswith(b"not a database")
