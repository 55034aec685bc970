"""What the pages of the settings are built from: a heading, lines of a caption and a control, a sentence below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from ui.theme.controls import Words
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_S, GAP_XL


class Page(QWidget):
    """From top to bottom; the rest stays empty."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        self._column.setSpacing(GAP_M)
        self._form: QFormLayout | None = None
        self._column.addStretch(1)

    def heading(self, words: str) -> None:
        """Begins a group."""
        self._form = None
        self._put(Words(self._theme, words, font=lambda fonts: fonts.name, parent=self))

    def line(self, caption: str, control: QWidget) -> None:
        """A caption, which names the control, and the control."""
        if self._form is None:
            self._form = QFormLayout()
            self._form.setHorizontalSpacing(GAP_XL)
            self._form.setVerticalSpacing(GAP_S)
            self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
            self._column.insertLayout(self._column.count() - 1, self._form)
        label = Words(self._theme, caption, parent=self)
        label.setBuddy(control)
        if not isinstance(control, QLabel):
            control.setAccessibleName(caption)
        self._form.addRow(label, control)

    def choice(self, words: str, *, checked: bool) -> QCheckBox:
        """Something that is so or not."""
        box = QCheckBox(words, self)
        box.setChecked(checked)
        self.put(box)
        return box

    def fact(self) -> Words:
        """A value that can only be read, and copied."""
        words = Words(self._theme, wrap=True, parent=self)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return words

    def sentence(self, words: str) -> Words:
        """What should be known about the lines above."""
        said = Words(self._theme, words, color=lambda colors: colors.muted, wrap=True, parent=self)
        self.put(said)
        return said

    def put(self, widget: QWidget) -> None:
        """Any widget, on a line of its own."""
        self._form = None
        self._put(widget)

    def _put(self, widget: QWidget) -> None:
        self._column.insertWidget(self._column.count() - 1, widget)
