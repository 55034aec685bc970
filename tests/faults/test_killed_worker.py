"""kill -9 of the worker while it imports: what was queued is stored, once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROUNDS = 6


@pytest.mark.timeout(300)
def test_nothing_of_an_import_is_lost_or_doubled() -> None:
    """A few rounds; `make test-kill` plays many."""
    command = [sys.executable, "-m", "tests.faults.imports", "--rounds", str(ROUNDS), "--seed", "3"]
    judged = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr
    said = re.search(r"(\d+) deaths", judged.stdout)
    assert said is not None, judged.stdout
    assert int(said.group(1)) >= ROUNDS // 2, "too few died to show anything"
