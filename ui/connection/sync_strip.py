"""Shows how far the import of a number's history has come, and only while there is one; its end is told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QFont
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from ui.session_filter.rows import NumberRow
from ui.session_filter.words import number_text
from ui.theme.controls import ElidedWords, Words
from ui.theme.fonts import Fonts
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Colors, Theme
from ui.theme.tokens import GAP_M, GAP_S, GRID
from ui.words.plain import isolated
from ui.words.said import counted
from ui.words.times import people_locale

TOLD_FOR_MS: Final = 8_000
BUTTON: Final = 24
BUTTON_GLYPH: Final = 14


class SyncStrip(QWidget):
    """`Syncing +62 812-9900-1055 / 320 of 500 chats` and a bar; without a known total only the count.

    A supervisor may stop one (`cancel_requested(session_id)`); of several there is one strip that leads to all
    (`numbers_requested`).
    """

    cancel_requested = Signal(str)
    numbers_requested = Signal()

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_manage = False
        self._running: list[NumberRow] = []
        self._notice: tuple[str, str] | None = None
        self.what = ElidedWords(theme, font=_font, color=_color, parent=self)
        self.count = Words(theme, font=_font, color=_color, parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        translate = QCoreApplication.translate
        self.stop = self._button("close", translate("Sync", "Stop this import"), theme, icons)
        self.dismiss = self._button("close", translate("Sync", "Dismiss"), theme, icons)
        self.all = self._button("more", translate("Sync", "Show the numbers"), theme, icons)
        self.stop.clicked.connect(lambda: self.cancel_requested.emit(self._running[0].session_id))
        self.dismiss.clicked.connect(self._forget_notice)
        self.all.clicked.connect(self.numbers_requested)
        self._told = QTimer(self, singleShot=True, interval=TOLD_FOR_MS)
        self._told.timeout.connect(self._forget_notice)
        layout = QGridLayout(self)
        layout.setContentsMargins(GAP_M, GRID + 1, GAP_M, GAP_S)
        layout.setHorizontalSpacing(GAP_S)
        layout.setVerticalSpacing(1)
        layout.setRowMinimumHeight(0, theme.px(BUTTON))
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.what, 0, 0)
        layout.addWidget(self.count, 0, 1)
        for button in (self.stop, self.dismiss, self.all):
            layout.addWidget(button, 0, 2)
        layout.addWidget(self.bar, 1, 0, 1, 3)
        self._show()

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Show the running imports among these numbers, summed up when there are several."""
        self._running = [row for row in numbers if row.sync_running]
        self._show()

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor."""
        self._may_manage = may
        self._show()

    def tell_import_ended(self, row: NumberRow) -> None:
        """Say once that an import is complete, for a few seconds, or that it failed, until a person has seen it."""
        translate = QCoreApplication.translate
        number = isolated(number_text(row))
        if row.sync_status == "completed":
            self._notice = (
                translate("Sync", "Imported {0}").format(number),
                counted("Sync", "{count} chat", "{count} chats", row.synced),
            )
            self._told.start()
        else:
            self._notice = translate("Sync", "The import of {0} failed").format(number), ""
            self._told.stop()
        self._show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _show(self) -> None:
        if self._running:
            self._show_running()
        elif self._notice is not None:
            self._say(*self._notice)
        self.stop.setVisible(len(self._running) == 1 and self._may_manage)
        self.all.setVisible(len(self._running) > 1)
        self.dismiss.setVisible(not self._running and self._notice is not None)
        self.bar.setVisible(bool(self._running) and self._total() is not None)
        self.setVisible(bool(self._running) or self._notice is not None)

    def _show_running(self) -> None:
        running, locale = self._running, people_locale()
        synced = sum(row.synced for row in running)
        total = self._total()
        if len(running) == 1:
            what = QCoreApplication.translate("Sync", "Syncing {0}").format(isolated(number_text(running[0])))
        else:
            what = counted("Sync", "Syncing {count} number", "Syncing {count} numbers", len(running))
        if total is None:
            count = counted("Sync", "{count} chat", "{count} chats", synced)
        else:
            count = QCoreApplication.translate("Sync", "{0} of {1} chats").format(
                locale.toString(min(synced, total)), locale.toString(total)
            )
        self._say(what, count)
        self.bar.setRange(0, max(1, total or 0))
        self.bar.setValue(min(synced, total or 0))
        self.bar.setAccessibleName(f"{what}, {count}")

    def _total(self) -> int | None:
        totals = [row.total for row in self._running if row.total is not None]
        return sum(totals) if len(totals) == len(self._running) else None

    def _say(self, what: str, count: str) -> None:
        self.what.setText(what)
        self.count.setText(count)
        self.setAccessibleName(", ".join(words for words in (what, count) if words))

    def _forget_notice(self) -> None:
        self._told.stop()
        self._notice = None
        self._show()

    def _button(self, icon: str, name: str, theme: Theme, icons: Icons) -> IconButton:
        return IconButton(icon, name, theme, icons, side=BUTTON, glyph=BUTTON_GLYPH, parent=self)


def _font(fonts: Fonts) -> QFont:
    return fonts.secondary


def _color(colors: Colors) -> QColor:
    return colors.muted
