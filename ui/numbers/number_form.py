"""The form for a number to be added: over which provider, which number, and what one calls it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from ui.numbers.rows import NewNumber
from ui.theme.controls import Words
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GRID
from ui.words.plain import one_line

FIELDS: Final = ("phone_number", "display_name", "phone_number_id", "access_token", "app_secret")
META_FIELDS: Final = ("phone_number_id", "access_token", "app_secret")


class NumberForm(QWidget):
    """`number()` is what was typed; `completeness_changed` tells whether it can be sent."""

    completeness_changed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        translate = QCoreApplication.translate
        self.webjs = QRadioButton(translate("Linking", "WhatsApp Web: scan a code"), self)
        self.meta = QRadioButton(translate("Linking", "Meta Cloud API: enter its keys"), self)
        self.webjs.setChecked(True)
        self._providers = QButtonGroup(self)
        self._providers.addButton(self.webjs)
        self._providers.addButton(self.meta)
        self.fields: dict[str, QLineEdit] = {}
        self._labels: dict[str, Words] = {}
        self.error = Words(theme, color=lambda colors: colors.danger, wrap=True, parent=self)
        self.error.hide()
        self._lay_out()
        self.fields["phone_number"].setPlaceholderText("+62 812-3456-7890")
        self.fields["display_name"].setPlaceholderText(translate("Linking", "Sales, Support, the shop's name…"))
        for secret in ("access_token", "app_secret"):
            self.fields[secret].setEchoMode(QLineEdit.EchoMode.Password)
        for field in self.fields.values():
            field.textChanged.connect(self._tell)
        self._providers.buttonToggled.connect(self._provider_chosen)
        self._provider_chosen()

    @property
    def is_complete(self) -> bool:
        """Whether everything that is needed was typed."""
        needed = ["phone_number"] + (["phone_number_id"] if self.meta.isChecked() else [])
        return all(self._text(name) for name in needed)

    def number(self) -> NewNumber:
        """What was typed; of Meta's fields nothing unless Meta was chosen."""
        is_meta = self.meta.isChecked()
        return NewNumber(
            provider_type="meta" if is_meta else "webjs",
            phone_number=self._text("phone_number"),
            display_name=self._text("display_name"),
            **({name: self._text(name) for name in META_FIELDS} if is_meta else {}),
        )

    def clear(self) -> None:
        """Nothing typed, nothing wrong."""
        for field in self.fields.values():
            field.clear()
        self.webjs.setChecked(True)
        self.error.hide()
        self.fields["phone_number"].setFocus()

    def show_error(self, words: str, field: str | None) -> None:
        """Say what was wrong; the keyboard goes to the field of that name."""
        self.error.setText(one_line(words))
        self.error.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self.error, QAccessible.Event.Alert))
        wrong = self.fields.get(field or "", self.fields["phone_number"])
        wrong.setFocus()
        wrong.selectAll()

    def show_busy(self, busy: bool) -> None:
        """While the server is asked, nothing can be changed."""
        if busy:
            self.error.hide()
        for widget in (*self.fields.values(), self.webjs, self.meta):
            widget.setEnabled(not busy)

    def _lay_out(self) -> None:
        translate = QCoreApplication.translate
        names = {
            "phone_number": translate("Linking", "Phone number with country code"),
            "display_name": translate("Linking", "Name, for your team (optional)"),
            "phone_number_id": translate("Linking", "Phone number ID (Meta's console)"),
            "access_token": translate("Linking", "Access token"),
            "app_secret": translate("Linking", "App secret"),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.webjs)
        layout.addWidget(self.meta)
        layout.addSpacing(GAP_L)
        for name in FIELDS:
            label = Words(
                self._theme,
                names[name],
                font=lambda fonts: fonts.secondary_medium,
                color=lambda colors: colors.muted,
                wrap=True,
                parent=self,
            )
            field = QLineEdit(self)
            field.setAccessibleName(names[name])
            label.setBuddy(field)
            self.fields[name], self._labels[name] = field, label
            layout.addWidget(label)
            layout.addWidget(field)
            layout.addSpacing(GAP_S)
        layout.addWidget(self.error)
        layout.addStretch(1)

    def _provider_chosen(self) -> None:
        for name in META_FIELDS:
            self.fields[name].setVisible(self.meta.isChecked())
            self._labels[name].setVisible(self.meta.isChecked())
        self._tell()

    def _tell(self) -> None:
        self.completeness_changed.emit(self.is_complete)

    def _text(self, name: str) -> str:
        return self.fields[name].text().strip()
