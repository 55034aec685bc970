"""What stands beside the list while no chat is open."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_S, GAP_XL


class NothingOpen(QWidget):
    """Says to choose a chat, and with which keys."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        headline = Words(
            theme, QCoreApplication.translate("Window", "Choose a chat"), font=lambda fonts: fonts.header, parent=self
        )
        keys = Words(
            theme,
            QCoreApplication.translate(
                "Window", "Ctrl K goes anywhere, Ctrl / shows all keys. Alt with ↑ and ↓ goes from chat to chat."
            ),
            color=lambda colors: colors.muted,
            wrap=True,
            parent=self,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        layout.setSpacing(GAP_S)
        layout.addStretch(2)
        layout.addWidget(Glyph(theme, icons, "chat", 44, parent=self), alignment=Qt.AlignmentFlag.AlignHCenter)
        for words in (headline, keys):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(words)
        layout.addStretch(3)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.chat)
        painter.end()
