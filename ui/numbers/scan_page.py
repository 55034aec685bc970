"""The page on which a number is linked: the QR code, how to scan it, and what is happening."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.numbers.qr_code import QrCode
from ui.numbers.rows import LinkRow
from ui.numbers.words import link_sentence, status_color, trouble_sentence
from ui.theme.controls import Words
from ui.theme.dot_word import DotWord
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_S

WITH_A_CODE: Final = "qr"


class ScanPage(QWidget):
    """Shows a `LinkRow`."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = QrCode(theme, icons, self)
        self.state = DotWord(theme, self)
        self.trouble = Words(theme, color=lambda colors: colors.warn, wrap=True, parent=self)
        translate = QCoreApplication.translate
        self.steps = Words(
            theme,
            "\n".join(
                (
                    translate("Linking", "1. Open WhatsApp on the phone of this number."),
                    translate("Linking", "2. Menu or Settings → Linked devices → Link a device."),
                    translate("Linking", "3. Point the camera at this code. It changes by itself."),
                )
            ),
            color=lambda colors: colors.muted,
            wrap=True,
            parent=self,
        )
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_S)
        layout.addWidget(self.code, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.state, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self.trouble)
        layout.addSpacing(GAP_M)
        layout.addWidget(self.steps)
        layout.addStretch(1)
        self._said = ""
        self.trouble.hide()

    def show_link(self, row: LinkRow) -> None:
        """How far it has come; a code whose age is not known is faded."""
        has_code = row.status == WITH_A_CODE
        self.code.show_code(row.code if has_code else None, faded=bool(row.trouble))
        said = link_sentence(row.status)
        self.state.show_word(said, lambda colors: colors.accent if has_code else status_color(row.status, colors))
        self.trouble.setText(trouble_sentence(row))
        self.trouble.setVisible(bool(row.trouble))
        if said != self._said:
            self._said = said
            QAccessible.updateAccessibility(QAccessibleEvent(self.state, QAccessible.Event.Alert))
