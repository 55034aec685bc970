"""Runs the state machine: `python -m tests.sync.run --runs 1000 --steps 60`; prints how fast, and what broke."""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback
import warnings

import structlog
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.machine import SyncMachine
from tests.sync.world import workshop


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-shrinking", action="store_true")
    asked = parser.parse_args()
    return run(asked.runs, asked.steps, asked.seed, shrink=not asked.no_shrinking)


def run(runs: int, steps: int, number: int, *, shrink: bool = True) -> int:
    """1 when a promise was broken; the shortest steps that break it are printed."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    warnings.simplefilter("ignore", ResourceWarning)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    how = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=phases,
        print_blob=False,
        verbosity=Verbosity.normal,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    began = time.perf_counter()
    with workshop() as own:
        machine = type("SyncMachine", (SyncMachine,), {"workshop": own, "steps_done": 0})
        try:
            run_state_machine_as_test(seed(number)(machine), settings=how)
            broken = False
        except Exception:
            traceback.print_exc()
            broken = True
    seconds = time.perf_counter() - began
    done = machine.steps_done
    print(f"{done} steps in {seconds:.1f} s ({done / seconds:.0f} a second), seed {number}", flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
