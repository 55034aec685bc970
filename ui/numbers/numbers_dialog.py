"""The window around the team's numbers: it stays open beside the inbox while numbers connect and import."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.numbers.panel import NumbersPanel
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_M
from ui.words.day_clock import DayClock

SIZE: Final = QSize(560, 560)
WIDEST_SCALE: Final = 1.6


class NumbersDialog(QDialog):
    """Show it with `show()`: it does not stand in the way of the inbox."""

    def __init__(self, theme: Theme, icons: Icons, clock: DayClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(QCoreApplication.translate("Numbers", "WhatsApp numbers"))
        self.panel = NumbersPanel(theme, icons, clock, self)
        close = QPushButton(QCoreApplication.translate("Numbers", "Close"), self)
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(GAP_L, GAP_M, GAP_L, GAP_M)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.panel, stretch=1)
        layout.addLayout(buttons)
        theme.changed.connect(self._dress)
        self._dress()
        self.resize(self.minimumWidth(), round(SIZE.height() * min(theme.text_scale, WIDEST_SCALE)))

    def _dress(self) -> None:
        self.setMinimumWidth(round(SIZE.width() * min(self._theme.text_scale, WIDEST_SCALE)))
        self.setMinimumHeight(320)
