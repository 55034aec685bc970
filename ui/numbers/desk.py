"""The windows about WhatsApp numbers, made when they are first wanted, and what people do in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from ui.numbers.numbers_dialog import NumbersDialog
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import number_text
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock
from ui.words.plain import isolated

if TYPE_CHECKING:
    from ui.numbers.link_dialog import LinkDialog


class NumbersDesk(QObject):
    """`window` is the one that the others belong to. Signals name a number by its session's id.

    `add_wanted`: a person wants to add a number. `connect_wanted`: to connect one. Whoever hears them opens the dialog
    with `open_link_dialog`; `add_requested(NewNumber)`, `retry_requested` and `link_closed` come from it.
    """

    add_wanted = Signal()
    connect_wanted = Signal(str)
    logout_requested = Signal(str)
    import_requested = Signal(str)
    cancel_import_requested = Signal(str)
    add_requested = Signal(object)
    retry_requested = Signal()
    link_closed = Signal()

    def __init__(self, theme: Theme, icons: Icons, clock: DayClock, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._icons = icons
        self._clock = clock
        self._window = window
        self._rows: Sequence[NumberRow] = ()
        self._may_manage = False
        self._numbers: NumbersDialog | None = None
        self._link: LinkDialog | None = None
        self._question: QMessageBox | None = None

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Take in how the numbers are."""
        self._rows = numbers
        if self._numbers is not None:
            self._numbers.panel.show_numbers(numbers)

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor."""
        self._may_manage = may
        if self._numbers is not None:
            self._numbers.panel.set_may_manage(may)

    def open_numbers(self) -> None:
        """Show every number, or bring that window to the front."""
        dialog = self._numbers or self._make_numbers()
        dialog.panel.show_numbers(self._rows)
        dialog.panel.set_may_manage(self._may_manage)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def open_link_dialog(self) -> LinkDialog:
        """The dialog in which a number is added or connected, in front."""
        if self._link is None:
            from ui.numbers.link_dialog import LinkDialog  # here: a start would wait for it

            self._link = LinkDialog(self._theme, self._icons, self._window)
            self._link.add_requested.connect(self.add_requested)
            self._link.retry_requested.connect(self.retry_requested)
            self._link.finished.connect(self.link_closed)
        self._link.show_form()
        self._link.open()
        return self._link

    def show_busy(self, session_id: str, busy: bool) -> None:
        """While the server is asked about a number."""
        if self._numbers is not None and (card := self._numbers.panel.card(session_id)) is not None:
            card.show_busy(busy)

    def show_trouble(self, session_id: str, words: str) -> None:
        """Say why something did not happen: on the number's card, opened for that where it is not in sight."""
        if self._numbers is None or not self._numbers.isVisible():
            self.open_numbers()
        assert self._numbers is not None
        if (card := self._numbers.panel.card(session_id)) is not None:
            card.show_trouble(words)

    def ask_to_log_out(self, session_id: str) -> None:
        """Emits `logout_requested` when the person means it."""
        row = next((row for row in self._rows if row.session_id == session_id), None)
        if row is None:
            return
        translate = QCoreApplication.translate
        question = QMessageBox(self._numbers or self._window)
        question.setTextFormat(Qt.TextFormat.PlainText)
        question.setIcon(QMessageBox.Icon.Question)
        question.setWindowTitle(translate("Numbers", "Log out"))
        question.setText(translate("Numbers", "Log out {0}?").format(isolated(number_text(row))))
        question.setInformativeText(
            translate(
                "Numbers",
                "Its chats stay in the inbox. Nothing is sent or received over this number until its QR code is "
                "scanned again.",
            )
        )
        yes = question.addButton(translate("Numbers", "Log out"), QMessageBox.ButtonRole.DestructiveRole)
        no = question.addButton(QMessageBox.StandardButton.Cancel)
        question.setDefaultButton(no)
        question.setEscapeButton(no)
        yes.clicked.connect(lambda: self.logout_requested.emit(session_id))
        question.finished.connect(self._question_answered)
        self._question = question
        question.open()

    def close(self) -> None:
        """Nobody is signed in, or the program ends: all of these windows go."""
        for window in (self._question, self._link, self._numbers):
            if window is not None:
                window.close()
                window.deleteLater()
        self._question = self._link = self._numbers = None

    def _make_numbers(self) -> NumbersDialog:
        self._numbers = dialog = NumbersDialog(self._theme, self._icons, self._clock, self._window)
        panel = dialog.panel
        panel.add_requested.connect(self.add_wanted)
        panel.connect_requested.connect(self.connect_wanted)
        panel.logout_requested.connect(self.ask_to_log_out)
        panel.import_requested.connect(self.import_requested)
        panel.cancel_import_requested.connect(self.cancel_import_requested)
        return dialog

    def _question_answered(self) -> None:
        if self._question is not None:
            question, self._question = self._question, None
            question.deleteLater()
