"""Opens the settings over the window, filled with what is known, and does what they ask for."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from inbox_app.compose.inbox import Inbox
from inbox_app.compose.screen import Screen
from inbox_app.desktop.autostart import Autostart, autostart_folder
from inbox_app.profile import Account, Profile
from ui.settings.dialog import SettingsDialog
from ui.settings.rows import AccountRow, StorageRow
from ui.settings.system_page import SystemRow


def open_settings(screen: Screen, account: Account | None, profile: Profile, inbox: Inbox | None) -> SettingsDialog:
    """It deletes itself when it is closed."""
    autostart = Autostart(autostart_folder(), [sys.argv[0], "--profile", profile.name])
    system = SystemRow(has_tray=screen.tray.is_available, autostart=autostart.is_on)
    dialog = SettingsDialog(screen.theme, screen.remembered, screen.window.sections, system, screen.window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show_account(_account_row(account) if account is not None else None)
    dialog.show_numbers(screen.window.numbers)
    if account is not None and inbox is not None:
        dialog.show_storage(_storage_row(profile, account, inbox))
    dialog.folder_requested.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(profile.folder))))
    dialog.notifications_changed.connect(
        lambda: screen.tray.show_silence(screen.remembered.notifications.do_not_disturb)
    )

    def turn(on: bool) -> None:
        try:
            autostart.turn(on=on)
        except OSError as error:
            screen.tell(str(error))

    dialog.autostart_wanted.connect(turn)
    dialog.open()
    return dialog


def _account_row(account: Account) -> AccountRow:
    return AccountRow(
        name=account.user.name,
        email=account.user.email,
        role=account.user.role,
        workspace=account.workspace.name,
        server=account.server,
    )


def _storage_row(profile: Profile, account: Account, inbox: Inbox) -> StorageRow:
    files = profile.files_of(account)
    return StorageRow(
        folder=str(files.cache.parent),
        cache_bytes=_size(files.cache),
        outbox_bytes=_size(files.outbox),
        unsent=len(inbox.outbox.all()),
    )


def _size(file: Path) -> int:
    """With what SQLite keeps beside it."""
    beside = (file, file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"))
    return sum(each.stat().st_size for each in beside if each.exists())
