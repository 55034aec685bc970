"""Ctrl+K: a field and a list of chats, numbers and actions that narrows as one types; Enter goes there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from ui.palette.delegate import ROW, PaletteDelegate
from ui.palette.matching import best
from ui.palette.rows import PaletteEntry
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_S, RADIUS_BUBBLE

MOST: Final = 50
WIDTH: Final = 560
ROWS: Final = 9
ENTRY_ROLE: Final = Qt.ItemDataRole.UserRole
AnyIndex = QModelIndex | QPersistentModelIndex
_NOWHERE: Final = QModelIndex()
_MOVES: Final = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: ROWS, Qt.Key.Key_PageUp: -ROWS}


class Palette(QFrame):
    """Opens over its parent. `query_changed` asks for chats that are not among those given; `show_chats` answers.

    `chosen` carries the entry. Closing it, however, gives the keyboard back to whoever had it.
    """

    query_changed = Signal(str)
    chosen = Signal(PaletteEntry)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._theme = theme
        self._chats: Sequence[PaletteEntry] = ()
        self._others: Sequence[PaletteEntry] = ()
        self._before: QWidget | None = None
        self.entries = PaletteModel(self)
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(QCoreApplication.translate("Palette", "Go to a chat, a number or an action"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.list = QListView(self)
        self.list.setModel(self.entries)
        self.list.setItemDelegate(PaletteDelegate(theme, icons, self.list))
        self.list.setAccessibleName(QCoreApplication.translate("Palette", "What fits"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_S, GAP_S, GAP_S, GAP_S)
        layout.setSpacing(GAP_S)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self.list.clicked.connect(self._choose)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def open(self, others: Sequence[PaletteEntry]) -> None:
        """Show numbers and actions (`others`), and the chats that `show_chats` brought before or brings now."""
        window = self.window()
        self._before = window.focusWidget()
        self._others = others
        self.field.clear()
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.query_changed.emit("")
        self._narrow()

    def show_chats(self, chats: Sequence[PaletteEntry]) -> None:
        """The chats to choose from: the newest ones and, after `query_changed`, those that were found."""
        self._chats = chats
        self._narrow()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: object, event: object) -> bool:
        """The field's keys: arrows move in the list while one types; leaving the field closes the palette."""
        if watched is not self.field:
            return False
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress:
            return self._key(event)
        if getattr(event, "type", lambda: None)() == QKeyEvent.Type.FocusOut and self.window().isActiveWindow():
            self.hide()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in _MOVES:
            count = self.entries.rowCount()
            row = self.list.currentIndex().row() + _MOVES[key]
            self.list.setCurrentIndex(self.entries.index(min(max(row, 0), count - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            entry = self.entries.entry(index.row())
            self.hide()
            self.chosen.emit(entry)

    def _typed(self, text: str) -> None:
        self.query_changed.emit(text.strip())
        self._narrow()

    def _narrow(self) -> None:
        query = self.field.text().strip()
        chats = {chat.target: chat for chat in self._chats}
        self.entries.replace(best(query, [*chats.values(), *self._others], MOST))
        if self.entries.rowCount():
            self.list.setCurrentIndex(self.entries.index(0))
        self._place()

    def _place(self) -> None:
        room = self._over.rect()
        width = min(self._theme.px(WIDTH), room.width() - 2 * GAP_S)
        rows = min(max(self.entries.rowCount(), 1), ROWS)
        height = self.field.sizeHint().height() + rows * self._theme.px(ROW) + 4 * GAP_S
        self.setGeometry((room.width() - width) // 2, room.height() // 10, width, min(height, room.height() * 4 // 5))

    def _dress(self) -> None:
        colors = self._theme.colors
        self.field.setFont(self._theme.fonts.body)
        self.setStyleSheet(
            f"Palette {{ background: {colors.bg.name()}; border: 1px solid {colors.line.name()};"
            f" border-radius: {RADIUS_BUBBLE}px; }}"
            f"QListView {{ background: {colors.bg.name()}; outline: 0; }}"
        )


class PaletteModel(QAbstractListModel):
    """The entries that fit, best first."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._entries: Sequence[PaletteEntry] = ()

    def rowCount(self, parent: AnyIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return ", ".join(filter(None, (entry.title, entry.detail, entry.keys)))
        return None

    def entry(self, row: int) -> PaletteEntry:
        """The entry at a place."""
        return self._entries[row]

    def replace(self, entries: Sequence[PaletteEntry]) -> None:
        """Show these and no others."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()
