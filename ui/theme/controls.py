"""Small pieces that every pane uses: plain words, icons as pictures, the focus ring, all dressed by the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QWidget

from ui.theme.fonts import Fonts
from ui.theme.icons import Icons
from ui.theme.theme import Colors, Theme


class Words(QLabel):
    """A label that never reads its text as markup, in a font and a colour of the theme."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        font: Callable[[Fonts], QFont] = lambda fonts: fonts.base,
        color: Callable[[Colors], QColor] = lambda colors: colors.text,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._font = font
        self._color = color
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setText(text)
        theme.changed.connect(self._dress)
        self._dress()

    def set_color(self, color: Callable[[Colors], QColor]) -> None:
        """Take another colour of the theme."""
        self._color = color
        self._dress()

    def _dress(self) -> None:
        self.setFont(self._font(self._theme.fonts))
        palette = self.palette()
        palette.setColor(self.foregroundRole(), self._color(self._theme.colors))
        self.setPalette(palette)


class ElidedWords(Words):
    """One line of plain words that ends in an ellipsis where its room ends."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, words)
        painter.end()


class Glyph(QWidget):
    """An icon as a picture."""

    def __init__(
        self,
        theme: Theme,
        icons: Icons,
        name: str,
        size: int,
        *,
        color: Callable[[Colors], QColor] = lambda colors: colors.muted,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._name = name
        self._size = size
        self._color = color
        theme.changed.connect(self._dress)
        self._dress()

    def show_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._size)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icons.paint(painter, self.rect().toRectF(), self._name, self._color(self._theme.colors))
        painter.end()

    def _dress(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


def paint_focus_ring(painter: QPainter, box: QRectF, color: QColor, radius: float) -> None:
    """The ring that shows where the keyboard is, inside `box`."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), radius, radius)
