"""Says across the window that texts are left whose chats are gone, and leads to them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.stranded.dialog import StrandedDialog
from ui.stranded.rows import StrandedRow
from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S
from ui.words.said import counted


class StrandedStrip(QWidget):
    """Hidden while there are none. `discard_requested(key)`: a person gives one up."""

    discard_requested = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: list[StrandedRow] = []
        self.dialog: StrandedDialog | None = None
        self.words = Words(
            theme, font=lambda fonts: fonts.secondary_medium, color=lambda colors: colors.warn, wrap=True, parent=self
        )
        self.look = QPushButton(QCoreApplication.translate("Stranded", "Look at them…"), self)
        self.look.clicked.connect(self._open)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(GAP_L, GAP_S, GAP_L, GAP_S)
        layout.setSpacing(GAP_S)
        layout.addWidget(Glyph(theme, icons, "alert", 18, color=lambda colors: colors.warn, parent=self))
        layout.addWidget(self.words, stretch=1)
        layout.addWidget(self.look, alignment=Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self.update)
        self.hide()

    def show_rows(self, rows: Sequence[StrandedRow]) -> None:
        """Show these texts, in this order."""
        self._rows = list(rows)
        sentence = counted(
            "Stranded",
            "{count} text that you wrote is for a chat that the server no longer has.",
            "{count} texts that you wrote are for chats that the server no longer has.",
            len(rows),
        ).format(count=len(rows))
        self.words.setText(sentence)
        self.setAccessibleName(sentence)
        self.setVisible(bool(rows))
        if self.dialog is not None:
            self.dialog.show_rows(rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.colors.warn_bg)
        painter.end()

    def _open(self) -> None:
        dialog = StrandedDialog(self._theme, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.destroyed.connect(self._closed)
        dialog.discard_requested.connect(self.discard_requested)
        dialog.copy_requested.connect(lambda text: QGuiApplication.clipboard().setText(text))
        dialog.show_rows(self._rows)
        self.dialog = dialog
        dialog.open()

    def _closed(self) -> None:
        self.dialog = None
