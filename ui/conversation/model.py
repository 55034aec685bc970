"""The conversation as a Qt list model: turns changes of the plain rows list into Qt's signals, and rows into roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.conversation import phrases
from ui.conversation.rows import MessageRow
from ui.conversation.rows_list import PlacedRow, RowsList
from ui.words.times import clock_time, people_locale

PLACED_ROLE: Final = Qt.ItemDataRole.UserRole + 1
AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class MessageModel(QAbstractListModel):
    """One row per loaded message, oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = RowsList(self)

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        placed = self._rows[index.row()]
        if role == PLACED_ROLE:
            return placed
        if role == Qt.ItemDataRole.DisplayRole:
            return placed.row.body
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return phrases.spoken(placed.row, clock_time(placed.row.time_ms, people_locale()))
        return None

    def placed(self, position: int) -> PlacedRow:
        """The row at a position, without the detour over an index."""
        return self._rows[position]

    def position(self, key: str) -> int | None:
        """Where a message stands; None while it is not loaded."""
        return self._rows.position(key)

    @property
    def divider_key(self) -> str | None:
        """The message under the "new messages" line."""
        return self._rows.divider_key

    @property
    def divider_count(self) -> int:
        """The number on that line."""
        return self._rows.divider_count

    def load(self, rows: Iterable[MessageRow], divider_key: str | None = None) -> None:
        """Show these messages instead of all others, the "new messages" line above `divider_key`."""
        self.beginResetModel()
        self._rows.load(rows, divider_key)
        self.endResetModel()

    def upsert(self, rows: Iterable[MessageRow]) -> None:
        """Add or replace messages by their key."""
        self._rows.upsert(rows)

    def remove(self, keys: Iterable[str]) -> None:
        """Forget messages; unknown keys are fine."""
        self._rows.remove(keys)

    def divide(self, key: str | None, count: int) -> None:
        """Move the "new messages" line."""
        self._rows.divide(key, count)

    def begin_insert(self, first: int, last: int) -> None:
        self.beginInsertRows(QModelIndex(), first, last)

    def end_insert(self) -> None:
        self.endInsertRows()

    def begin_remove(self, first: int, last: int) -> None:
        self.beginRemoveRows(QModelIndex(), first, last)

    def end_remove(self) -> None:
        self.endRemoveRows()

    def changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first), self.index(last))
