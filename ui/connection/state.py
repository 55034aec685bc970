"""The dot and the word above the list that tell how the line to the server stands."""

from __future__ import annotations

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ui.connection.rows import ConnectionKind, ConnectionRow
from ui.connection.words import state_word
from ui.theme.dot_word import DotWord
from ui.theme.theme import Colors, Theme


class ConnectionState(DotWord):
    """Shows a `ConnectionRow`."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.show_connection(ConnectionRow(kind="connecting"))

    def show_connection(self, row: ConnectionRow) -> None:
        """Show how the line stands."""
        self.show_word(state_word(row), lambda colors: _color(row.kind, colors))


def _color(kind: ConnectionKind, colors: Colors) -> QColor:
    if kind == "live":
        return colors.live
    if kind == "catching_up":
        return colors.accent
    if kind in ("offline", "refused"):
        return colors.danger
    return colors.warn
