"""Takes pictures of all about numbers: `python -m tests.ui.numbers.pictures OUTDIR`, under any platform plugin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSettings
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.gallery import Gallery
from tests.ui.numbers.samples import CODE, HOSTILE, every_number, importing
from tests.ui.samples import design_numbers, now_ms
from ui.numbers.link_dialog import LinkDialog
from ui.numbers.numbers_dialog import NumbersDialog
from ui.numbers.rows import LinkRow, MetaHookRow
from ui.theme.icons import Icons
from ui.theme.theme import Mode
from ui.words.day_clock import DayClock

NUMBER = "+62 899-1234-5678"


class NumberPictures:
    """The numbers' windows in every state, in the theme of the moment."""

    def __init__(self, gallery: Gallery, folder: Path) -> None:
        self._gallery = gallery
        self._folder = folder
        self._clock = DayClock(now_ms)
        self._icons = Icons()

    def take_all(self) -> None:
        modes: tuple[Mode, ...] = ("light", "dark")
        for mode in modes:
            self._gallery.theme.set_mode(mode)
            for scale in (1.0, 2.0):
                self._gallery.theme.set_text_scale(scale)
                self._one_round(f"{mode}-{round(scale * 100)}")
        self._gallery.theme.set_text_scale(1.0)

    def _one_round(self, suffix: str) -> None:
        self._list(suffix)
        for name, show in self._link_states().items():
            dialog = LinkDialog(self._gallery.theme, self._icons)
            dialog.open()
            show(dialog)
            self._take(f"link-{name}-{suffix}", dialog)
            dialog.close()
            dialog.deleteLater()
        self._window(suffix)

    def _list(self, suffix: str) -> None:
        for name, may, rows in (
            ("supervisor", True, every_number()),
            ("agent", False, every_number()),
            ("none", True, []),
        ):
            dialog = NumbersDialog(self._gallery.theme, self._icons, self._clock)
            dialog.panel.show_numbers(rows)
            dialog.panel.set_may_manage(may)
            if card := dialog.panel.card("s1"):
                card.show_trouble("The bridge of this number cannot be reached.")
            dialog.resize(dialog.minimumWidth(), 1500 if rows else 480)
            dialog.show()
            self._take(f"numbers-{name}-{suffix}", dialog)
            dialog.close()
            dialog.deleteLater()

    def _link_states(self) -> dict[str, Callable[[LinkDialog], None]]:
        scanning = LinkRow(number=NUMBER, status="qr", code=CODE)
        hook = MetaHookRow(
            number=NUMBER, address="https://inbox.example.com/api/meta/webhook", verify_token="3q2-7wEfA9Zk1yT8xbQ"
        )

        def refused(dialog: LinkDialog) -> None:
            dialog.form.fields["phone_number"].setText("+62 812-3456-7890")
            dialog.show_form_error("This workspace already has the number +6281234567890.", "phone_number")

        return {
            "form": lambda dialog: None,
            "form-meta": lambda dialog: dialog.form.meta.setChecked(True),
            "form-refused": refused,
            "connecting": lambda dialog: dialog.show_link(LinkRow(number=NUMBER, status="connecting")),
            "qr": lambda dialog: dialog.show_link(scanning),
            "qr-stale": lambda dialog: dialog.show_link(
                replace(scanning, trouble="The server cannot be reached (ConnectError).")
            ),
            "connected": lambda dialog: dialog.show_connected(importing(320)),
            "failed": lambda dialog: dialog.show_failed(NUMBER, f"Chromium crashed: {HOSTILE}"),
            "meta": lambda dialog: dialog.show_meta(hook),
        }

    def _window(self, suffix: str) -> None:
        gallery = self._gallery
        gallery.window.set_may_manage(True)
        gallery.usual()
        gallery.take(f"window-syncing-{suffix}")
        gallery.window.show_numbers([*design_numbers(), importing(10)])
        gallery.take(f"window-two-imports-{suffix}")
        gallery.usual(sync=False)
        gallery.chats.sync.tell_import_ended(replace(importing(500), sync_status="completed", sync_running=False))
        gallery.take(f"window-imported-{suffix}")
        gallery.chats.sync.dismiss.click()
        gallery.window.show_numbers([*design_numbers(sync=False), every_number()[4]])
        gallery.take(f"window-needs-scan-{suffix}")
        gallery.window.show_numbers([])
        gallery.window.close_chat()
        gallery.chats.chats.show_rows([], more=False)
        gallery.chats.chats.set_empty("no_number")
        gallery.take(f"window-no-number-{suffix}")

    def _take(self, name: str, widget: QWidget) -> None:
        QTest.qWait(40)
        widget.grab().save(str(self._folder / f"{name}.png"))


def main() -> None:
    """Fill the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with TemporaryDirectory() as place:
        gallery = Gallery(app, folder, QSettings(f"{place}/settings.ini", QSettings.Format.IniFormat))
        NumberPictures(gallery, folder).take_all()
        gallery.close()


if __name__ == "__main__":
    main()
