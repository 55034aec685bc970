"""A list view of rows of many heights that lays out only what is in sight and keeps the reader's place."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from ui.conversation.flow import RowFlow
from ui.conversation.model import AnyIndex
from ui.conversation.scroll_bar import SlimScrollBar
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L

WHEEL_STEP: Final = 24


class FlowView(QListView):
    """Its geometry is a `RowFlow`'s; a subclass measures and paints the rows.

    Still a `QListView`, for that class's part in keyboard, focus and accessibility. Qt's own layout of it is never
    used: it lays out every row again at each insertion. `moved` tells that other rows may be in sight.
    """

    moved = Signal()

    def __init__(self, model: QAbstractListModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = model
        self._theme = theme
        self._flow = RowFlow(self.measured_height, self.estimated_heights, GAP_L)
        self._unsettled = False
        self._settling = False
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollBar(SlimScrollBar(theme, self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)  # a click on a row must not move it
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def measured_height(self, row: int) -> int:
        """A row's exact height at the viewport's width."""
        raise NotImplementedError

    def estimated_heights(self, rows: range) -> list[int]:
        """About how high rows are, at little cost."""
        raise NotImplementedError

    # Where the reader is

    def follow(self) -> None:
        """Go to the last row."""
        self._flow.follow()
        self.outdate()

    @property
    def follows(self) -> bool:
        """Whether the last row is in sight, and the view goes on with new ones."""
        self.settle_if_needed()
        return self._flow.follows

    def rows_in_sight(self) -> tuple[int, int]:
        """The first and the last row of which anything can be seen, (0, -1) for none."""
        self.settle_if_needed()
        return self._flow.visible()

    def is_seen_to_its_end(self, row: int) -> bool:
        """Whether a row's lower end is in sight."""
        self.settle_if_needed()
        return self._flow.top(row) + self._flow.height(row) <= self.viewport().height()

    def row_under(self, point: QPoint) -> int:
        """The row at a point of the viewport, -1 for none."""
        self.settle_if_needed()
        return self._flow.row_at(point.y())

    def row_top(self, row: int) -> int:
        """Where a row begins, in the viewport."""
        self.settle_if_needed()
        return self._flow.top(row)

    # What changed

    def grow_row(self, row: int) -> None:
        """A row's height changes at the reader's wish: its upper edge stays where it is."""
        self._flow.pin(row, self.row_top(row))
        self._flow.outdate(row, row)
        self.outdate()

    def outdate_rows(self) -> None:
        """Every row may have another height now."""
        if len(self._flow):
            self._flow.outdate(0, len(self._flow) - 1)
        self.outdate()

    def outdate(self) -> None:
        """Something moved; settled before the next paint or question, once for all changes until then."""
        self._unsettled = True
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def settle_if_needed(self) -> None:
        """Bring the rows to where they belong; in the middle of a removal (the model still has more) later."""
        if self._unsettled and not self._settling and len(self._flow) == self._list.rowCount():
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

    # Qt's questions

    def visualRect(self, index: AnyIndex) -> QRect:
        self.settle_if_needed()
        row = index.row()
        if not 0 <= row < len(self._flow):
            return QRect()
        return QRect(0, self._flow.top(row), self.viewport().width(), self._flow.height(row))

    def indexAt(self, point: QPoint) -> QModelIndex:
        return self._list.index(self.row_under(point))

    def scrollTo(
        self, index: AnyIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if 0 <= index.row() < len(self._flow):
            self.settle_if_needed()
            self._flow.reveal(index.row())
            self.outdate()

    def verticalOffset(self) -> int:
        return self._flow.value

    def horizontalOffset(self) -> int:
        return 0

    def visualRegionForSelection(self, selection: object) -> QRegion:
        return QRegion()

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        actions = QAbstractItemView.CursorAction
        current = self.currentIndex()
        if not current.isValid():
            return self._list.index(self.rows_in_sight()[1])
        step = {actions.MoveUp: -1, actions.MovePrevious: -1, actions.MoveDown: 1, actions.MoveNext: 1}.get(action, 0)
        return self._list.index(min(max(current.row() + step, 0), len(self._flow) - 1))

    # Qt's news

    def updateGeometries(self) -> None:
        """The scroll bar follows the rows (`_settle`), not Qt's own idea of them."""

    def doItemsLayout(self) -> None:
        QAbstractItemView.doItemsLayout(self)
        self.settle_if_needed()

    def reset(self) -> None:
        QAbstractItemView.reset(self)
        self._flow.reset(self._list.rowCount())
        self.outdate()

    def rowsInserted(self, parent: AnyIndex, start: int, end: int) -> None:
        self._flow.insert(start, end)
        QAbstractItemView.rowsInserted(self, parent, start, end)
        self.outdate()

    def rowsAboutToBeRemoved(self, parent: AnyIndex, start: int, end: int) -> None:
        QAbstractItemView.rowsAboutToBeRemoved(self, parent, start, end)
        self._flow.remove(start, end)
        self.outdate()

    def dataChanged(self, top_left: AnyIndex, bottom_right: AnyIndex, roles: object = ()) -> None:
        self._flow.outdate(top_left.row(), bottom_right.row())
        QAbstractItemView.dataChanged(self, top_left, bottom_right)
        self.outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        if event.size().width() != event.oldSize().width():
            self.outdate_rows()
        self.outdate()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        if self._settling:
            return
        self.settle_if_needed()
        self._flow.scroll(self.verticalScrollBar().value())
        self._settle()
