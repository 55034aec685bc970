"""Chooses a template, fills in its places and shows the message as the customer will read it, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.conversation.rows import TemplateRow
from ui.theme.theme import Theme
from ui.words.plain import one_line

WIDTH: Final = 640
HEIGHT: Final = 420
LONGEST_VALUE: Final = 1024


def _say(text: str) -> str:
    return QCoreApplication.translate("Templates", text)


class TemplatesDialog(QDialog):
    """`chosen` carries the row, the values by key, and the whole text. Show it with `open()`, never with `exec()`."""

    chosen = Signal(object, object, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_say("Send a template"))
        self._rows: list[TemplateRow] = []
        self.list = QListWidget(self)
        self.list.setAccessibleName(_say("Templates"))
        self.note = _label()
        self.preview = _label()
        self.preview.setAccessibleName(_say("Preview"))
        self._fields: dict[str, QLineEdit] = {}
        self._form_holder = QWidget(self)
        self._form = QFormLayout(self._form_holder)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        buttons = QDialogButtonBox(self)
        self.cancel_button = buttons.addButton(_say("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        self.send_button = buttons.addButton(_say("Send"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out(theme, buttons)
        self.list.currentRowChanged.connect(self._show_template)
        buttons.rejected.connect(self.reject)
        buttons.accepted.connect(self._choose)
        self.show_loading()

    def show_loading(self) -> None:
        """The templates are being asked for."""
        self._load(())
        self.note.setText(_say("Asking Meta for the templates…"))

    def show_templates(self, rows: Sequence[TemplateRow]) -> None:
        """These may be chosen; those with a problem are listed and say why they cannot."""
        self._load(rows)
        self.note.setText("" if rows else _say("Meta has not approved any template for this number."))
        if rows:
            self.list.setCurrentRow(0)

    def show_trouble(self, words: str) -> None:
        """They could not be fetched."""
        self._load(())
        self.note.setText(words)

    def set_value(self, key: str, value: str) -> None:
        """Fill in a place, as typing would."""
        self._fields[key].setText(value)

    def _load(self, rows: Sequence[TemplateRow]) -> None:
        self._rows = list(rows)
        self.list.clear()
        for row in rows:
            self.list.addItem(QListWidgetItem(f"{one_line(row.name)} · {one_line(row.language)}"))
        self._show_template(-1)

    def _show_template(self, position: int) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self._fields.clear()
        row = self._rows[position] if 0 <= position < len(self._rows) else None
        for place in row.fields if row is not None and row.problem is None else ():
            edit = QLineEdit(self._form_holder)
            edit.setMaxLength(LONGEST_VALUE)
            edit.setPlaceholderText(one_line(place.example or ""))
            edit.textChanged.connect(self._refresh)
            self._fields[place.key] = edit
            label = _label()
            label.setText(_say("Value of {place}").format(place=one_line(place.label)))
            label.setBuddy(edit)
            self._form.addRow(label, edit)
        self._refresh()

    def _refresh(self) -> None:
        row = self._current()
        self.preview.setText("" if row is None else filled(row, self._values()))
        if row is not None:
            self.note.setText(row.problem or "")
        is_filled = all(each.text().strip() for each in self._fields.values())
        self.send_button.setEnabled(row is not None and row.problem is None and is_filled)

    def _values(self) -> dict[str, str]:
        return {key: edit.text().strip() for key, edit in self._fields.items()}

    def _current(self) -> TemplateRow | None:
        position = self.list.currentRow()
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def _choose(self) -> None:
        row = self._current()
        if row is not None and self.send_button.isEnabled():
            self.chosen.emit(row, self._values(), filled(row, self._values()))
            self.accept()

    def _lay_out(self, theme: Theme, buttons: QDialogButtonBox) -> None:
        right = QVBoxLayout()
        right.addWidget(self._form_holder)
        right.addWidget(self.preview, 1, Qt.AlignmentFlag.AlignTop)
        both = QHBoxLayout()
        both.addWidget(self.list, 2)
        both.addLayout(right, 3)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addWidget(self.note)
        column.addWidget(buttons)
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))


def filled(row: TemplateRow, values: dict[str, str]) -> str:
    """The message as the customer will read it; places without a value show what their author called them."""
    text = "\n".join(part for part in (row.header, row.body, row.footer) if part)
    for place in row.fields:
        text = text.replace(f"{{{{{place.key}}}}}", values.get(place.key) or f"[{place.label}]")
    return text


def _label() -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    return label
