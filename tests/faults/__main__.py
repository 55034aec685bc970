"""`python -m tests.faults`: kills the client and the server again and again, and prints what that cost; see --help."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.faults.judge import play, table
from tests.faults.rounds import KINDS


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50, help="of each kind")
    parser.add_argument("--kind", action="append", choices=list(KINDS), help="only these; repeatable")
    parser.add_argument("--seed", type=int, default=None, help="the same seed kills at the same moments")
    parser.add_argument("--json", action="store_true", help="one object instead of a table")
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        tallies = asyncio.run(play(Path(folder), chosen.kind or list(KINDS), chosen.rounds, seed, _say))
    _say(f"seed {seed}")
    sys.stdout.write(json.dumps([asdict(tally) for tally in tallies]) if chosen.json else table(tallies))
    return 1 if any(tally.findings for tally in tallies) else 0


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
