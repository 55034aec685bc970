"""The left pane: state and settings, the number filter, search, chips, sync progress, and the chat list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, QPoint, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.chat_list.chips import FilterChips
from ui.chat_list.search_field import SearchField
from ui.chat_list.view import ChatListView
from ui.connection.rows import ConnectionRow
from ui.connection.state import ConnectionState
from ui.connection.sync_strip import SyncStrip
from ui.session_filter.dropdown import SessionFilter
from ui.session_filter.rows import NumberRow
from ui.theme.controls import Words
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_S
from ui.window.settings_menu import SettingsMenu
from ui.words.day_clock import DayClock


class ChatPane(QWidget):
    """Puts the parts together; each is reachable for the presenters, the signals are gathered here."""

    search_changed = Signal(str)
    filter_chosen = Signal(str)
    session_chosen = Signal(object)
    numbers_requested = Signal()
    add_number_requested = Signal()
    cancel_import_requested = Signal(str)
    sign_out_requested = Signal()
    language_chosen = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, clock: DayClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.chats = ChatListView(theme, icons, clock, self)
        self.session_filter = SessionFilter(theme, icons, self)
        self.search = SearchField(theme, icons, self)
        self.chips = FilterChips(theme, self)
        self.settings_menu = SettingsMenu(theme, self)
        self._state = ConnectionState(theme, self)
        self.sync = SyncStrip(theme, icons, self)
        self._settings = IconButton(
            "gear", QCoreApplication.translate("ChatPane", "Settings"), theme, icons, parent=self
        )
        self._lay_out()
        self._connect()
        theme.changed.connect(self.update)

    def show_connection(self, row: ConnectionRow) -> None:
        """Show how the line to the server stands."""
        self._state.show_connection(row)

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """List the numbers in the filter, and the imports that run."""
        self.session_filter.show_numbers(numbers)
        self.sync.show_numbers(numbers)

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor, who manages numbers and imports."""
        self.sync.set_may_manage(may)
        self.chats.empty.set_may_manage(may)

    def clear_filters(self) -> None:
        """Back to all chats of all numbers, without search."""
        self.search.clear()
        self.chips.choose("all")
        self.session_filter.choose(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = self._theme.colors
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.bg)
        for above in (self.chats, self.sync):
            if above.isVisible():
                painter.fillRect(0, above.y() - 1, self.width(), 1, colors.line)
        painter.end()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(GAP_S)
        header.addWidget(
            Words(
                self._theme,
                QCoreApplication.translate("ChatPane", "Inbox"),
                font=lambda fonts: fonts.header,
                parent=self,
            )
        )
        header.addWidget(self._state)
        header.addStretch(1)
        header.addWidget(self._settings)

        top = QVBoxLayout()
        top.setContentsMargins(GAP_M, GAP_M, GAP_M, GAP_S)
        top.setSpacing(GAP_S)
        top.addLayout(header)
        top.addWidget(self.session_filter)
        top.addWidget(self.search)
        top.addWidget(self.chips)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addLayout(top)
        layout.addWidget(self.sync)
        layout.addWidget(self.chats, stretch=1)
        order = (self._settings, self.session_filter.box, self.search, *self.chips.chips.values(), self.chats)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        self.search.search_changed.connect(self._search_changed)
        self.search.left_downwards.connect(self.chats.focus_first)
        self.chips.filter_chosen.connect(self.filter_chosen)
        self.session_filter.session_chosen.connect(self.session_chosen)
        self.settings_menu.numbers_requested.connect(self.numbers_requested)
        self.settings_menu.sign_out_requested.connect(self.sign_out_requested)
        self.settings_menu.language_chosen.connect(self.language_chosen)
        self.sync.numbers_requested.connect(self.numbers_requested)
        self.sync.cancel_requested.connect(self.cancel_import_requested)
        self.chats.add_number_requested.connect(self.add_number_requested)
        self.chats.clear_requested.connect(self.clear_filters)
        self._settings.clicked.connect(self._open_settings)

    def _search_changed(self, text: str) -> None:
        self.chats.query = text
        self.search_changed.emit(text)

    def open_settings(self) -> None:
        """The menu behind the gear."""
        self._open_settings()

    def _open_settings(self) -> None:
        self.settings_menu.popup(self._settings.mapToGlobal(QPoint(0, self._settings.height())))
