"""The scrolling list of bubbles: opens at what is new, follows at the end, asks for older messages in time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionViewItem, QWidget

from ui.conversation.delegate import MessageDelegate
from ui.conversation.flow_view import FlowView
from ui.conversation.hands import Hands
from ui.conversation.layout import RowLayout
from ui.conversation.model import MessageModel
from ui.theme.theme import Theme

DIVIDER_FROM_TOP: Final = 4
"""The "new messages" line opens at this fraction of the view's height: what was said before stays in sight."""


class MessageView(FlowView):
    """A conversation's rows. `older_wanted` is emitted once per `set_more_above`."""

    older_wanted = Signal()
    link_activated = Signal(str)
    retry_clicked = Signal(str)
    discard_clicked = Signal(str)
    reply_wanted = Signal(str)
    reaction_chosen = Signal(str, str)
    jump_wanted = Signal(str)

    def __init__(
        self, model: MessageModel, delegate: MessageDelegate, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(model, theme, parent)
        self._messages = model
        self._bubbles = delegate
        self._more_above = False
        self._shows_current = False
        self._empty_text = ""
        self._hands = Hands(self, model, delegate)
        self.setAccessibleName(QCoreApplication.translate("Conversation", "Messages"))
        self.setMouseTracking(True)
        self.setItemDelegate(delegate)
        self.setModel(model)
        self.moved.connect(self._ask_for_older)
        theme.changed.connect(self.renew)

    def open_at(self, key: str | None, *, more_above: bool) -> None:
        """Show a message near the top, or the end where the key is not loaded; once after the model was loaded."""
        self._more_above = more_above
        row = self._messages.position(key) if key is not None else None
        if row is None:
            self._flow.follow()
        else:
            self._flow.pin(row, self.viewport().height() // DIVIDER_FROM_TOP)
        self.outdate()

    def set_more_above(self, more_above: bool) -> None:
        """Whether there are older messages to ask for; after each answer, so that the next may be asked for."""
        self._more_above = more_above
        self.outdate()

    def set_empty_text(self, text: str) -> None:
        """What stands in the middle where there is no message."""
        self._empty_text = text
        self.viewport().update()

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

    def focus_newest(self) -> None:
        """Give the keyboard to the newest message."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        newest = self._messages.rowCount() - 1
        if newest >= 0:
            self.reveal(self._messages.placed(newest).row.key)

    def renew(self) -> None:
        """Lay everything out anew: the theme, the text size, the language or the date changed."""
        self._bubbles.renew()
        self.outdate_rows()

    def layout_at(self, row: int) -> RowLayout:
        """A row's layout at the view's width."""
        return self._bubbles.layout_of(self._messages.placed(row), self.viewport().width())

    def menu_of(self, row: int) -> QMenu:
        """What can be done with one message."""
        return self._hands.menu_of(row)

    def announce(self, row: int) -> None:
        """Have a screen reader say a message that came in, where one listens."""
        if QAccessible.isActive():
            words = self._messages.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def measured_height(self, row: int) -> int:
        return self.layout_at(row).height

    def estimated_heights(self, rows: range) -> list[int]:
        return self._bubbles.estimates(map(self._messages.placed, rows), self.viewport().width())

    def reset(self) -> None:
        self._hands.forget()
        super().reset()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.settle_if_needed()
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
        elif not self._hands.key(event):
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

    def _ask_for_older(self) -> None:
        if self._more_above and len(self._flow) and self._flow.value < self._flow.window:
            self._more_above = False
            self.older_wanted.emit()
