"""How long a conversation takes to open, to show a new message and to scroll, at 500 and at 50,000 messages.

`python -m benchmarks.conversation_paint`; processor time from the call to the end of the paint, in ms.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from typing import Final

from PySide6.QtWidgets import QApplication

from tests.ui.conversation import examples
from ui.conversation.pane import ConversationPane
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

FRAME_MS: Final = 16.0
APPEND_GOAL_MS: Final = 4.0


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", type=int, nargs="+", default=[500, 50_000])
    arguments.add_argument("--rounds", type=int, default=200)
    chosen = arguments.parse_args()
    app = QApplication([])
    theme, icons = Theme(app, mode="light"), Icons()
    clock = DayClock(lambda: examples.NOW)
    pane = ConversationPane(theme, icons, AvatarPainter(theme, icons), clock)
    pane.resize(900, 800)
    pane.show_conversation(examples.header())
    pane.show()
    app.processEvents()
    for size in chosen.sizes:
        measure(pane, size, chosen.rounds)
    pane.close()


def measure(pane: ConversationPane, size: int, rounds: int) -> None:
    """One conversation of `size` messages."""
    rows = examples.chatter(size)
    say(f"{size:,} messages")
    opened = [
        timed(pane, lambda: pane.show_messages(rows, more_above=False, first_unread_key=rows[size // 2].key))
        for _ in range(3)
    ]
    report("open → painted", opened)
    pane.view.follow()
    arriving = iter(examples.chatter(rounds, seed=3, first=size))
    report("nothing → painted (the floor)", floor := [timed(pane, lambda: None) for _ in range(rounds)])
    appended = [timed(pane, lambda: pane.upsert_messages([next(arriving)])) for _ in range(rounds)]
    report("append at the end → painted", appended)
    over = median(appended) - median(floor)
    say(f"  {'append alone, over the floor':36} p50 {over:7.2f}{verdict(over, APPEND_GOAL_MS)}")
    bar = pane.view.verticalScrollBar()
    scrolled = [timed(pane, lambda: bar.setValue(bar.value() - 120)) for _ in range(rounds)]
    report("scroll by a notch → painted", scrolled, goal=FRAME_MS)
    jumps = [timed(pane, partial(bar.setValue, bar.maximum() * place // 37)) for place in range(1, 37)]
    report("scroll bar dragged far → painted", jumps, goal=FRAME_MS)
    older = examples.chatter(50, seed=4, first=-50)
    report("50 older messages → painted", [timed(pane, lambda: pane.prepend_messages(older, False))])


def timed(pane: ConversationPane, action: Callable[[], object]) -> float:
    """Milliseconds until the action is on the screen."""
    started = time.process_time()
    action()
    pane.view.viewport().repaint()
    return (time.process_time() - started) * 1000


def report(what: str, taken: list[float], goal: float | None = None) -> None:
    p99 = quantiles(taken, n=100)[98] if len(taken) > 1 else taken[0]
    say(f"  {what:36} p50 {median(taken):7.2f}   p99 {p99:7.2f}{verdict(p99, goal)}")


def verdict(found: float, goal: float | None) -> str:
    return "" if goal is None else f"   goal ≤ {goal:g}: {'met' if found <= goal else 'MISSED'}"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
