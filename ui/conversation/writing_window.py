"""How long one may still write freely on a number with a 24-hour window; afterwards, the way to a template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui.theme.theme import Theme

MINUTE_MS: Final = 60_000
_HOUR: Final = 60


def _say(text: str) -> str:
    return QCoreApplication.translate("WritingWindow", text)


class WritingWindow(QWidget):
    """`changed` tells when it opens or closes by itself; `template_wanted` is the button's. `now` in milliseconds."""

    changed = Signal(bool)
    template_wanted = Signal()

    def __init__(self, theme: Theme, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._now = now
        self._is_limited = False
        self._closes_at_ms: int | None = None
        self._was_open = True
        self.words = QLabel(self)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.button = QPushButton(_say("Send a template"), self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.button)
        self._timer.timeout.connect(self.look)
        self.button.clicked.connect(self.template_wanted)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether a text may be written now."""
        return not self._is_limited or (self._closes_at_ms is not None and self._closes_at_ms > self._now())

    def show_window(self, *, limited: bool, closes_at_ms: int | None) -> None:
        """Without `limited` one may always write; with it until `closes_at_ms`, never where that is None."""
        self._is_limited, self._closes_at_ms = limited, closes_at_ms
        self.look()

    def look(self) -> None:
        """Compare with the time now; also called by the timer, each minute."""
        self._timer.stop()
        left = (self._closes_at_ms or 0) - self._now()
        self.setVisible(self._is_limited)
        self.button.setVisible(not self.is_open)
        self.words.setText(_left(left) if self.is_open else _closed(self._closes_at_ms is None))
        if self._is_limited and self.is_open:
            self._timer.start(max(1, min(left, left % MINUTE_MS + 1)))
        if self.is_open != self._was_open:
            self._was_open = self.is_open
            self.changed.emit(self._was_open)
        self._dress()

    def _dress(self) -> None:
        colors = self._theme.colors
        self.words.setFont(self._theme.fonts.time)
        self.words.setStyleSheet(f"color: {colors.muted.name()};")


def _left(milliseconds: int) -> str:
    minutes = max(1, -(-milliseconds // MINUTE_MS))
    if minutes < _HOUR:
        return _say("You can write freely for {minutes} more min").format(minutes=minutes)
    hours, minutes = divmod(minutes, _HOUR)
    return _say("You can write freely for {hours} h {minutes} min more").format(hours=hours, minutes=minutes)


def _closed(never_wrote: bool) -> str:
    if never_wrote:
        return _say("This customer has not written yet: only an approved template reaches them.")
    return _say("24 hours have passed since the customer's last message: only an approved template reaches them.")
