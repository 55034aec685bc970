"""The scrolling list of bubbles: lays out only what is in sight, keeps the reader's place, follows at the end."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QMenu,
    QStyle,
    QStyleOptionViewItem,
    QWidget,
)

from ui.conversation.delegate import MessageDelegate
from ui.conversation.flow import RowFlow
from ui.conversation.hands import Hands
from ui.conversation.layout import RowLayout
from ui.conversation.model import AnyIndex, MessageModel
from ui.conversation.scroll_bar import SlimScrollBar
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L

WHEEL_STEP: Final = 24
DIVIDER_FROM_TOP: Final = 4
"""The "new messages" line opens at this fraction of the view's height: what was said before stays in sight."""


class MessageView(QListView):
    """A conversation's rows.

    A `QListView` for its roles in keyboard, focus and accessibility; geometry is its own (`RowFlow`), because a list
    view lays out every row again at each insertion. `moved` tells that other rows may be in sight; `older_wanted`
    that the reader comes near the beginning of what is loaded.
    """

    moved = Signal()
    older_wanted = Signal()
    link_activated = Signal(str)
    retry_clicked = Signal(str)
    discard_clicked = Signal(str)

    def __init__(
        self, model: MessageModel, delegate: MessageDelegate, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._messages = model
        self._bubbles = delegate
        self._theme = theme
        self._flow = RowFlow(self._measured_height, self._estimated_heights, GAP_L)
        self._unsettled = False
        self._settling = False
        self._more_above = False
        self._shows_current = False
        self._empty_text = ""
        self._hands = Hands(self, model, delegate)
        self.setAccessibleName(self.tr("Messages"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBar(SlimScrollBar(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setAutoScroll(False)  # a click on a bubble must not move it
        self.setItemDelegate(delegate)
        self.setModel(model)
        model.rowsRemoved.connect(self._on_rows_removed)
        theme.changed.connect(self.renew)

    # What the pane asks for

    def open_at(self, key: str | None, *, more_above: bool) -> None:
        """Show a message near the top, or the end where the key is not loaded; once after the model was loaded."""
        self._more_above = more_above
        row = self._messages.position(key) if key is not None else None
        if row is None:
            self._flow.follow()
        else:
            self._flow.pin(row, self.viewport().height() // DIVIDER_FROM_TOP)
        self._outdate()

    def set_more_above(self, more_above: bool) -> None:
        """Whether there are older messages to ask for; after each answer, so that the next may be asked for."""
        self._more_above = more_above
        self._outdate()

    def set_empty_text(self, text: str) -> None:
        """What stands in the middle where there is no message."""
        self._empty_text = text
        self.viewport().update()

    def follow(self) -> None:
        """Go to the newest message."""
        self._flow.follow()
        self._outdate()

    @property
    def follows(self) -> bool:
        """Whether the newest message is in sight, and the view goes on with new ones."""
        self._settle_if_needed()
        return self._flow.follows

    def reveal(self, key: str) -> bool:
        """Bring a message into sight and make it the current one; False while it is not loaded."""
        row = self._messages.position(key)
        if row is None:
            return False
        index = self._messages.index(row)
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self._shows_current = True
        return True

    def rows_in_sight(self) -> tuple[int, int]:
        """The first and the last row of which anything can be seen, (0, -1) for none."""
        self._settle_if_needed()
        return self._flow.visible()

    def is_read_to_its_end(self, row: int) -> bool:
        """Whether a row's lower end is in sight."""
        self._settle_if_needed()
        return self._flow.top(row) + self._flow.height(row) <= self.viewport().height()

    def renew(self) -> None:
        """Lay everything out anew: the theme, the text size, the language or the date changed."""
        self._bubbles.renew()
        self._outdate_rows()

    def layout_at(self, row: int) -> RowLayout:
        """A row's layout at the view's width."""
        return self._bubbles.layout_of(self._messages.placed(row), self.viewport().width())

    def row_under(self, point: QPoint) -> int:
        """The row at a point of the viewport, -1 for none."""
        self._settle_if_needed()
        return self._flow.row_at(point.y())

    def row_top(self, row: int) -> int:
        """Where a row begins, in the viewport."""
        self._settle_if_needed()
        return self._flow.top(row)

    def menu_of(self, row: int) -> QMenu:
        """What can be done with one message."""
        return self._hands.menu_of(row)

    def announce(self, row: int) -> None:
        """Have a screen reader say a message that came in, where one listens."""
        if QAccessible.isActive():
            words = self._messages.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def outdate_row(self, row: int) -> None:
        """A row's height may have changed at the reader's wish: its upper edge stays where it is."""
        self._flow.pin(row, self.row_top(row))
        self._flow.outdate(row, row)
        self._outdate()

    # Geometry, for Qt

    def visualRect(self, index: AnyIndex) -> QRect:
        self._settle_if_needed()
        if not index.isValid() or index.row() >= len(self._flow):
            return QRect()
        row = index.row()
        return QRect(0, self._flow.top(row), self.viewport().width(), self._flow.height(row))

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self.row_under(point)
        return self._messages.index(row) if row >= 0 else QModelIndex()

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if index.isValid() and index.row() < len(self._flow):
            self._settle_if_needed()
            self._flow.reveal(index.row())
            self._outdate()

    def verticalOffset(self) -> int:
        return self._flow.value

    def horizontalOffset(self) -> int:
        return 0

    def updateGeometries(self) -> None:
        """The scroll bar follows the rows (`_settle`), not Qt's own idea of them."""

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)
        self._settle_if_needed()

    def visualRegionForSelection(self, selection: object) -> QRegion:
        return QRegion()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        actions = QAbstractItemView.CursorAction
        count = len(self._flow)
        if not count:
            return QModelIndex()
        current = self.currentIndex()
        if not current.isValid():
            return self._messages.index(self._flow.visible()[1])
        step = {actions.MoveUp: -1, actions.MovePrevious: -1, actions.MoveDown: 1, actions.MoveNext: 1}.get(action, 0)
        return self._messages.index(min(max(current.row() + step, 0), count - 1))

    # Changes of the model

    def reset(self) -> None:
        QAbstractItemView.reset(self)
        self._hands.forget()
        self._flow.reset(self._messages.rowCount())
        self._outdate()

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:
        self._flow.insert(start, end)
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self._outdate()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)

    def _on_rows_removed(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._flow.remove(first, last)
        self._outdate()

    def dataChanged(self, top_left: AnyIndex, bottom_right: AnyIndex, roles: object = ()) -> None:
        self._flow.outdate(top_left.row(), bottom_right.row())
        QAbstractItemView.dataChanged(self, top_left, bottom_right)
        self._outdate()

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        self._settle_if_needed()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), self._theme.colors.chat)
        if not len(self._flow):
            painter.setFont(self._theme.fonts.body)
            painter.setPen(self._theme.colors.muted)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect(), flags, self._empty_text)
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        current = self.currentIndex().row() if self.hasFocus() and self._shows_current else -1
        width, (first, last) = self.viewport().width(), self._flow.visible()
        for row in range(first, last + 1):
            option.rect = QRect(0, self._flow.top(row), width, self._flow.height(row))
            focused = QStyle.StateFlag.State_HasFocus if row == current else QStyle.StateFlag.State_None
            option.state = QStyle.StateFlag.State_Enabled | focused
            self._bubbles.paint(painter, option, self._messages.index(row))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        if event.size().width() != event.oldSize().width():
            self._outdate_rows()
        self._outdate()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        if self._settling:
            return
        self._settle_if_needed()
        self._flow.scroll(self.verticalScrollBar().value())
        self._settle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        page = max(1, self.viewport().height() - self._theme.px(40))
        key = event.key()
        if event.matches(QKeySequence.StandardKey.Copy):
            self._hands.copy()
        elif key == Qt.Key.Key_PageUp:
            bar.setValue(bar.value() - page)
        elif key == Qt.Key.Key_PageDown:
            bar.setValue(bar.value() + page)
        elif key == Qt.Key.Key_Home:
            bar.setValue(bar.minimum())
        elif key == Qt.Key.Key_End:
            self.follow()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            super().keyPressEvent(event)
            self._shows_current = True
            self.scrollTo(self.currentIndex())
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._shows_current = False
        self._hands.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hands.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hands.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._hands.press(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._hands.show_menu(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            return self._hands.show_tool_tip(event)
        return super().viewportEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.renew()

    # Inside

    def _measured_height(self, row: int) -> int:
        return self.layout_at(row).height

    def _estimated_heights(self, rows: range) -> list[int]:
        return self._bubbles.estimates(map(self._messages.placed, rows), self.viewport().width())

    def _outdate_rows(self) -> None:
        if len(self._flow):
            self._flow.outdate(0, len(self._flow) - 1)
        self._outdate()

    def _outdate(self) -> None:
        self._unsettled = True
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def _settle_if_needed(self) -> None:
        if self._unsettled and not self._settling and len(self._flow) == self._messages.rowCount():
            self._settle()

    def _settle(self) -> None:
        self._settling = True
        self._unsettled = False
        self._flow.window = self.viewport().height()
        self._flow.settle()
        bar = self.verticalScrollBar()
        bar.setRange(0, self._flow.maximum)
        bar.setPageStep(self._flow.window)
        bar.setSingleStep(self._theme.px(WHEEL_STEP))
        bar.setValue(self._flow.value)
        self._settling = False
        self.viewport().update()
        self.moved.emit()
        if self._more_above and len(self._flow) and self._flow.value < self._flow.window:
            self._more_above = False
            self.older_wanted.emit()
