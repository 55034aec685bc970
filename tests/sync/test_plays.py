"""The whole sync while everything goes wrong: the steps are in `tests.sync.play`, the judge is `tests.sync.truth`."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

import pytest

RUNS: Final = 1000
STEPS: Final = 60


@pytest.mark.timeout(1500)
def test_whatever_happens_everybody_ends_with_the_truth() -> None:
    """In processes of their own: what they leave to the garbage collector is nobody else's."""
    command = [sys.executable, "-m", "tests.sync.run", "--runs", str(RUNS)]
    played = subprocess.run(command, capture_output=True, text=True, check=False)
    said = played.stdout + played.stderr
    assert played.returncode == 0, said
    assert sum(int(steps) for steps in re.findall(r"runs, (\d+) steps", said)) >= RUNS * STEPS, said
