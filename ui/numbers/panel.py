"""Every WhatsApp number of the team, one card each, and the way to add another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.numbers.card import NumberCard
from ui.session_filter.rows import NumberRow
from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_M, GAP_S, GAP_XL
from ui.words.day_clock import DayClock

_SIGNALS: Final = ("connect_requested", "logout_requested", "import_requested", "cancel_import_requested")


class NumbersPanel(QWidget):
    """Shows `NumberRow`s; each signal but the first names a number. Without `set_may_manage(True)` it only shows."""

    add_requested = Signal()
    connect_requested = Signal(str)
    logout_requested = Signal(str)
    import_requested = Signal(str)
    cancel_import_requested = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, clock: DayClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._clock = clock
        self._may_manage = False
        self._cards: dict[str, NumberCard] = {}
        translate = QCoreApplication.translate
        self.add = QPushButton(translate("Numbers", "Add a number…"), self)
        self.add.setDefault(True)
        self.add.clicked.connect(self.add_requested)
        self._nothing = QWidget(self)
        self._advice = Words(theme, color=lambda colors: colors.muted, wrap=True, parent=self._nothing)
        self._column = QVBoxLayout()
        self._lay_out()
        self.set_may_manage(False)
        self.show_numbers([])

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Show these numbers, in this order; the cards of those that stay keep what they show and the focus."""
        wanted = {row.session_id: row for row in numbers}
        for gone in self._cards.keys() - wanted.keys():
            card = self._cards.pop(gone)
            self._column.removeWidget(card)
            card.deleteLater()
        for place, (session_id, row) in enumerate(wanted.items()):
            card = self._cards.get(session_id) or self._new_card(row)
            card.show_number(row)
            if self._column.indexOf(card) != place:
                self._column.insertWidget(place, card)
        self._nothing.setVisible(not wanted)

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor."""
        self._may_manage = may
        self.add.setVisible(may)
        translate = QCoreApplication.translate
        self._advice.setText(
            translate("Numbers", "Add one, and its chats appear in everybody's inbox.")
            if may
            else translate("Numbers", "A supervisor of your team can add one.")
        )
        for card in self._cards.values():
            card.set_may_manage(may)

    def card(self, session_id: str) -> NumberCard | None:
        """The card of a number; None where it is not shown."""
        return self._cards.get(session_id)

    def _new_card(self, row: NumberRow) -> NumberCard:
        card = self._cards[row.session_id] = NumberCard(self._theme, self._icons, self._clock, row, self)
        card.set_may_manage(self._may_manage)
        for name in _SIGNALS:
            getattr(card, name).connect(getattr(self, name))
        return card

    def _lay_out(self) -> None:
        translate = QCoreApplication.translate
        title = QHBoxLayout()
        title.setContentsMargins(GAP_L, GAP_L, GAP_L, GAP_M)
        title.addWidget(
            Words(self._theme, translate("Numbers", "WhatsApp numbers"), font=lambda fonts: fonts.title, parent=self),
            stretch=1,
        )
        title.addWidget(self.add)

        nothing = QVBoxLayout(self._nothing)
        nothing.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        nothing.setSpacing(GAP_S)
        headline = Words(
            self._theme,
            translate("Numbers", "No WhatsApp number yet"),
            font=lambda fonts: fonts.name,
            parent=self._nothing,
        )
        nothing.addWidget(Glyph(self._theme, self._icons, "plug", 40), alignment=Qt.AlignmentFlag.AlignHCenter)
        for words in (headline, self._advice):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            nothing.addWidget(words)

        inside = QWidget(self)
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(0)
        self._column.setSpacing(0)
        cards.addLayout(self._column)
        cards.addWidget(self._nothing)
        cards.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(title)
        layout.addWidget(scroll, stretch=1)
