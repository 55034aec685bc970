"""The pages that only tell: what is kept on this computer, which keys there are, what program this is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version

from PySide6.QtCore import QCoreApplication, Qt, Signal, qVersion
from PySide6.QtWidgets import QPushButton

from ui.settings.page import Page
from ui.settings.rows import StorageRow
from ui.theme.theme import Theme
from ui.window.actions import Section
from ui.window.shortcut_sheet import shortcut_grid
from ui.words.said import counted
from ui.words.times import people_locale


class StoragePage(Page):
    """Shows a `StorageRow`."""

    folder_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        say = QCoreApplication.translate
        self.heading(say("Settings", "Storage"))
        self._folder, self._cache, self._outbox = self.fact(), self.fact(), self.fact()
        self.line(say("Settings", "Folder"), self._folder)
        self.line(say("Settings", "Copy of the server's chats"), self._cache)
        self.line(say("Settings", "Unsent messages and drafts"), self._outbox)
        self.open_folder = QPushButton(say("Settings", "Open the folder"), self)
        self.open_folder.setAutoDefault(False)
        self.open_folder.clicked.connect(self.folder_requested)
        self.put(self.open_folder)
        self._column.setAlignment(self.open_folder, Qt.AlignmentFlag.AlignLeft)
        self.sentence(
            say("Settings", "The copy can be fetched again at any time. What was not sent yet exists only here.")
        )
        self.show_storage(None)

    def show_storage(self, storage: StorageRow | None) -> None:
        """None while nobody is signed in."""
        self.open_folder.setEnabled(storage is not None)
        if storage is None:
            return
        locale = people_locale()
        self._folder.setText(storage.folder)
        self._cache.setText(locale.formattedDataSize(storage.cache_bytes))
        unsent = counted("Settings", "{count} message", "{count} messages", storage.unsent)
        self._outbox.setText(f"{locale.formattedDataSize(storage.outbox_bytes)} · {unsent}")


class ShortcutsPage(Page):
    """The sheet of all keys, from the same table."""

    def __init__(self, theme: Theme, sections: Sequence[Section]) -> None:
        super().__init__(theme)
        self.put(shortcut_grid(theme, sections))


class AboutPage(Page):
    """Name, version, and what it is built on."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        say = QCoreApplication.translate
        self.heading("WhatsApp Inbox")
        program, toolkit = self.fact(), self.fact()
        program.setText(version("whatsapp-inbox"))
        toolkit.setText(qVersion())
        self.line(say("Settings", "Version"), program)
        self.line("Qt", toolkit)
        self.sentence(say("Settings", "WhatsApp is a trademark of its owner, which has no part in this program."))
