"""The calm strip across the window that says what does not work right now, and what still does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.connection.rows import ConnectionRow
from ui.connection.words import line_sentence, numbers_action, numbers_sentence
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import is_down
from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S


class ConnectionBanner(QWidget):
    """Hidden while all is well. News of the line goes before disconnected numbers: without a line those are old.

    A supervisor gets a button: for one number that can be linked again `connect_requested(session_id)`, else
    `numbers_requested`.
    """

    connect_requested = Signal(str)
    numbers_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._line = ""
        self._numbers = ""
        self._down: list[NumberRow] = []
        self._may_manage = False
        self._glyph = Glyph(theme, icons, "offline", 18, color=lambda colors: colors.warn, parent=self)
        self.words = Words(
            theme, font=lambda fonts: fonts.secondary_medium, color=lambda colors: colors.warn, wrap=True, parent=self
        )
        self.action = QPushButton(self)
        self.action.clicked.connect(self._act)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_L, GAP_S, GAP_L, GAP_S)
        layout.setSpacing(GAP_S)
        layout.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.action, alignment=Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self.update)
        self.hide()

    def show_connection(self, row: ConnectionRow) -> None:
        """Take in how the line to the server stands."""
        self._line = line_sentence(row)
        self._show()

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Take in which numbers are connected."""
        self._numbers = numbers_sentence(numbers)
        self._down = [row for row in numbers if is_down(row.status)]
        self._show()

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor."""
        self._may_manage = may
        self._show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.warn_bg)
        painter.end()

    def _show(self) -> None:
        sentence = self._line or self._numbers
        if sentence != self.words.text():
            self._glyph.show_icon("offline" if self._line else "plug")
            self.words.setText(sentence)
            self.setAccessibleName(sentence)
            if sentence:
                QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))
        words = "" if self._line or not self._may_manage else numbers_action(self._down)
        self.action.setText(words)
        self.action.setVisible(bool(words))
        self.setVisible(bool(sentence))

    def _act(self) -> None:
        if len(self._down) == 1 and self._down[0].provider_type == "webjs":
            self.connect_requested.emit(self._down[0].session_id)
        else:
            self.numbers_requested.emit()
