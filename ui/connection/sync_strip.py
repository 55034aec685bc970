"""Shows how far the import of a number's history has come, and only while there is one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from ui.session_filter.rows import NumberRow
from ui.session_filter.words import number_text
from ui.theme.controls import ElidedWords, Words
from ui.theme.fonts import Fonts
from ui.theme.theme import Colors, Theme
from ui.theme.tokens import GAP_M, GAP_S, GRID
from ui.words.plain import isolated
from ui.words.said import counted
from ui.words.times import people_locale


class SyncStrip(QWidget):
    """`Syncing +62 812-9900-1055 / 320 of 500 chats` and a bar; without a known total only the count."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what = ElidedWords(theme, font=_font, color=_color, parent=self)
        self.count = Words(theme, font=_font, color=_color, parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        layout = QGridLayout(self)
        layout.setContentsMargins(GAP_M, GAP_S, GAP_M, GAP_S)
        layout.setHorizontalSpacing(GAP_S)
        layout.setVerticalSpacing(GRID + 1)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.what, 0, 0)
        layout.addWidget(self.count, 0, 1)
        layout.addWidget(self.bar, 1, 0, 1, 2)
        self.hide()

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Show the running imports among these numbers, summed up when there are several."""
        running = [row for row in numbers if row.sync_running]
        self.setVisible(bool(running))
        if not running:
            return
        locale = people_locale()
        synced = sum(row.synced for row in running)
        totals = [row.total for row in running if row.total is not None]
        total = sum(totals) if len(totals) == len(running) else None
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
        self.what.setText(what)
        self.count.setText(count)
        self.bar.setVisible(total is not None)
        self.bar.setRange(0, max(1, total or 0))
        self.bar.setValue(min(synced, total or 0))
        self.bar.setAccessibleName(f"{what}, {count}")


def _font(fonts: Fonts) -> QFont:
    return fonts.secondary


def _color(colors: Colors) -> QColor:
    return colors.muted
