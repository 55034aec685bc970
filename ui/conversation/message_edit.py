"""The field one writes in: plain text only, as high as its text up to eight lines; Enter sends."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QMimeData, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from ui.theme.theme import Theme

MOST_LINES: Final = 8
PADDING: Final = 6


class MessageEdit(QTextEdit):
    """`submitted` on Enter and Ctrl+Enter; Shift+Enter begins a new line. `left_upwards`: the arrow up where there is
    nothing to go up in."""

    left_upwards = Signal()
    submitted = Signal()
    focus_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(QCoreApplication.translate("Conversation", "Write a message"))
        self.setAccessibleName(QCoreApplication.translate("Conversation", "Message"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(PADDING)
        self.textChanged.connect(self.fit)
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        elif event.key() == Qt.Key.Key_Up and not self.toPlainText() and not event.modifiers():
            self.left_upwards.emit()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        else:
            self.submitted.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def insertFromMimeData(self, source: QMimeData) -> None:
        self.insertPlainText(source.text())
        self.ensureCursorVisible()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def fit(self) -> None:
        """Take the height that the text needs."""
        line = QFontMetricsF(self.font()).lineSpacing()
        most = round(MOST_LINES * line) + 2 * PADDING
        wanted = round(self.document().size().height())
        self.setFixedHeight(min(max(wanted, round(line) + 2 * PADDING), most))
        scrolls = wanted > most
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if scrolls else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(policy)

    def _follow_theme(self) -> None:
        self.setFont(self._theme.fonts.body)
        self.viewport().setFont(self._theme.fonts.body)  # it paints the placeholder, and misses a later change
        self.fit()
