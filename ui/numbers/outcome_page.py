"""How adding or connecting a number ended: connected, with its import under way; failed, with the reason; or with
what Meta's console must be told."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QProgressBar, QVBoxLayout, QWidget

from ui.numbers.rows import MetaHookRow
from ui.numbers.words import count_words, reason_sentence
from ui.session_filter.rows import NumberRow
from ui.theme.controls import Glyph, Words
from ui.theme.icons import Icons
from ui.theme.theme import Colors, Theme
from ui.theme.tokens import GAP_L, GAP_S
from ui.words.plain import isolated, one_line
from ui.words.times import people_locale


class OutcomePage(QWidget):
    """A picture, a headline, what it means, and, for Meta, two texts to copy."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_well = True
        self._theme = theme
        self.glyph = Glyph(theme, icons, "check", 48, color=self._color, parent=self)
        self.headline = Words(theme, font=lambda fonts: fonts.title, wrap=True, parent=self)
        self.advice = Words(theme, color=lambda colors: colors.muted, wrap=True, parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        translate = QCoreApplication.translate
        self.address = self._copied(translate("Linking", "Callback URL"))
        self.verify_token = self._copied(translate("Linking", "Verify token (shown only now)"))
        self._labels = [
            Words(
                theme,
                field.accessibleName(),
                font=lambda fonts: fonts.secondary_medium,
                color=lambda colors: colors.muted,
                parent=self,
            )
            for field in (self.address, self.verify_token)
        ]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP_S)
        layout.addStretch(1)
        layout.addWidget(self.glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        for words in (self.headline, self.advice):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(words)
        layout.addSpacing(GAP_S)
        layout.addWidget(self.bar)
        layout.addSpacing(GAP_L)
        for label, field in zip(self._labels, (self.address, self.verify_token), strict=True):
            label.setBuddy(field)
            layout.addWidget(label)
            layout.addWidget(field)
        layout.addStretch(2)

    def show_connected(self, row: NumberRow) -> None:
        """It is linked; how its import is doing."""
        translate = QCoreApplication.translate
        self._show(True, translate("Linking", "{0} is connected").format(isolated(one_line(row.number))))
        count = count_words(row, people_locale())
        if row.sync_status == "running":
            words = translate("Linking", "Its chats are coming in: {0}.").format(count)
        elif row.sync_status == "completed":
            words = translate("Linking", "Its chats are in the inbox.")
        else:
            words = translate("Linking", "Its chats will appear in the inbox by themselves.")
        self.advice.setText(words)
        self.bar.setVisible(row.sync_status == "running")
        self.bar.setRange(0, row.total or 0)
        self.bar.setValue(min(row.synced, row.total or 0))

    def show_failed(self, number: str, reason: str) -> None:
        """It is not linked, and why."""
        translate = QCoreApplication.translate
        self._show(False, translate("Linking", "{0} is not connected").format(isolated(one_line(number))))
        self.advice.setText(reason_sentence("failed", reason) or translate("Linking", "WhatsApp did not say why."))

    def show_meta(self, row: MetaHookRow) -> None:
        """It is added; Meta must be told where to post."""
        translate = QCoreApplication.translate
        self._show(True, translate("Linking", "{0} was added").format(isolated(one_line(row.number))))
        self.advice.setText(
            translate("Linking", "In Meta's console, under WhatsApp → Configuration → Webhook, enter these two:")
        )
        for field, text in ((self.address, row.address), (self.verify_token, row.verify_token)):
            field.setText(text)
            field.setCursorPosition(0)
        for widget in (*self._labels, self.address, self.verify_token):
            widget.show()

    def _show(self, well: bool, headline: str) -> None:
        self._is_well = well
        self.glyph.show_icon("check" if well else "alert")
        self.headline.setText(headline)
        self.bar.hide()
        for widget in (*self._labels, self.address, self.verify_token):
            widget.hide()

    def _color(self, colors: Colors) -> QColor:
        return colors.live if self._is_well else colors.danger

    def _copied(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setReadOnly(True)
        field.setAccessibleName(name)
        return field
