"""Plays rounds: somebody is killed, everything heals, and what is left is compared with what was promised."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.healing import Healer
from tests.faults.rounds import KINDS
from tests.faults.stage import Stage, set_up
from tests.faults.verdict import Finding, judge

ROUNDS_A_STAGE = 50
"""Then a new one is built: each round looks at everything that its stage has gathered."""


@dataclass
class Tally:
    """What the rounds of one kind came to; `on_time` counts the deaths at the moment that was ordered."""

    kind: str
    rounds: int = 0
    on_time: int = 0
    acknowledged: int = 0
    typed: int = 0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)

    def count(self, kind: str) -> int:
        return sum(finding.kind == kind for finding in self.findings)


async def play(folder: Path, kinds: Sequence[str], rounds: int, seed: int, say: Callable[[str], None]) -> list[Tally]:
    """So many rounds of each kind, on stages below `folder`; `say` hears of each finding as it is made."""
    tallies = [Tally(kind) for kind in kinds]
    todo = [tally for tally in tallies for _ in range(rounds)]
    rng = random.Random(seed)
    for place in range(0, len(todo), ROUNDS_A_STAGE):
        home = folder / f"stage-{place}"
        home.mkdir()
        async with set_up(home, rng) as stage:
            healer = Healer(stage)
            known: set[Finding] = set()
            for tally in [Tally("before any fault"), *todo[place : place + ROUNDS_A_STAGE]]:
                found = [finding for finding in await _round(stage, healer, tally) if finding not in known]
                for finding in found:
                    say(f"{tally.kind}, round {tally.rounds}: {finding.kind}: {finding.words}")
                if found and tally.kind not in KINDS:
                    raise AssertionError("the stage itself is not sound")
                known.update(found)
                tally.findings += found
    return tallies


async def _round(stage: Stage, healer: Healer, tally: Tally) -> list[Finding]:
    """All that is wrong on the stage after it, found before or not."""
    journal = stage.journal
    acknowledged, typed, began = journal.acknowledged, sum(1 for _ in journal.kept()), time.monotonic()
    if tally.kind in KINDS:
        tally.on_time += await KINDS[tally.kind](stage, healer)
    found = await healer.heal()
    if not any(finding.kind == "stuck" for finding in found):
        found += await judge(stage)
        stage.heard_since = stage.head if stage.heard_since is None else stage.heard_since
    tally.rounds += 1
    tally.acknowledged += journal.acknowledged - acknowledged
    tally.typed += sum(1 for _ in journal.kept()) - typed
    tally.seconds += time.monotonic() - began
    return found


def table(tallies: Sequence[Tally]) -> str:
    """As people read it."""
    columns = ("lost", "doubled", "different", "stuck", "broken")
    head = ("kind", "rounds", "on time", "acknowledged", "typed", *columns, "seconds")
    rows = [
        (
            tally.kind.replace("_", " "),
            tally.rounds,
            tally.on_time,
            tally.acknowledged,
            tally.typed,
            *(tally.count(kind) for kind in columns),
            f"{tally.seconds:.0f}",
        )
        for tally in tallies
    ]
    widths = [max(len(str(row[place])) for row in (head, *rows)) for place in range(len(head))]
    lines = [
        "  ".join(
            str(cell).ljust(width) if place == 0 else str(cell).rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in (head, *rows)
    ]
    return "\n".join(lines) + "\n"
