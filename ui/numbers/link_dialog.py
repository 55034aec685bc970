"""Takes a supervisor from "Add a number" to a connected one: the form, the QR code to scan, how it ended."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.numbers.number_form import NumberForm
from ui.numbers.outcome_page import OutcomePage
from ui.numbers.rows import LinkRow, MetaHookRow
from ui.numbers.scan_page import ScanPage
from ui.session_filter.rows import NumberRow
from ui.theme.controls import ElidedWords
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GAP_XL
from ui.words.plain import isolated, one_line

WIDTH: Final = 440
WIDEST_SCALE: Final = 1.6
SCREEN_MARGIN: Final = 64
CHROME: Final = 160
LOWEST: Final = 240


class LinkDialog(QDialog):
    """Whoever hears `add_requested(NewNumber)` and `retry_requested` says what comes of it with the `show_` methods.

    Show it with `open()`, never with `exec()`, which would stop the event loop's other work.
    """

    add_requested = Signal(object)
    retry_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        translate = QCoreApplication.translate
        self.form = NumberForm(theme, self)
        self.scan = ScanPage(theme, icons, self)
        self.outcome = OutcomePage(theme, icons, self)
        self.title = ElidedWords(theme, font=lambda fonts: fonts.title, parent=self)
        self.next = QPushButton(translate("Linking", "Next"), self)
        self.retry = QPushButton(translate("Linking", "Try again"), self)
        self.cancel = QPushButton(translate("Linking", "Cancel"), self)
        self.done_button = QPushButton(translate("Linking", "Done"), self)
        self._buttons = (self.cancel, self.retry, self.next, self.done_button)
        self._pages = QStackedWidget(self)
        self._scroll = QScrollArea(self)
        self._busy = False
        self._lay_out()
        self.form.completeness_changed.connect(self._enable)
        self.form.meta.toggled.connect(self._fit)
        self.next.clicked.connect(self._ask)
        self.retry.clicked.connect(self.retry_requested)
        self.cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self.accept)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_form()

    def show_form(self) -> None:
        """Begin with an empty form."""
        translate = QCoreApplication.translate
        self.form.clear()
        self._turn_to(self.form, translate("Linking", "Add a WhatsApp number"), (self.cancel, self.next))
        self.next.setDefault(True)
        self.show_busy(False)

    def show_busy(self, busy: bool) -> None:
        """While the server is asked."""
        self._busy = busy
        translate = QCoreApplication.translate
        self.next.setText(translate("Linking", "Adding…") if busy else translate("Linking", "Next"))
        self.form.show_busy(busy)
        self._enable()

    def show_form_error(self, words: str, field: str | None) -> None:
        """Say what was wrong with the form, or why it could not be sent."""
        self.show_busy(False)
        self.form.show_error(words, field)

    def show_link(self, row: LinkRow) -> None:
        """Show how far the linking has come."""
        translate = QCoreApplication.translate
        title = translate("Linking", "Connect {0}").format(isolated(one_line(row.number)))
        self._turn_to(self.scan, title, (self.cancel,))
        self.scan.show_link(row)
        self._fit()

    def show_connected(self, row: NumberRow) -> None:
        """The number works."""
        self.outcome.show_connected(row)
        self._end((self.done_button,), self.done_button)

    def show_failed(self, number: str, reason: str) -> None:
        """The number does not work, and why."""
        self.outcome.show_failed(number, reason)
        self._end((self.cancel, self.retry), self.retry)

    def show_meta(self, row: MetaHookRow) -> None:
        """The number on the Cloud API was added."""
        self.outcome.show_meta(row)
        self._end((self.done_button,), self.done_button)

    def _end(self, buttons: tuple[QPushButton, ...], default: QPushButton) -> None:
        came = self._pages.currentWidget() is not self.outcome
        self._turn_to(self.outcome, "", buttons)
        default.setDefault(True)
        if came:
            default.setFocus()
            self.outcome.setAccessibleName(self.outcome.headline.text())
            QAccessible.updateAccessibility(QAccessibleEvent(self.outcome, QAccessible.Event.Alert))

    def _turn_to(self, page: QWidget, title: str, buttons: tuple[QPushButton, ...]) -> None:
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.setWindowTitle(title or self.outcome.headline.text())
        self._pages.setCurrentWidget(page)
        for button in self._buttons:
            button.setVisible(button in buttons)
        self._fit()

    def _ask(self) -> None:
        if self.next.isEnabled():
            self.add_requested.emit(self.form.number())

    def _enable(self) -> None:
        self.next.setEnabled(self.form.is_complete and not self._busy)

    def _lay_out(self) -> None:
        for page in (self.form, self.scan, self.outcome):
            self._pages.addWidget(page)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addStretch(1)
        for button in self._buttons:
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_L)
        layout.setSpacing(GAP_L)
        layout.addWidget(self.title)
        self._scroll.setWidget(self._pages)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout.addWidget(self._scroll, stretch=1)
        layout.addLayout(buttons)

    def _dress(self) -> None:
        self.setFixedWidth(round(WIDTH * min(self._theme.text_scale, WIDEST_SCALE)))
        self._fit()

    def _fit(self) -> None:
        """As high as every page needs, so that turning pages does not move the buttons; on a low screen it scrolls."""
        inside = self.width() - 2 * GAP_XL
        needed = max(self._pages.heightForWidth(inside), self._pages.sizeHint().height())
        spare = self.screen().availableSize().height() - SCREEN_MARGIN
        self._scroll.setMinimumHeight(min(needed, max(spare - CHROME, LOWEST)))
        self.adjustSize()
