"""The dot and the word above the list that tell how the line to the server stands."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.connection.rows import ConnectionRow
from ui.connection.words import state_word
from ui.theme.theme import Theme

DOT: Final = 8
GAP: Final = 6


class ConnectionState(QWidget):
    """Shows a `ConnectionRow`; the word says what the dot's colour says."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row = ConnectionRow(kind="connecting")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._dress)
        self.show_connection(self._row)

    def show_connection(self, row: ConnectionRow) -> None:
        """Show how the line stands."""
        self._row = row
        self.setAccessibleName(state_word(row))
        self._dress()

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._theme.fonts.secondary)
        dot = self._theme.px(DOT) + self._theme.px(GAP)
        return QSize(dot + round(metrics.horizontalAdvance(state_word(self._row))) + 2, round(metrics.height()) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(DOT), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        center = self.height() / 2
        dot = theme.px(DOT)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._color())
        painter.drawEllipse(QPointF(dot / 2, center), dot / 2, dot / 2)
        metrics = QFontMetricsF(theme.fonts.secondary)
        x = dot + theme.px(GAP)
        words = metrics.elidedText(state_word(self._row), Qt.TextElideMode.ElideRight, self.width() - x)
        painter.setFont(theme.fonts.secondary)
        painter.setPen(theme.colors.muted)
        painter.drawText(QPointF(x, round(center + (metrics.ascent() - metrics.descent()) / 2)), words)
        painter.end()

    def _color(self) -> QColor:
        colors = self._theme.colors
        if self._row.kind == "live":
            return colors.live
        if self._row.kind == "catching_up":
            return colors.accent
        if self._row.kind in ("offline", "refused"):
            return colors.danger
        return colors.warn

    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
