"""What stands in the chat list's place while it has no rows: why, and what to do about it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GAP_XL
from ui.words.plain import isolated, one_line

EmptyKind = Literal["none", "no_number", "no_chat", "no_result"]

LONGEST_QUERY = 60


class Glyph(QWidget):
    """An icon as a picture, in the muted colour."""

    def __init__(self, theme: Theme, icons: Icons, name: str, size: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._size = size
        self.name = name
        self.setFixedSize(size, size)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._icons.paint(painter, self.rect().toRectF(), self.name, self._theme.colors.muted)
        painter.end()


class EmptyState(QWidget):
    """An icon, a sentence, what to do, and, for a search without result, a button that clears it."""

    clear_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.glyph = Glyph(theme, icons, "chat", 40, self)
        self.headline = self._label()
        self.advice = self._label()
        self.clear = QPushButton(QCoreApplication.translate("ChatList", "Clear search and filters"), self)
        self.clear.clicked.connect(self.clear_requested)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        layout.setSpacing(GAP_S)
        layout.addStretch(2)
        layout.addWidget(self.glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP_S)
        layout.addWidget(self.headline)
        layout.addWidget(self.advice)
        layout.addSpacing(GAP_L)
        layout.addWidget(self.clear, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        theme.changed.connect(self._dress)
        self._dress()

    def show_kind(self, kind: EmptyKind, query: str) -> None:
        """Say why the list is empty; `query` is what was searched for."""
        icon, headline, advice = _words(kind, query)
        self.glyph.name = icon
        self.glyph.update()
        self.headline.setText(headline)
        self.advice.setText(advice)
        self.clear.setVisible(kind == "no_result")
        self.setAccessibleName(headline)

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return label

    def _dress(self) -> None:
        self.headline.setFont(self._theme.fonts.name)
        self.advice.setFont(self._theme.fonts.base)
        palette = self.advice.palette()
        palette.setColor(self.advice.foregroundRole(), self._theme.colors.muted)
        self.advice.setPalette(palette)


def _words(kind: EmptyKind, query: str) -> tuple[str, str, str]:
    translate = QCoreApplication.translate
    if kind == "no_number":
        return (
            "plug",
            translate("ChatList", "No WhatsApp number yet"),
            translate("ChatList", "Once a number is connected to this workspace, its chats appear here."),
        )
    if kind == "no_result":
        shown = one_line(query)
        if len(shown) > LONGEST_QUERY:
            shown = shown[:LONGEST_QUERY] + "…"
        headline = (
            translate("ChatList", "No chats match “{0}”").format(isolated(shown))
            if shown
            else translate("ChatList", "No chats match these filters")
        )
        return "search", headline, translate("ChatList", "Names, numbers and groups were searched.")
    return (
        "chat",
        translate("ChatList", "No chats yet"),
        translate("ChatList", "New messages to your numbers appear here by themselves."),
    )
