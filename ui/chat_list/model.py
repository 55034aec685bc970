"""Adapts the ordered rows to Qt: turns what changed into the signals and roles that views and screen readers want."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ui.chat_list.ordering import OrderedRows
from ui.chat_list.rows import ChatRow
from ui.chat_list.words import accessible_text, title_text
from ui.words.day_clock import DayClock
from ui.words.times import people_locale

ROW_ROLE: Final = Qt.ItemDataRole.UserRole
MOVES_ONE_BY_ONE: Final = 8
_NOWHERE: Final = QModelIndex()


class ChatListModel(QAbstractListModel):
    """One `ChatRow` per row, newest first.

    While `more` rows are still to come, the list ends at the oldest row shown: a change that sorts below it is left
    out, since its page will bring it.
    """

    def __init__(self, clock: DayClock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._rows = OrderedRows()
        self.more = False
        clock.day_changed.connect(self._say_all_changed)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return title_text(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return accessible_text(row, self._clock.now(), people_locale())
        return None

    def row(self, position: int) -> ChatRow:
        """The row at a position; `IndexError` outside the list."""
        return self._rows[position]

    def position(self, conversation_id: str) -> int | None:
        """Where a conversation stands, or None."""
        return self._rows.position(conversation_id)

    def replace(self, rows: Sequence[ChatRow], *, more: bool) -> None:
        """Show exactly these rows."""
        self.beginResetModel()
        self._rows.replace(rows)
        self.more = more
        self.endResetModel()

    def append(self, rows: Sequence[ChatRow], *, more: bool) -> None:
        """Show the next page below; rows that are already there keep their newer content."""
        new = {row.conversation_id: row for row in rows if row.conversation_id not in self._rows}
        below = sorted(new.values(), key=lambda row: row.sort_key, reverse=True)
        last = self._rows[len(self._rows) - 1].sort_key if len(self._rows) else None
        tail = [row for row in below if last is None or row.sort_key < last]
        self.more = False
        if tail:
            first = len(self._rows)
            self.beginInsertRows(_NOWHERE, first, first + len(tail) - 1)
            for row in tail:
                self._rows.put(row)
            self.endInsertRows()
        self.upsert(row for row in below if row.conversation_id not in self._rows)
        self.more = more

    def upsert(self, rows: Iterable[ChatRow]) -> None:
        """Show each row at its place, instead of the conversation's former row where there is one."""
        changed = {row.conversation_id: row for row in rows}
        end = self._rows[len(self._rows) - 1].sort_key if self.more and len(self._rows) else None
        stay = [
            row
            for conversation_id, row in changed.items()
            if conversation_id in self._rows and (end is None or row.sort_key > end)
        ]
        if len(stay) > MOVES_ONE_BY_ONE:
            self._resort(stay)
            for row in stay:
                del changed[row.conversation_id]
        for row in changed.values():
            self._upsert(row)

    def remove(self, conversation_ids: Iterable[str]) -> None:
        """Take conversations off the list; unknown ids are nothing to do."""
        for conversation_id in conversation_ids:
            position = self._rows.position(conversation_id)
            if position is not None:
                self.beginRemoveRows(_NOWHERE, position, position)
                self._rows.remove(conversation_id)
                self.endRemoveRows()

    def _resort(self, rows: Sequence[ChatRow]) -> None:
        """Put many rows to their new places as one change: for views, each move costs about as much as all of them."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        pointed_at = [self._rows[index.row()].conversation_id for index in before]
        for row in rows:
            self._rows.put(row)
        after = [self.index(self._rows.position(conversation_id) or 0) for conversation_id in pointed_at]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _upsert(self, row: ChatRow) -> None:
        old = self._rows.position(row.conversation_id)
        new = self._rows.position_for(row)
        end = len(self._rows) - (old is not None)
        if self.more and new >= end and end > 0 and old != new:
            self.remove((row.conversation_id,))
        elif old is None:
            self.beginInsertRows(_NOWHERE, new, new)
            self._rows.put(row)
            self.endInsertRows()
        elif old == new:
            self._rows.put(row)
            index = self.index(new)
            self.dataChanged.emit(index, index)
        else:
            self.beginMoveRows(_NOWHERE, old, old, _NOWHERE, new if new < old else new + 1)
            self._rows.put(row)
            self.endMoveRows()
            index = self.index(new)
            self.dataChanged.emit(index, index)

    def _say_all_changed(self) -> None:
        if len(self._rows):
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))
