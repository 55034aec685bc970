"""The window and what is in it, built and taken down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from inbox_app.wall_clock import now_ms
from ui.connection.rows import ConnectionRow
from ui.conversation.details import DetailsPane
from ui.conversation.pane import ConversationPane
from ui.conversation.templates_dialog import TemplatesDialog
from ui.numbers.desk import NumbersDesk
from ui.session_filter.rows import NumberRow
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.window.chat_pane import ChatPane
from ui.window.main_window import MainWindow
from ui.window.remembered import Remembered
from ui.window.tray import Tray
from ui.words.day_clock import DayClock

APP_NAME = "WhatsApp Inbox"


class Screen:
    """The window and what is in it."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        self.remembered = remembered = Remembered(settings)
        self.theme = Theme(app, mode=remembered.mode, text_scale=remembered.text_scale)
        icons, clock = Icons(), DayClock(now_ms)
        avatars = AvatarPainter(self.theme, icons)
        self._clock = clock
        self.tray = Tray()
        self.tray.open_requested.connect(self.come_to_front)
        self.tray.silence_wanted.connect(self._silence)
        self.tray.show_silence(remembered.notifications.do_not_disturb)
        self.theme.set_reduced_motion(remembered.reduced_motion)
        self._app = app
        self._notice: QMessageBox | None = None
        self.icons = icons
        self.chats = ChatPane(self.theme, icons, clock)
        self.conversation = ConversationPane(self.theme, icons, avatars, clock)
        self.details = DetailsPane(self.theme, avatars)
        self.window = MainWindow(
            self.theme,
            icons,
            remembered,
            chats=self.chats,
            conversation=self.conversation,
            details=self.details,
        )

        self.numbers = NumbersDesk(self.theme, icons, clock, self.window)
        self.window.unread_changed.connect(self.show_unread)
        self.templates = TemplatesDialog(self.theme, self.window)
        self.window.single_pane_changed.connect(self.conversation.show_back)
        self.conversation.back_requested.connect(self.window.show_list)
        self.conversation.details_toggled.connect(self.window.toggle_details)
        self.conversation.link_activated.connect(lambda link: QDesktopServices.openUrl(QUrl(link)))

        self.chats.numbers_requested.connect(self.numbers.open_numbers)
        self.window.banner.numbers_requested.connect(self.numbers.open_numbers)

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """The numbers, wherever they are seen."""
        self.window.show_numbers(numbers)
        self.numbers.show_numbers(numbers)

    def set_may_manage(self, may: bool) -> None:
        """Whether the person who is signed in is a supervisor."""
        self.window.set_may_manage(may)
        self.numbers.set_may_manage(may)

    def come_to_front(self) -> None:
        """Out of the tray, from behind other windows, from the task bar."""
        window = self.window
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()

    def _silence(self, silent: bool) -> None:
        self.remembered.notifications = replace(self.remembered.notifications, do_not_disturb=silent)

    def show_unread(self, unread: int) -> None:
        """On the icons in tray and task bar; the window's title says it too."""
        self.tray.show_unread(unread)
        self._app.setBadgeNumber(unread)

    def empty(self) -> None:
        """Nobody is signed in."""
        self.numbers.close()
        self.templates.close()
        self.set_may_manage(False)
        self.window.close_chat()
        self.chats.chats.show_rows([], more=False)
        self.show_numbers([])
        self.window.show_connection(ConnectionRow(kind="offline"))

    def tell(self, words: str) -> None:
        """Something that a person must know, and can only take note of."""
        if self._notice is None:
            self._notice = QMessageBox(QMessageBox.Icon.Warning, APP_NAME, "", parent=self.window)
            self._notice.setTextFormat(Qt.TextFormat.PlainText)
        shown = self._notice.text() if self._notice.isVisible() else ""
        self._notice.setText(f"{shown}\n\n{words}" if shown else words)
        self._notice.open()

    def close(self) -> None:
        """The window goes for good."""
        if self._notice is not None:
            self._notice.close()
        self.numbers.close()
        self.tray.close()
        self.window.close()
        self.window.deleteLater()
        self._clock.deleteLater()
        self.theme.deleteLater()
