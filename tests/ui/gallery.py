"""Takes pictures of the window: `python -m tests.ui.gallery OUTDIR` all, with `--documented` those of the docs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from tests.ui.conversation import examples
from tests.ui.samples import awkward_chats, design_chats, design_numbers, disconnected_number, now_ms
from ui.connection.rows import ConnectionRow
from ui.conversation.details import DetailsPane
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import ConversationHeader, MessageRow
from ui.palette.rows import PaletteEntry
from ui.settings.dialog import SettingsDialog
from ui.settings.rows import AccountRow, StorageRow
from ui.settings.system_page import SystemRow
from ui.sign_in.dialog import SignInDialog
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Mode, Theme
from ui.window.chat_pane import ChatPane
from ui.window.main_window import MainWindow
from ui.window.remembered import Remembered
from ui.words.day_clock import DayClock

LIVE = ConnectionRow(kind="live")
OFFLINE = ConnectionRow(kind="reconnecting", seconds=4)


class Gallery:
    """One window, brought from state to state."""

    def __init__(self, app: QApplication, folder: Path, settings: QSettings) -> None:
        self._folder = folder
        self._settings_file = settings
        self.theme = Theme(app, mode="light")
        icons, clock = Icons(), DayClock(now_ms)
        avatars = AvatarPainter(self.theme, icons)
        self.chats = ChatPane(self.theme, icons, clock)
        self.conversation = ConversationPane(self.theme, icons, avatars, clock)
        self.details = DetailsPane(self.theme, avatars)
        self.window = MainWindow(
            self.theme,
            icons,
            Remembered(settings),
            chats=self.chats,
            conversation=self.conversation,
            details=self.details,
        )
        self._clock = clock
        self.window.single_pane_changed.connect(self.conversation.show_back)
        self.window.resize(1280, 860)
        self.window.show()

    def usual(self, *, sync: bool = True) -> None:
        """The state of the design's pictures."""
        self.window.show_connection(LIVE)
        self.window.show_numbers(design_numbers(sync=sync))
        self.chats.chats.show_rows([*design_chats()], more=False)
        self.conversation.show_conversation(_header())
        self.conversation.show_messages(_messages(), more_above=False, first_unread_key=None)
        self.conversation.set_sending_from("+62 812-3456-7890", "Sales", True, "")
        self.window.open_chat("2")

    def take(self, name: str, widget: QWidget | None = None) -> None:
        """Save what a widget, else the window, looks like now."""
        QTest.qWait(60)
        (widget or self.window).grab().save(str(self._folder / f"{name}.png"))

    def width(self, width: int, height: int = 860) -> None:
        """Bring the window to a width."""
        self.window.resize(width, height)

    def take_all(self) -> None:
        """Every state, one picture each."""
        for mode in ("light", "dark"):
            self._both_themes(mode)
        self.theme.set_mode("light")
        for name, state in self.states().items():
            self.usual(sync=False)
            state()
            self.take(name)
            self.theme.set_text_scale(1.0)
            self.width(1280)
            self.chats.clear_filters()
        plain: tuple[Mode, ...] = ("light", "contrast")
        for mode in plain:
            self.theme.set_mode(mode)
            self._all_settings()
            self.take(f"inbox-{mode}-plain")
        self.theme.set_mode("light")
        self._settings()
        self._sign_in()

    def document(self, only: str = "") -> None:
        """The pictures of `docs/images/states`: the main states in both themes, at 100 and at 200 %."""
        modes: tuple[Mode, ...] = ("light", "dark")
        for mode in modes:
            for percent in (100, 200):
                for name, state in self._documented().items():
                    shown = f"{name}-{mode}-{percent}"
                    if only and shown != only:
                        continue
                    self.theme.set_mode(mode)
                    self.theme.set_text_scale(percent / 100)
                    self.usual(sync=name == "usual")
                    self.details.show_details(examples.details())
                    self.conversation.show_messages(examples.mockup(), more_above=False, first_unread_key="k4")
                    state()
                    self.take(shown)
                    self.window.palette_list.hide()
                    self.chats.clear_filters()
        self.theme.set_text_scale(1.0)
        self.theme.set_mode("light")

    def _documented(self) -> dict[str, Callable[[], None]]:
        return {
            "usual": lambda: None,
            "messages": lambda: self.conversation.show_messages(examples.states(), more_above=False),
            "offline": lambda: self.window.show_connection(OFFLINE),
            "awaiting": self._awaiting,
            "empty-search": self._empty_search,
            "palette": self._palette,
        }

    def close(self) -> None:
        """End the window."""
        self.window.close()

    def _both_themes(self, mode: Mode) -> None:
        self.theme.set_mode(mode)
        self.usual()
        self.take(f"inbox-{mode}")
        self.chats.chats.show_rows(awkward_chats(), more=False)
        self.chats.chats.select("a3")
        self.take(f"awkward-{mode}")
        self.window.show_numbers([*design_numbers(), disconnected_number()])
        box = self.chats.session_filter.box
        box.showPopup()
        self.take(f"numbers-{mode}", box.view().window())
        box.hidePopup()
        self.theme.set_text_scale(2.0)
        self.usual()
        self.take(f"text-200-{mode}")
        self.chats.chats.show_rows(awkward_chats(), more=False)
        self.take(f"text-200-awkward-{mode}")
        self.theme.set_text_scale(1.0)

    def states(self) -> dict[str, Callable[[], None]]:
        """Ways to bring the window from its usual state into another."""
        return {
            "offline": lambda: self.window.show_connection(OFFLINE),
            "number-down": lambda: self.window.show_numbers([*design_numbers(sync=False), disconnected_number()]),
            "empty-first": lambda: self._empty("no_number"),
            "empty-chats": lambda: self._empty("no_chat"),
            "empty-search": self._empty_search,
            "nothing-open": self.window.close_chat,
            "width-900": lambda: self.width(900),
            "width-640-chat": lambda: self.width(640),
            "width-640-list": self._narrow_list,
            "keyboard": self._keyboard,
            "awaiting": self._awaiting,
            "palette": self._palette,
            "shortcuts": self._shortcuts,
        }

    def _empty(self, kind: str) -> None:
        if kind == "no_number":
            self.window.show_numbers([])
        self.window.close_chat()
        self.chats.chats.show_rows([], more=False)
        self.chats.chats.set_empty(kind)

    def _empty_search(self) -> None:
        self.chats.search.setText("<b>nobody</b>")
        QTest.keyClick(self.chats.search, Qt.Key.Key_Return)
        self.chats.chats.show_rows([], more=False)
        self.chats.chats.set_empty("no_result")

    def _narrow_list(self) -> None:
        self.width(640)
        QTest.qWait(20)
        self.window.show_list()

    def _keyboard(self) -> None:
        self.window.activateWindow()
        self.chats.search.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(self.window, Qt.Key.Key_Tab)
        self.chats.chats.focus_first()
        QTest.keyClick(self.chats.chats, Qt.Key.Key_Down)
        QTest.keyClick(self.chats.chats, Qt.Key.Key_Down)

    def _awaiting(self) -> None:
        self.chats.chips.choose("awaiting")
        waits = (4, 25, 190, 3000)
        rows = [
            replace(row, waiting_minutes=minutes, sort_key=(minutes, row.conversation_id))
            for row, minutes in zip((row for row in design_chats() if not row.is_group), waits, strict=False)
        ]
        self.chats.chats.show_rows(rows, more=False)

    def _palette(self) -> None:
        self.window.open_palette()
        chats = [
            PaletteEntry(kind="chat", target=row.conversation_id, title=row.title, is_group=row.is_group)
            for row in design_chats()
        ]
        self.window.palette_list.show_chats(chats)
        QTest.keyClicks(self.window.palette_list.field, "ja")

    def _shortcuts(self) -> None:
        self.window.show_shortcuts()

    def _settings(self) -> None:
        menu = self.chats.settings_menu
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        self.take("settings", menu)
        looks = next(child for child in menu.findChildren(QMenu) if child.actions())
        looks.popup(self.window.mapToGlobal(self.window.rect().center()))
        self.take("settings-appearance", looks)
        looks.close()
        menu.close()

    def _all_settings(self) -> None:
        remembered = Remembered(self._settings_file)
        system = SystemRow(has_tray=True, autostart=False)
        dialog = SettingsDialog(self.theme, remembered, self.window.sections, system, self.window)
        account = AccountRow(
            name="Sari Wulandari",
            email="sari@example.com",
            role="agent",
            workspace="Toko Nusantara",
            server="https://x",
        )
        dialog.show_account(account)
        dialog.show_numbers(design_numbers())
        dialog.show_storage(StorageRow(folder="/home/sari", cache_bytes=41_000_000, outbox_bytes=36_864, unsent=2))
        dialog.open()
        for page in range(dialog.names.count()):
            dialog.names.setCurrentRow(page)
            self.take(f"settings-{self.theme.palette.name}-{page}", dialog)
        dialog.close()
        dialog.deleteLater()

    def _sign_in(self) -> None:
        dialog = SignInDialog(self.theme, server="http://127.0.0.1:8000", email="agent@example.com")
        dialog.open()
        self.take("sign-in", dialog)
        dialog.show_error("The server does not know this e-mail and password together.")
        self.take("sign-in-error", dialog)
        dialog.close()
        dialog.deleteLater()


def _header() -> ConversationHeader:
    return ConversationHeader(
        conversation_id="2",
        title="Reseller Jabodetabek",
        has_name=True,
        is_group=True,
        members=48,
        avatar_seed="2",
        contact_phone=None,
        provider_type="webjs",
        session_number="+62 812-3456-7890",
        session_name="Sales",
        session_status="connected",
    )


def _messages() -> list[MessageRow]:
    texts = ("Pagi semua 👋 promo Desember sudah mulai belum?", "siap min, ditunggu", "stok warna hitam masih ada?")
    return [
        MessageRow(
            key=str(number),
            message_id=str(number),
            order=f"{number:04}",
            outbound=False,
            body=text,
            sender_name="Maya Putri",
            sender_seed="maya",
            time_ms=now_ms() - 60_000 * (10 - number),
        )
        for number, text in enumerate(texts)
    ]


def main() -> None:
    """Fill the folder named on the command line."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    with TemporaryDirectory() as place:
        gallery = Gallery(app, folder, QSettings(f"{place}/settings.ini", QSettings.Format.IniFormat))
        if "--documented" in sys.argv:
            gallery.document()
        else:
            gallery.take_all()
        gallery.close()


if __name__ == "__main__":
    main()
