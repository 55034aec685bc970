"""Plays: hypothesis makes them, and shortens one that breaks a promise. `python -m tests.sync.run --runs 1000`."""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import structlog
from hypothesis import HealthCheck, Phase, given, note, seed, settings

from tests.sync.play import Play, Step, plays
from tests.sync.world import Workshop, World, workshop

SHARE: Final = 500
"""Plays of one process: hypothesis remembers all that it made."""
STEPS_FOR_60: Final = 85
"""Some of the steps that are drawn find nothing to do, such as a backup to restore, and do not count."""


@dataclass(frozen=True)
class Result:
    """`broken` is the promise that did not hold, null when all did."""

    runs: int
    steps: int
    seconds: float
    broken: str | None

    def summary(self) -> str:
        speed = self.steps / self.seconds
        return f"{self.runs} runs, {self.steps} steps in {self.seconds:.1f} s ({speed:.0f} steps a second)"


def play(own: Workshop, steps: list[Step | None]) -> int:
    """One life of the world, from two clients that begin to the check after everything healed; the steps done."""
    world = World(own)
    try:
        world.pass_time(2.0)
        acting = Play(world)
        for step in steps:
            if step is not None:
                acting.do(step)
        note("  … and everything heals")
        world.heal()
        world.check_truth()
        return acting.done
    finally:
        world.close()


def run(
    runs: int,
    steps: int,
    number: int,
    *,
    shrink: bool,
    tell: Callable[[str], None],
    without: frozenset[str] = frozenset(),
) -> Result:
    """Plays from a seed until a promise breaks; the shortest play that breaks it is told."""
    _quiet()
    done = [0, 0]
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)

    @seed(number)
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=phases,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(plays(steps, without))
    def all_hold(acts: list[Step | None]) -> None:
        done[0] += 1
        done[1] += play(own, acts)

    began = time.process_time()
    broken = None
    with workshop() as own:
        try:
            all_hold()
        except Exception as error:
            broken = f"{type(error).__name__}: {error}".splitlines()[0]
            notes = [each for each in getattr(error, "__notes__", []) if "acts=" not in each]
            error.__notes__ = []
            tell("".join(traceback.format_exception(error, chain=False)) + "\n".join(notes))
    return Result(done[0], done[1], time.process_time() - began, broken)


def _quiet() -> None:
    """What dies on purpose complains on its way."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.simplefilter("ignore", ResourceWarning)


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def in_processes(runs: int, steps: int, number: int, workers: int, tell: Callable[[str], None]) -> int:
    """Shares the plays out, so that many processors help and no process grows; the exit status."""
    shares = [min(SHARE, runs - begun) for begun in range(0, runs, SHARE)]

    def one(place: int) -> int:
        options = {"--runs": shares[place], "--steps": steps, "--seed": number + place}
        command = [sys.executable, "-m", "tests.sync.run", *(str(part) for each in options.items() for part in each)]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
        tell((answer.stdout + answer.stderr).strip())
        return answer.returncode

    with ThreadPoolExecutor(workers) as pool:
        return max(pool.map(one, range(len(shares))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=STEPS_FOR_60, help="drawn for each play")
    parser.add_argument("--seed", type=int, default=1, help="the first one; each share of the plays has its own")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-shrinking", action="store_true")
    parser.add_argument("--without", nargs="*", default=(), metavar="VERB", help="steps that shall not happen")
    asked = parser.parse_args()
    if asked.runs > SHARE:
        return in_processes(asked.runs, asked.steps, asked.seed, asked.workers, _tell)
    result = run(
        asked.runs, asked.steps, asked.seed, shrink=not asked.no_shrinking, tell=_tell, without=frozenset(asked.without)
    )
    _tell(f"{result.summary()}, seed {asked.seed}: {result.broken or 'all promises held'}")
    return int(result.broken is not None)


if __name__ == "__main__":
    sys.exit(main())
