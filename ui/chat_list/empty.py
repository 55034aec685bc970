"""What stands in the chat list's place while it has no rows: why, and what to do about it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GAP_XL
from ui.words.plain import isolated, one_line

LONGEST_QUERY: Final = 60


class EmptyState(QWidget):
    """An icon, a sentence, what to do, and a button where there is one thing to do: clear a search without result, or,
    for supervisors, add the first number."""

    clear_requested = Signal()
    add_number_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.glyph = Glyph(theme, icons, "chat", 40, parent=self)
        self.headline = Words(theme, font=lambda fonts: fonts.name, wrap=True, parent=self)
        self.advice = Words(theme, color=lambda colors: colors.muted, wrap=True, parent=self)
        for words in (self.headline, self.advice):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.clear = QPushButton(QCoreApplication.translate("ChatList", "Clear search and filters"), self)
        self.clear.clicked.connect(self.clear_requested)
        self.add_number = QPushButton(QCoreApplication.translate("ChatList", "Add a number…"), self)
        self.add_number.setDefault(True)
        self.add_number.clicked.connect(self.add_number_requested)
        self._may_manage = False
        self._shown = ("no_chat", "")
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
        layout.addWidget(self.add_number, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_kind(self, kind: str, query: str) -> None:
        """Say why the list is empty: `no_number`, `no_chat` or `no_result` of `query`."""
        self._shown = (kind, query)
        icon, headline, advice = _words(kind, query, self._may_manage)
        self.glyph.show_icon(icon)
        self.headline.setText(headline)
        self.advice.setText(advice)
        self.clear.setVisible(kind == "no_result")
        self.add_number.setVisible(kind == "no_number" and self._may_manage)
        self.setAccessibleName(headline)

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor, who can add numbers."""
        self._may_manage = may
        self.show_kind(*self._shown)


def _words(kind: str, query: str, may_manage: bool) -> tuple[str, str, str]:
    translate = QCoreApplication.translate
    if kind == "no_number":
        return (
            "plug",
            translate("ChatList", "No WhatsApp number yet"),
            translate("ChatList", "Add one by scanning a code with its phone. Its chats then appear here.")
            if may_manage
            else translate("ChatList", "Once a supervisor of your team has connected a number, its chats appear here."),
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
