"""Lists texts whose chats are gone: each can be copied, to be written again elsewhere, and discarded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.stranded.rows import StrandedRow
from ui.theme.controls import Words
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_M, GAP_S, GAP_XL


class StrandedDialog(QDialog):
    """Show it with `open()`; it closes when nothing is left. `copy_requested(text)`, `discard_requested(key)`."""

    copy_requested = Signal(str)
    discard_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        translate = QCoreApplication.translate
        self.setWindowTitle(translate("Stranded", "Texts without a chat"))
        why = translate(
            "Stranded",
            "The server was restored from a backup that is older than these chats. "
            "Messages may have gone out before; they are not sent again.",
        )
        self._inside = QWidget(self)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(GAP_XL, GAP_S, GAP_XL, GAP_L)
        self._column.setSpacing(GAP_M)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inside)
        scroll.setAccessibleName(self.windowTitle())
        words = Words(theme, why, color=lambda colors: colors.muted, wrap=True, parent=self)
        words.setContentsMargins(GAP_XL, GAP_L, GAP_XL, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(words)
        layout.addWidget(scroll, stretch=1)
        room = parent.size() * 0.9
        self.resize(min(theme.px(480), room.width()), min(theme.px(420), room.height()))

    def show_rows(self, rows: Sequence[StrandedRow]) -> None:
        """Show these texts, in this order."""
        while (item := self._column.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.deleteLater()
        for row in rows:
            self._column.addWidget(self._card(row))
        self._column.addStretch(1)
        if not rows:
            self.close()

    def _card(self, row: StrandedRow) -> QWidget:
        translate = QCoreApplication.translate
        card = QWidget(self._inside)
        kind = translate("Stranded", "Draft") if row.is_draft else translate("Stranded", "Message")
        heading = Words(
            self._theme,
            kind,
            font=lambda fonts: fonts.secondary_medium,
            color=lambda colors: colors.muted,
            parent=card,
        )
        text = Words(self._theme, row.text, wrap=True, parent=card)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        copy = QPushButton(translate("Stranded", "Copy"), card)
        discard = QPushButton(translate("Stranded", "Discard"), card)
        copy.clicked.connect(partial(self.copy_requested.emit, row.text))
        discard.clicked.connect(partial(self.discard_requested.emit, row.key))
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addWidget(heading, stretch=1)
        buttons.addWidget(copy)
        buttons.addWidget(discard)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_S)
        layout.addLayout(buttons)
        layout.addWidget(text)
        return card
