"""The settings: a list of pages at the side, one page beside it; everything takes effect at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListWidget, QScrollArea, QStackedWidget, QWidget

from ui.session_filter.rows import NumberRow
from ui.settings.account_page import AccountPage
from ui.settings.appearance_page import AppearancePage
from ui.settings.notifications_page import NotificationsPage
from ui.settings.plain_pages import AboutPage, ShortcutsPage, StoragePage
from ui.settings.rows import AccountRow, StorageRow
from ui.settings.system_page import SystemPage, SystemRow
from ui.theme.theme import Theme
from ui.window.actions import Section
from ui.window.remembered import Remembered

LIST_WIDTH: Final = 170
SIZE: Final = (720, 560)


class SettingsDialog(QDialog):
    """Show it with `open()`; it reads and writes `remembered` itself, and asks for what is not its own to do.

    `language_chosen` carries a code or `system`; `autostart_wanted` whether the program starts with the desktop.
    """

    sign_out_requested = Signal()
    language_chosen = Signal(str)
    autostart_wanted = Signal(bool)
    folder_requested = Signal()
    notifications_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        remembered: Remembered,
        sections: Sequence[Section],
        system: SystemRow,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        say = QCoreApplication.translate
        self.setWindowTitle(say("Settings", "Settings"))
        self.account = AccountPage(theme)
        self.notifications = NotificationsPage(theme, remembered)
        self.appearance = AppearancePage(theme, remembered)
        self.system = SystemPage(theme, remembered, system)
        self.storage = StoragePage(theme)
        self._theme = theme
        self._pages = QStackedWidget()
        self.names = QListWidget()
        self.names.setAccessibleName(say("Settings", "Pages"))
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for name, page in (
            (say("Settings", "Account"), self.account),
            (say("Settings", "Notifications"), self.notifications),
            (say("Settings", "Appearance"), self.appearance),
            (say("Settings", "System"), self.system),
            (say("Settings", "Storage"), self.storage),
            (say("Settings", "Shortcuts"), ShortcutsPage(theme, sections)),
            (say("Settings", "About"), AboutPage(theme)),
        ):
            self.add_page(name, page)
        self.names.currentRowChanged.connect(self._pages.setCurrentIndex)
        self.names.setCurrentRow(0)
        self.account.sign_out_requested.connect(self.sign_out_requested)
        self.appearance.language_chosen.connect(self.language_chosen)
        self.system.autostart_wanted.connect(self.autostart_wanted)
        self.storage.folder_requested.connect(self.folder_requested)
        self.notifications.changed.connect(self.notifications_changed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(1)
        layout.addWidget(self.names)
        layout.addWidget(self._pages, 1)
        theme.changed.connect(self._dress)
        self._dress()
        width, height = (theme.px(each) for each in SIZE)
        room = parent.size() * 0.95 if parent is not None else self.screen().availableSize()
        self.resize(min(width, room.width()), min(height, room.height()))

    def add_page(self, name: str, page: QWidget) -> None:
        """Another page, behind those that are there."""
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        page.setAccessibleName(name)
        self.names.addItem(name)
        self._pages.addWidget(scroll)

    def show_account(self, account: AccountRow | None) -> None:
        """Who is signed in; None for nobody."""
        self.account.show_account(account)

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """The numbers whose chats can be silent."""
        self.notifications.show_numbers(numbers)

    def show_storage(self, storage: StorageRow | None) -> None:
        """What this computer keeps."""
        self.storage.show_storage(storage)

    def _dress(self) -> None:
        colors = self._theme.colors
        self.names.setFixedWidth(self._theme.px(LIST_WIDTH))
        self.names.setFont(self._theme.fonts.base)
        self.names.setStyleSheet(
            f"QListWidget {{ background: {colors.panel.name()}; outline: 0; padding: 8px; }}"
            f"QListWidget::item {{ padding: {self._theme.px(7)}px; border-radius: 6px; color: {colors.text.name()}; }}"
            f"QListWidget::item:selected {{ background: {colors.sel.name()}; }}"
        )
