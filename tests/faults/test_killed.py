"""kill -9 of real processes at chosen moments: what was promised is there, once, and both sides agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ROUNDS = 3


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled_whoever_is_killed_whenever() -> None:
    """A few rounds of each kind under one seed; `make test-kill` plays many, under a new one."""
    command = [sys.executable, "-m", "tests.faults", "--rounds", str(ROUNDS), "--seed", "3", "--json"]
    judged = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert judged.stdout, judged.stderr
    tallies: list[dict[str, Any]] = json.loads(judged.stdout)
    assert [tally["findings"] for tally in tallies] == [[]] * len(tallies), judged.stderr
    assert all(tally["rounds"] == ROUNDS for tally in tallies)
    assert sum(tally["typed"] for tally in tallies) > ROUNDS * len(tallies)
    assert sum(tally["on_time"] for tally in tallies) > ROUNDS * len(tallies) // 2
