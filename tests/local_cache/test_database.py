"""Files that cannot be used as they are: damaged, of another version, not to be opened."""

from __future__ import annotations

import logging
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from local_cache.cache import Cache
from local_cache.database import StorageError
from local_cache.outbox import Outbox
from local_cache.outgoing import Act, ActKind, OutgoingMessage
from tests.local_cache.rows import page, session
from tests.local_cache.writes import done


def fill(path: Path) -> None:
    cache = Cache(path)
    done(cache.apply_page(page(head=1, sessions=[session()]), walk="snapshot", since=0, asked_cursor=None))
    cache.close()


def held(path: Path) -> int:
    cache = Cache(path)
    found = len(cache.sessions())
    cache.close()
    return found


@pytest.mark.parametrize("damage", ["not a database", "overwritten", "cut"])
def test_damaged_cache_is_moved_aside_and_made_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache.db"
    fill(path)
    sound = path.read_bytes()
    broken = {
        "not a database": b"something else entirely " * 400,
        "overwritten": sound[:100] + b"\xff" * (len(sound) - 100),
        "cut": sound[: len(sound) // 2 + 123],
    }[damage]
    path.write_bytes(broken)

    with caplog.at_level(logging.ERROR):
        cache = Cache(path)
    assert cache.moved_aside is not None
    assert cache.moved_aside.read_bytes() == broken
    assert str(cache.moved_aside) in caplog.text
    assert cache.sessions() == []
    cache.close()
    fill(path)
    assert held(path) == 1


def test_second_damaged_file_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    asides = []
    for content in (b"first " * 500, b"second " * 500):
        path.write_bytes(content)
        outbox = Outbox(path)
        asides.append(outbox.moved_aside)
        outbox.close()
    assert [aside.read_bytes()[:5] for aside in asides if aside] == [b"first", b"secon"]


def test_cache_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path)
    assert held(path) == 1
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert held(path) == 0


def test_outbox_of_a_newer_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    outbox = Outbox(path)
    done(outbox.add(OutgoingMessage("u", "c", "unsent", 1)))
    outbox.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageError, match="another version"):
        Outbox(path)
    assert connection.execute("SELECT body FROM outgoing").fetchall() == [("unsent",)]
    connection.close()


def test_place_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    with pytest.raises(StorageError, match="cannot be opened"):
        Cache(tmp_path / "a folder")


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "profile" / "cache.db"
    cache = Cache(path)
    done(cache.reset())
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert modes == {"cache.db": 0o600, "cache.db-wal": 0o600, "cache.db-shm": 0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    cache.close()


def test_closed_cache_says_so(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.db")
    cache.close()
    cache.close()
    with pytest.raises(StorageError, match="closed"):
        cache.sessions()
    with pytest.raises(StorageError, match="closed"):
        cache.reset()
    with pytest.raises(StorageError, match="closed"):
        cache.submit_read(cache.sessions)


def test_outbox_of_the_first_version_keeps_what_was_typed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    with sqlite3.connect(path) as first:
        first.executescript(
            """
            CREATE TABLE outgoing (place INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, uuid TEXT NOT NULL UNIQUE,
              conversation_id TEXT NOT NULL, body TEXT NOT NULL, reply_to TEXT, created_at_ms INTEGER NOT NULL,
              state TEXT NOT NULL, reason TEXT, tried_in_epoch TEXT);
            CREATE INDEX outgoing_of_conversation ON outgoing (conversation_id, place);
            CREATE TABLE drafts (conversation_id TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL);
            CREATE TABLE reads (conversation_id TEXT NOT NULL PRIMARY KEY, message_id TEXT NOT NULL);
            INSERT INTO outgoing (uuid, conversation_id, body, created_at_ms, state)
              VALUES ('u', 'c', 'unsent', 1, 'queued');
            INSERT INTO drafts VALUES ('c', 'half');
            PRAGMA user_version = 1;
            """
        )
    first.close()
    for _ in range(2):
        outbox = Outbox(path)
        assert outbox.moved_aside is None
        assert [message.uuid for message in outbox.all()] == ["u"]
        assert outbox.draft("c") == "half"
        done(outbox.add_act(Act("m", ActKind.DISCARD, "c")))
        assert outbox.acts() == [Act("m", ActKind.DISCARD, "c")]
        outbox.close()
