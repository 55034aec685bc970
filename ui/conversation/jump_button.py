"""The round button over the bubbles that leads to the newest message and says how many are below."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.said import counted

SHADOW: Final = 8


class JumpButton(QAbstractButton):
    """Shown by `show_count`; its parent decides where."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._count = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._fit)
        self.show_count(0)
        self.hide()

    def show_count(self, count: int) -> None:
        """`count` new messages are below; 0 leaves only the arrow."""
        self._count = count
        self.setText(counted("Conversation", "{count} new", "{count} new", count) if count else "")
        self.setAccessibleName(
            counted("Conversation", "Go to {count} new message", "Go to {count} new messages", count)
            if count
            else QCoreApplication.translate("Conversation", "Go to the newest message")
        )
        self._fit()

    def sizeHint(self) -> QSize:
        height = self._theme.px(32)
        width = height
        if self.text():
            words = QFontMetricsF(self._theme.fonts.secondary_strong).horizontalAdvance(self.text())
            width = round(words) + self._theme.px(12 + 14 + 6 + 12)
        return QSize(width + 2 * SHADOW, height + 2 * SHADOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, px = self._theme.colors, self._theme.px
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        radius = box.height() / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 4))
        for spread in range(1, SHADOW):
            painter.drawRoundedRect(
                box.adjusted(-spread, 2 - spread, spread, 2 + spread - 2), radius + spread, radius + spread
            )
        painter.setPen(QPen(colors.accent, 2) if self.hasFocus() else QPen(colors.line, 1))
        painter.setBrush(colors.hover if self.underMouse() else colors.bg)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        glyph = px(14)
        left = box.left() + px(12) if self.text() else box.center().x() - glyph / 2
        self._icons.paint(painter, QRectF(left, box.center().y() - glyph / 2, glyph, glyph), "down", colors.text)
        painter.setPen(colors.text)
        painter.setFont(self._theme.fonts.secondary_strong)
        words = box.adjusted(px(12 + 14 + 6), 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _fit(self) -> None:
        self.resize(self.sizeHint())
        self.update()
