"""The entries of the dropdown: all conversations first, then every number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.session_filter.rows import NumberRow
from ui.session_filter.words import spoken, spoken_all

_NOWHERE: Final = QModelIndex()


class NumberModel(QAbstractListModel):
    """Entry 0 stands for all numbers; its row is None."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[NumberRow, ...] = ()

    @property
    def unread(self) -> int:
        """What is unread on all numbers together."""
        return sum(row.unread for row in self._rows)

    def replace(self, rows: Sequence[NumberRow]) -> None:
        """Show these numbers; the same ones with other content only change, so that an open popup stays as it is."""
        same = [row.session_id for row in rows] == [row.session_id for row in self._rows]
        if same:
            self._rows = tuple(rows)
            self.dataChanged.emit(self.index(0), self.index(len(rows)))
        else:
            self.beginResetModel()
            self._rows = tuple(rows)
            self.endResetModel()

    def row(self, position: int) -> NumberRow | None:
        """The number at an entry; None for the entry of all."""
        return self._rows[position - 1] if 0 < position <= len(self._rows) else None

    def position(self, session_id: str | None) -> int | None:
        """Where a number's entry is (0 for None, which means all), or None when it is not listed."""
        if session_id is None:
            return 0
        for position, row in enumerate(self._rows, start=1):
            if row.session_id == session_id:
                return position
        return None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1 + len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.row(index.row())
        return spoken(row) if row is not None else spoken_all(self.unread)
