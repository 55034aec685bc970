"""The chat list as people use it: virtual, with keys and mouse, calm while rows move under them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from ui.chat_list.delegate import ChatDelegate
from ui.chat_list.empty import EmptyState
from ui.chat_list.model import ChatListModel
from ui.chat_list.rows import ChatRow
from ui.theme.icons import Icons
from ui.theme.overlay_scroll_bar import OverlayScrollBar
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

NEAR_THE_END: Final = 12
"""The next page is asked for when so many rows, or fewer, are left below the last visible one."""


class ChatListView(QTableView):
    """Shows `ChatRow`s. A table with one column, because a QListView lays out every row on each change.

    The selected row is the open chat; the current row, moved by the arrow keys, is only where the keyboard is.
    `row_painted(conversation_id, last_message_id)` comes once for each last message, after it was painted. `query` is
    what is being searched for, for the words of an empty list.
    """

    chat_selected = Signal(str)
    mute_toggled = Signal(str)
    more_requested = Signal()
    clear_requested = Signal()
    add_number_requested = Signal()
    row_painted = Signal(str, str)

    def __init__(self, theme: Theme, icons: Icons, clock: DayClock, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ChatListModel(clock, self)
        self._delegate = ChatDelegate(theme, icons, clock, self._note_painted, self)
        self._selected_id: str | None = None
        self._asked_for_more = False
        self._last_painted: dict[str, str] = {}
        self._to_report: list[tuple[str, str]] = []
        self._report = QTimer(self, singleShot=True, interval=0)
        self._report.timeout.connect(self._report_painted)
        self.query = ""
        self._empty_kind: str | None = None

        self._set_up_table()
        self._scroll_bar = OverlayScrollBar(self)
        self.empty = EmptyState(theme, icons, self.viewport())
        self.empty.clear_requested.connect(self.clear_requested)
        self.empty.add_number_requested.connect(self.add_number_requested)
        self.empty.hide()
        self.clicked.connect(self._choose)
        self.verticalScrollBar().valueChanged.connect(self._ask_for_more)
        self.verticalScrollBar().rangeChanged.connect(self._ask_for_more)
        theme.changed.connect(self._theme_changed)
        self._theme_changed()

    @property
    def selected_id(self) -> str | None:
        """The conversation that is open, whether or not its row is in the list."""
        return self._selected_id

    def show_rows(self, rows: Sequence[ChatRow], more: bool, *, keep_place: bool = False) -> None:
        """Show exactly these rows, from the top or, with `keep_place`, where the reader was."""
        anchor = self._anchor(()) if keep_place else None
        current = self._current_id()
        self.rows.replace(rows, more=more)
        self._asked_for_more = False
        self._restore(current)
        if anchor is None:
            self.scrollToTop()
        else:
            self._return_to(anchor)
        self._rows_changed()

    def append_rows(self, rows: Sequence[ChatRow], more: bool) -> None:
        """Show the page that was asked for with `more_requested`."""
        self.rows.append(rows, more=more)
        self._asked_for_more = False
        self._rows_changed()

    def upsert(self, rows: Sequence[ChatRow]) -> None:
        """Show new or changed conversations, each at its place; what the reader looks at stays where it is."""
        anchor = self._anchor({row.conversation_id for row in rows})
        self.rows.upsert(rows)
        self._return_to(anchor)
        self._rows_changed()

    def remove(self, conversation_ids: Iterable[str]) -> None:
        """Take conversations off the list."""
        gone = set(conversation_ids)
        anchor = self._anchor(gone)
        self.rows.remove(gone)
        self._return_to(anchor)
        self._rows_changed()

    def select(self, conversation_id: str | None) -> None:
        """Mark the open chat and bring it into view; its row may come later. Emits nothing."""
        self._selected_id = conversation_id
        position = self.rows.position(conversation_id) if conversation_id is not None else None
        self._mark_selected()
        if position is not None:
            self.setCurrentIndex(self.rows.index(position))
            self.scrollTo(self.rows.index(position))

    def choose_neighbour(self, step: int, *, unread_only: bool = False) -> bool:
        """Open the chat `step` (1 or -1) below the open one, or the next unread one; False when there is none."""
        selected = self.rows.position(self._selected_id) if self._selected_id is not None else None
        position = selected + step if selected is not None else (0 if step > 0 else self.rows.rowCount() - 1)
        while 0 <= position < self.rows.rowCount():
            if not unread_only or self.rows.row(position).unread:
                self._choose(self.rows.index(position))
                return True
            position += step
        return False

    def focus_first(self) -> None:
        """Give the keyboard to the list, at its current row or else at the first one."""
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(0))
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def set_empty(self, kind: str) -> None:
        """What to say while there are no rows: `no_number`, `no_chat` or `no_result` (of `query`)."""
        self._empty_kind = kind
        self.empty.show_kind(kind, self.query)
        self._rows_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Whoever moves by keys sees where they are, also after a click, which hides focus rings.
        self.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentIndex().isValid():
            self._choose(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    def menu_of(self, row: ChatRow) -> QMenu:
        """What can be done with a chat without opening it."""
        menu, say = QMenu(self), QCoreApplication.translate
        menu.addAction(say("ChatList", "Open"), lambda: self._choose_id(row.conversation_id))
        words = say("ChatList", "Make heard again") if row.muted else say("ChatList", "Make silent")
        menu.addAction(words, lambda: self.mute_toggled.emit(row.conversation_id))
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.visualRect(index).center() if by_key else event.pos()
            menu = self.menu_of(self.rows.row(index.row()))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.viewport().mapToGlobal(at))

    def _choose_id(self, conversation_id: str) -> None:
        position = self.rows.position(conversation_id)
        if position is not None:
            self._choose(self.rows.index(position))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.empty.setGeometry(self.viewport().rect())

    def _set_up_table(self) -> None:
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(QCoreApplication.translate("ChatList", "Chats"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Arrow keys and drags only move the keyboard's place; a chat is opened by a click or Enter.
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)

    def _choose(self, index: QModelIndex) -> None:
        conversation_id = self.rows.row(index.row()).conversation_id
        self.select(conversation_id)
        self.chat_selected.emit(conversation_id)

    def _mark_selected(self) -> None:
        position = self.rows.position(self._selected_id) if self._selected_id is not None else None
        if position is None:
            self.selectionModel().clearSelection()
        elif not self.selectionModel().isRowSelected(position):
            flags = self.selectionModel().SelectionFlag
            self.selectionModel().select(self.rows.index(position), flags.ClearAndSelect | flags.Rows)

    def _current_id(self) -> str | None:
        index = self.currentIndex()
        return self.rows.row(index.row()).conversation_id if index.isValid() else None

    def _restore(self, current_id: str | None) -> None:
        position = self.rows.position(current_id) if current_id is not None else None
        if position is not None:
            self.selectionModel().setCurrentIndex(
                self.rows.index(position), self.selectionModel().SelectionFlag.NoUpdate
            )

    def _anchor(self, moving: Collection[str]) -> tuple[str, int] | None:
        """The first visible row that does not move itself, and its distance from the top; None at the very top."""
        if self.verticalScrollBar().value() == 0:
            return None
        position = self.rowAt(0)
        while 0 <= position < self.rows.rowCount():
            conversation_id = self.rows.row(position).conversation_id
            if conversation_id not in moving:
                return conversation_id, self.rowViewportPosition(position)
            position += 1
        return None

    def _return_to(self, anchor: tuple[str, int] | None) -> None:
        if anchor is None:
            return
        conversation_id, distance = anchor
        position = self.rows.position(conversation_id)
        if position is not None:
            bar = self.verticalScrollBar()
            # The bar's range follows the rows only with the next layout, which is due now.
            self.updateGeometries()
            bar.setValue(bar.value() + self.rowViewportPosition(position) - distance)

    def _rows_changed(self) -> None:
        self._mark_selected()
        self.empty.setVisible(self.rows.rowCount() == 0 and self._empty_kind is not None)
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        if not self.rows.more or self._asked_for_more:
            return
        last_visible = self.rowAt(self.viewport().height() - 1)
        if last_visible < 0 or last_visible + NEAR_THE_END >= self.rows.rowCount():
            self._asked_for_more = True
            self.more_requested.emit()

    def _note_painted(self, conversation_id: str, last_message_id: str) -> None:
        if self._last_painted.get(conversation_id) != last_message_id:
            self._last_painted[conversation_id] = last_message_id
            self._to_report.append((conversation_id, last_message_id))
            if not self._report.isActive():
                self._report.start()

    def _report_painted(self) -> None:
        painted, self._to_report = self._to_report, []
        for conversation_id, last_message_id in painted:
            self.row_painted.emit(conversation_id, last_message_id)

    def _theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height())
        self.verticalScrollBar().setSingleStep(self._delegate.row_height() // 2)
        self.viewport().update()
