"""A state as a coloured dot with a word beside it, which says what the colour says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.theme import Colors, Theme

DOT: Final = 8
GAP: Final = 6


class DotWord(QWidget):
    """Elides its word where there is no room for it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._word = ""
        self._color: Callable[[Colors], QColor] = lambda colors: colors.muted
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)

    def show_word(self, word: str, color: Callable[[Colors], QColor]) -> None:
        """Show this state; the dot has this colour of the theme."""
        self._word = word
        self._color = color
        self.setAccessibleName(word)
        self._dress()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._theme.fonts.secondary)
        dot = self._theme.px(DOT) + self._theme.px(GAP)
        return QSize(dot + round(metrics.horizontalAdvance(self._word)) + 2, round(metrics.height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(DOT), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = self.height() / 2
        dot = theme.px(DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color(theme.colors))
        painter.drawEllipse(QPointF(dot / 2, center), dot / 2, dot / 2)
        metrics = QFontMetricsF(theme.fonts.secondary)
        x = dot + theme.px(GAP)
        words = metrics.elidedText(self._word, Qt.TextElideMode.ElideRight, self.width() - x)
        painter.setFont(theme.fonts.secondary)
        painter.setPen(theme.colors.muted)
        painter.drawText(QPointF(x, round(center + (metrics.ascent() - metrics.descent()) / 2)), words)
        painter.end()

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
