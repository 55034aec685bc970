"""The whole sync while everything goes wrong: the steps are in `tests.sync.play`, the judge is `tests.sync.truth`.

`SYNC_RUNS` and `SYNC_STEPS` choose how long; `make test-sync-long` plays 20,000 × 100.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

RUNS = int(os.environ.get("SYNC_RUNS", "1000"))
STEPS = int(os.environ.get("SYNC_STEPS", "60"))
WORKERS = os.cpu_count() or 1


@pytest.mark.timeout(max(900, RUNS * STEPS // 20))
def test_whatever_happens_everybody_ends_with_the_truth() -> None:
    """In processes of their own: what they leave to the garbage collector is nobody else's."""
    shares = [RUNS // WORKERS + (place < RUNS % WORKERS) for place in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(_play, shares, range(1, WORKERS + 1)))
    broken = [answer.stdout + answer.stderr for answer in answers if answer.returncode]
    assert not broken, "\n".join(broken)


def _play(runs: int, seed: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.sync.run"]
    options = {"--runs": runs, "--steps": STEPS, "--seed": seed}
    return subprocess.run(
        [*command, *(str(part) for option in options.items() for part in option)],
        capture_output=True,
        text=True,
        check=False,
    )
