"""The field that searches chats: shows its key, waits for a pause in typing, Esc clears it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_BADGE

PAUSE_MS: Final = 120


class SearchField(QLineEdit):
    """Emits `search_changed` with the text after a pause in typing, at once on Enter or when it becomes empty."""

    search_changed = Signal(str)
    left_downwards = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._said = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._say)
        self.setPlaceholderText(QCoreApplication.translate("Search", "Search chats"))
        self.setAccessibleName(self.placeholderText())
        clear = QCoreApplication.translate("Search", "Clear the search")
        self._clear = IconButton("close", clear, theme, icons, side=26, glyph=14, parent=self)
        self._clear.hide()
        self._clear.clicked.connect(self.clear)
        self.textChanged.connect(self._typed)
        self.returnPressed.connect(self._say)
        theme.changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(180), self._theme.px(34))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self._say()
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.px(16)
        self._icons.paint(painter, QRectF(11, (self.height() - side) / 2, side, side), "search", theme.colors.muted)
        if not self.text() and not self.hasFocus():
            self._paint_key(painter)
        painter.end()

    def _paint_key(self, painter: QPainter) -> None:
        theme = self._theme
        words = QCoreApplication.translate("Search", "Ctrl F")
        metrics = QFontMetricsF(theme.fonts.small)
        width, height = metrics.horizontalAdvance(words) + 12, theme.px(17)
        box = QRectF(self.width() - 10.5 - width, (self.height() - height) // 2 + 0.5, width, height)
        painter.setPen(QPen(theme.colors.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(
            box.translated(0, 0.5 if self.height() % 2 == height % 2 else 0), RADIUS_BADGE, RADIUS_BADGE
        )
        painter.setFont(theme.fonts.small)
        painter.setPen(theme.colors.muted)
        baseline = round(self.height() / 2 + (metrics.ascent() - metrics.descent()) / 2)
        painter.drawText(QPointF(box.x() + 6, baseline), words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._clear.move(self.width() - self._clear.width() - 4, (self.height() - self._clear.height()) // 2)

    def _typed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if text:
            self._pause.start()
        else:
            self._say()

    def _say(self) -> None:
        self._pause.stop()
        if self.text() != self._said:
            self._said = self.text()
            self.search_changed.emit(self._said)

    def _dress(self) -> None:
        self.setFont(self._theme.fonts.base)
        self.setTextMargins(self._theme.px(16) + 6, 0, self._theme.px(18), 0)
        self.setFixedHeight(self._theme.px(34))
        self.update()
