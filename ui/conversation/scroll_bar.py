"""The bubbles' scroll bar: always there, so that no bubble is laid out anew when it would come or go."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from ui.conversation.measures import SCROLL_BAR
from ui.theme.theme import Theme


class SlimScrollBar(QScrollBar):
    """Shows a handle on the conversation's background where there is something to scroll, nothing else."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(SCROLL_BAR, super().sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.chat)
        if self.maximum() > self.minimum():
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            control = QStyle.ComplexControl.CC_ScrollBar
            slider = self.style().subControlRect(control, option, QStyle.SubControl.SC_ScrollBarSlider, self)
            active = self.isSliderDown() or self.underMouse()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(
                colors.muted if active else colors.line.darker(115) if not self._theme.is_dark else colors.line
            )
            painter.drawRoundedRect(QRectF(slider).adjusted(2, 2, -2, -2), 3, 3)
        painter.end()
