"""kill -9 in the middle of writing: what was acknowledged is there, and the cursor is not ahead of the rows."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from local_cache.cache import Cache
from local_cache.outbox import Outbox
from tests.local_cache.writing_until_killed import ROWS_A_PAGE

ROOT = Path(__file__).parents[2]


def promised_before_death(folder: Path, *, after_promises: int, then_seconds: float) -> int:
    """Kills the writer `then_seconds` after its nth promise; the last promise that it made."""
    command = [sys.executable, "-m", "tests.local_cache.writing_until_killed", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        promised = [int(writer.stdout.readline()) for _ in range(after_promises)]
        killer = threading.Timer(then_seconds, os.kill, (writer.pid, signal.SIGKILL))
        killer.start()
        promised += [int(line) for line in writer.stdout if line.endswith("\n")]
        killer.join()
    assert writer.returncode == -signal.SIGKILL
    return promised[-1]


@pytest.mark.parametrize(("after_promises", "then_seconds"), [(1, 0.0), (2, 0.003), (3, 0.011), (5, 0.029), (1, 0.1)])
def test_killed_in_the_middle_of_a_write(tmp_path: Path, after_promises: int, then_seconds: float) -> None:
    promised = promised_before_death(tmp_path, after_promises=after_promises, then_seconds=then_seconds)

    cache, outbox = Cache(tmp_path / "cache.db"), Outbox(tmp_path / "outbox.db")
    assert cache.moved_aside is None
    assert outbox.moved_aside is None
    position = cache.position()
    assert position.cursor is not None
    assert position.cursor >= promised
    with sqlite3.connect(tmp_path / "cache.db") as connection:
        by_head = dict(connection.execute("SELECT version, count(*) FROM messages GROUP BY version"))
    connection.close()
    reached = range(1, position.cursor + 1)
    assert [by_head.pop(head) for head in reached] == [2 * ROWS_A_PAGE for _ in reached]
    half_walked = {position.walk.head: ROWS_A_PAGE} if position.walk else {}
    assert by_head == half_walked
    assert {each.uuid for each in outbox.all()} >= {f"u{number}" for number in range(1, promised + 1)}
    cache.close()
    outbox.close()
