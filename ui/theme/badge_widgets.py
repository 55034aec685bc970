"""Badges as widgets, for panes that are laid out rather than painted."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme.badge import BadgePainter, provider_label
from ui.theme.theme import Theme


class ProviderBadge(QWidget):
    """Which provider something runs over."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges = BadgePainter(theme)
        self._theme = theme
        self._provider = ""
        theme.changed.connect(self.updateGeometry)

    def show_provider(self, provider_type: str) -> None:
        """Show this provider."""
        self._provider = provider_type
        self.setAccessibleName(provider_label(provider_type))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        line = QFontMetricsF(self._theme.fonts.base).height()
        return QSize(round(self._badges.provider_width(self._provider)), max(round(line), self._theme.px(18)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._badges.paint_provider(painter, 0, self.height() / 2, self._provider)
        painter.end()


class UnreadBadge(QWidget):
    """How much is unread; takes no room when nothing is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badges = BadgePainter(theme)
        self._unread = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self.updateGeometry)

    def show_unread(self, unread: int, words: str) -> None:
        """`words` say the number to screen readers."""
        self._unread = unread
        self.setAccessibleName(words)
        self.setVisible(unread > 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._badges.unread_width(self._unread)) + 1, round(self._badges.unread_height()) + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._badges.paint_unread(painter, self.width(), self.height() / 2, self._unread)
        painter.end()
