"""Writes: one after the other, each whole or not at all, and never in a reader's way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.database import Database, StorageError
from local_cache.tables import SCHEMA_VERSION, schema
from local_cache.writer import Writer
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import contact, conversation, event, message, page
from tests.local_cache.writes import done


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "cache.db", schema, version=1, synchronous="NORMAL", other_version="rebuild")


def insert(connection: Connection, epoch: str) -> None:
    connection.execute(text("INSERT INTO position (epoch) VALUES (:epoch)"), {"epoch": epoch})


def written(database: Database) -> list[str]:
    connection = database.reader()
    found = [epoch for (epoch,) in connection.execute("SELECT epoch FROM position ORDER BY only")]
    connection.close()
    return found


def test_what_fails_leaves_nothing_and_the_next_write_works(database: Database) -> None:
    writer = Writer(database.engine, "test-writer")

    def fails(connection: Connection) -> None:
        insert(connection, "half")
        raise LookupError("a bug")

    failed = writer.submit(fails)
    refused = writer.submit(lambda connection: connection.execute(text("INSERT INTO nowhere VALUES (1)")))
    done(writer.submit(lambda connection: insert(connection, "whole")))
    assert isinstance(failed.exception(), LookupError)
    assert isinstance(refused.exception(), StorageError)
    assert written(database) == ["whole"]
    writer.close()


def test_close_writes_what_is_waiting(database: Database) -> None:
    writer = Writer(database.engine, "test-writer")
    gate = threading.Event()
    writer.submit(lambda _: gate.wait(20))
    waiting = [writer.submit(lambda connection, n=n: insert(connection, str(n))) for n in range(5)]  # type: ignore[misc]  # mypy cannot infer a default
    assert not any(future.cancel() for future in waiting)
    gate.set()
    writer.close()
    writer.close()
    assert written(database) == ["0", "1", "2", "3", "4"]


def test_listeners_hear_of_a_write_when_it_can_be_read(cache: Cache, fill: Fill) -> None:
    heard: list[tuple[frozenset[str], list[str]]] = []

    def listen(changed: Changed) -> None:
        heard.append((changed.conversations, [each.id for each in cache.messages("c")]))

    stop = cache.subscribe(listen)
    fill(conversations=[conversation("c")], messages=[message("m", "c")])
    done(cache.apply_event(event(2)))
    stop()
    done(cache.apply_event(event(3, contacts=[contact("of-c", "new name", version=3)])))
    assert heard == [(frozenset({"c"}), ["m"])]


def test_failing_listener_disturbs_neither_the_write_nor_the_others(
    cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Changed] = []

    def broken(_: Changed) -> None:
        raise ZeroDivisionError

    cache.subscribe(broken)
    cache.subscribe(heard.append)
    assert done(cache.reset("e")).reset
    assert len(heard) == 1
    assert "ZeroDivisionError" in caplog.text


def test_reads_answer_with_the_last_commit_while_a_write_is_under_way(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    cache = Cache(path)
    done(cache.apply_page(page(head=1, contacts=[contact("k")]), walk="snapshot", since=0, asked_cursor=None))
    database = Database(path, schema, version=SCHEMA_VERSION, synchronous="NORMAL", other_version="rebuild")
    writer = Writer(database.engine, "other-writer")
    inside, gate = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.execute(text("DELETE FROM position"))
        inside.set()
        gate.wait(20)

    under_way = writer.submit(slow)
    assert inside.wait(20)
    assert cache.position().cursor == 1
    assert not under_way.done()
    gate.set()
    done(under_way)
    assert cache.position().cursor is None
    writer.close()
    cache.close()


def test_threads_read_and_write_at_once(cache: Cache, fill: Fill) -> None:
    fill(conversations=[conversation("c")], messages=[message("m0", "c")])
    stop = threading.Event()

    def read() -> bool:
        """Rows and cursor are one commit: whatever is seen of a message was there with its cursor."""
        seen = 0
        while not stop.is_set():
            cursor = cache.position().cursor or 0
            count = len(cache.messages("c", limit=500))
            if count < max(cursor, seen):
                return False
            seen = count
        return True

    readers = [cache.submit_read(read) for _ in range(2)]
    writes = [
        cache.apply_event(event(seq, messages=[message(f"m{seq}", "c", minutes=seq, version=seq)]))
        for seq in range(2, 150)
    ]
    for write in writes:
        done(write)
    stop.set()
    assert all(done(reader) for reader in readers)
    assert cache.position().cursor == 149
