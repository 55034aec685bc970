"""Shows the window as usual, for a screen reader to look at; each line on its input is something that happens."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSettings, QSocketNotifier
from PySide6.QtWidgets import QApplication

from tests.ui.gallery import OFFLINE, Gallery
from tests.ui.samples import design_chats, now_ms
from ui.conversation.rows import MessageRow

NEW = MessageRow(
    key="new",
    message_id="new",
    order="9999",
    outbound=False,
    body="Apakah masih buka?",
    sender_name="Maya Putri",
    sender_seed="maya",
    time_ms=now_ms(),
)


def main() -> None:
    """Until its input ends."""
    app = QApplication([])
    app.setApplicationName("inbox-under-test")
    with TemporaryDirectory() as folder:
        gallery = Gallery(app, Path(folder), QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat))
        gallery.usual()
        gallery.window.activateWindow()
        happenings: dict[str, Callable[[], None]] = {
            "message": lambda: gallery.conversation.upsert_messages([NEW]),
            "offline": lambda: gallery.window.show_connection(OFFLINE),
            "focus list": gallery.chats.chats.focus_first,
            "unread": lambda: gallery.chats.chats.upsert([replace(design_chats()[2], unread=7)]),
        }

        def heard() -> None:
            gallery.window.activateWindow()
            line = sys.stdin.readline().strip()
            happenings.get(line, app.quit)()

        notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(heard)
        print("shown", flush=True)  # noqa: T201  # told to the test
        app.exec()
        gallery.close()


if __name__ == "__main__":
    main()
