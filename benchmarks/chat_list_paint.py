"""The chat list's goals: a row coming to the top is painted as fast in 100,000 rows as in 2,000; scrolling is smooth.

`python -m benchmarks.chat_list_paint` prints each figure beside its goal and exits 1 when one is missed.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from ui.chat_list.rows import ChatRow
from ui.chat_list.view import ChatListView
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

SMALL, LARGE = 2_000, 100_000
ROUNDS = 60
BURST = 100
SCROLL_STEPS = 300
START_MS = 1_760_000_000_000


def main() -> int:
    """Measure, print, and say whether every goal was met."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv)
    lists = {count: _List(Theme(app, mode="light"), Icons(), count) for count in (SMALL, LARGE)}
    single: dict[int, list[float]] = {count: [] for count in lists}
    burst: dict[int, list[float]] = {count: [] for count in lists}
    whole: dict[int, list[float]] = {count: [] for count in lists}
    for _ in range(ROUNDS):  # interleaved: a noisy machine disturbs all alike
        for count, shown in lists.items():
            single[count].append(_timed(partial(shown.to_top, 1)))
            burst[count].append(_timed(partial(shown.to_top, BURST)))
            whole[count].append(_timed(shown.paint_anew))
    frames = [_timed(partial(lists[LARGE].scroll, step)) for step in range(SCROLL_STEPS)]
    for shown in lists.values():
        shown.close()

    middle = {count: statistics.median(times) for count, times in single.items()}
    _say(f"row to top, painted: {middle[SMALL]:.2f} ms at {SMALL:,}, {middle[LARGE]:.2f} ms at {LARGE:,} rows")
    met = [_compare(f"row to top, {LARGE:,} / {SMALL:,} rows", middle[LARGE] / middle[SMALL], 2.0)]
    for count in lists:
        # Not against one row: that draws a single picture, while a burst changes every row in sight.
        ratio = statistics.median(burst[count]) / statistics.median(whole[count])
        met.append(_compare(f"burst of {BURST} / painting every row in sight anew, {count:,} rows", ratio, 2.0))
    met.append(_compare(f"scroll frame p99, ms, {LARGE:,} rows", statistics.quantiles(frames, n=100)[98], 8.0))
    return 0 if all(met) else 1


class _List:
    """A list of `count` chats on the screen, and ways to disturb it."""

    def __init__(self, theme: Theme, icons: Icons, count: int) -> None:
        self._count = count
        self._theme = theme
        self._newest = START_MS + count
        self._rows = [_row(number) for number in range(count)]
        self._view = ChatListView(theme, icons, DayClock(lambda: START_MS + 3_600_000))
        self._view.resize(344, 800)
        self._view.show_rows(self._rows, more=False)
        self._view.show()
        QCoreApplication.processEvents()

    def to_top(self, count: int) -> None:
        """Bring rows from all over the list to its top, as one update, and paint."""
        changed = []
        for _ in range(count):
            self._newest += 1
            number = self._newest * 7919 % self._count
            row = self._rows[number]
            changed.append(replace(row, sort_key=(self._newest, row.conversation_id), time_ms=self._newest))
        self._view.upsert(changed)
        self._view.viewport().repaint()

    def paint_anew(self) -> None:
        """Paint as after a change of theme: nothing kept can be used."""
        self._theme.changed.emit()
        self._view.viewport().repaint()

    def scroll(self, step: int) -> None:
        """Scroll by a bit less than a row, and paint."""
        self._view.verticalScrollBar().setValue(step * 61)
        self._view.viewport().repaint()

    def close(self) -> None:
        """Take it off the screen."""
        self._view.close()


def _row(number: int) -> ChatRow:
    return ChatRow(
        conversation_id=f"c{number}",
        sort_key=(START_MS + number, f"c{number}"),
        title=f"Pelanggan nomor {number}",
        has_name=True,
        is_group=number % 10 == 0,
        members=number % 90 + 2 if number % 10 == 0 else None,
        avatar_seed=f"c{number}",
        session_id="s1",
        provider_type="webjs" if number % 2 else "meta",
        number_tail="7890",
        last_message_id=f"m{number}",
        preview_text=f"Pesanan nomor {number} sudah dikirim, mohon ditunggu ya 🙏",
        preview_sender="Budi" if number % 10 == 0 else None,
        preview_status="read" if number % 3 == 0 else None,
        time_ms=START_MS + number,
        unread=number % 7,
    )


def _timed(work: Callable[[], None]) -> float:
    """Milliseconds of processor time that `work` took: what else runs on the machine does not count."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")


def _compare(what: str, measured: float, goal: float) -> bool:
    met = measured <= goal
    _say(f"{what}: {measured:.2f} (goal: at most {goal:g}) {'met' if met else 'MISSED'}")
    return met


if __name__ == "__main__":
    sys.exit(main())
