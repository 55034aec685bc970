"""Tells the time to lists, and when the date changes, so that "10:42 AM" becomes "Yesterday" at midnight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ui.words.times import milliseconds_to_midnight

LONGEST_WAIT_MS: Final = 15 * 60 * 1000
"""Timers stand still while a laptop sleeps: looking this often catches up soon after it wakes."""


class DayClock(QObject):
    """`now()` in milliseconds since 1970, and `day_changed` after each local midnight."""

    day_changed = Signal()

    def __init__(self, now: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now = now
        self._midnight = self._next_midnight()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.look)
        self._wait()

    def look(self) -> None:
        """Compare the date now; also called by the timer."""
        if self.now() >= self._midnight:
            self._midnight = self._next_midnight()
            self.day_changed.emit()
        self._wait()

    def _next_midnight(self) -> int:
        now = self.now()
        return now + milliseconds_to_midnight(now)

    def _wait(self) -> None:
        self._timer.start(min(max(self._midnight - self.now(), 1), LONGEST_WAIT_MS))
