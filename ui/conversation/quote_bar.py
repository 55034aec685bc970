"""What the composer says above its field while one answers a certain message: whom, what, and a way out."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.conversation import phrases
from ui.conversation.rows import QuoteRow
from ui.theme.controls import ElidedWords
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_S, GRID
from ui.words.previews import preview

BAR = 3


class QuoteBar(QWidget):
    """Hidden until `show_quote`; `dropped` when its reader wants to answer nobody in particular."""

    dropped = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.name = ElidedWords(
            theme, font=lambda fonts: fonts.secondary_strong, color=lambda colors: colors.accent, parent=self
        )
        self.text = ElidedWords(
            theme, font=lambda fonts: fonts.secondary, color=lambda colors: colors.muted, parent=self
        )
        drop = QCoreApplication.translate("Conversation", "Do not answer this message")
        self.drop = IconButton("close", drop, theme, icons, side=26, glyph=14, parent=self)
        self.drop.clicked.connect(self.dropped)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(BAR + GAP_S, GRID, GRID, GRID)
        row.addLayout(words, 1)
        row.addWidget(self.drop)
        theme.changed.connect(self.update)
        self.hide()

    def show_quote(self, quote: QuoteRow) -> None:
        """Say that the next message answers this one."""
        answering = QCoreApplication.translate("Conversation", "Answering {name}")
        self.name.setText(answering.format(name=phrases.quote_name(quote)))
        self.text.setText(preview(quote.body[:500], quote.message_type))
        self.setAccessibleName(f"{self.name.text()}: {self.text.text()}")
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.panel)
        bar = self.rect().adjusted(0, 0, BAR - self.width(), 0)
        if self.isRightToLeft():
            bar.moveRight(self.rect().right())
        painter.fillRect(bar, self._theme.colors.accent)
        painter.end()
