"""What mouse and menu do to a conversation's bubbles: links, quotes, retry, marking and copying text, tool tips."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHelpEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QMenu, QToolTip

from ui.conversation import phrases
from ui.conversation.delegate import MessageDelegate
from ui.conversation.layout import Hit, RowLayout, Spot
from ui.conversation.links import find_links, may_open
from ui.conversation.model import MessageModel
from ui.conversation.rows import MessageRow
from ui.conversation.rows_list import SYSTEM
from ui.theme.ticks import status_words
from ui.words.plain import one_line, tool_tip
from ui.words.times import full_time, people_locale

if TYPE_CHECKING:
    from ui.conversation.view import MessageView

MOST_LINKS: Final = 5


REPLY_KEY: Final = "R"
REACT_KEY: Final = "E"
REACTIONS: Final = ("👍", "❤️", "😂", "😮", "😢", "🙏")


def can_be_answered(message: MessageRow) -> bool:
    """Whether WhatsApp has it, and it is still there."""
    has_id = message.message_id is not None and message.status not in ("queued", "sending", "failed", "unconfirmed")
    return has_id and not message.deleted and message.message_type != SYSTEM


class Hands:
    """Turns pointer events over a message view into its signals and into marked text."""

    def __init__(self, view: MessageView, model: MessageModel, delegate: MessageDelegate) -> None:
        self._view = view
        self._model = model
        self._bubbles = delegate
        self._pressed: tuple[str, Hit] | None = None
        self._marking: tuple[str, int] | None = None

    def forget(self) -> None:
        """Other messages are shown now."""
        self._pressed = self._marking = self._bubbles.selected = None

    def press(self, event: QMouseEvent) -> None:
        self._unmark()
        row = self._view.row_under(event.position().toPoint())
        self._pressed = self._marking = None
        if row < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        layout, point = self._at(row, event.position())
        key = layout.placed.row.key
        self._view.setCurrentIndex(self._model.index(row))
        hit = layout.hit(point)
        if hit is not None:
            self._pressed = (key, hit)
        elif layout.body is not None and layout.body.rect.contains(point):
            position = layout.body.block.position_at(point - layout.body.at)
            if event.type() == QEvent.Type.MouseButtonDblClick:
                self._mark(key, *layout.body.block.word_at(position))
            else:
                self._marking = (key, position)

    def move(self, event: QMouseEvent) -> None:
        if self._marking is not None and event.buttons() & Qt.MouseButton.LeftButton:
            self._extend(event.position())
            return
        self._view.viewport().setCursor(self._cursor_at(event.position()))

    def release(self, event: QMouseEvent) -> None:
        pressed, self._pressed, self._marking = self._pressed, None, None
        row = self._view.row_under(event.position().toPoint())
        if pressed is None or row < 0:
            return
        layout, point = self._at(row, event.position())
        key, hit = pressed
        if layout.placed.row.key == key and layout.hit(point) == hit:
            self._do(row, key, hit)

    def copy(self) -> None:
        """Marked text, else the whole text of the current message, goes to the clipboard."""
        index = self._view.currentIndex()
        if self._bubbles.selected is not None:
            self._copy(self._bubbles.selected[0])
        elif index.isValid():
            self._copy(self._model.placed(index.row()).row.key)

    def show_menu(self, event: QContextMenuEvent) -> None:
        """The menu of the message under the pointer, or of the current one when a key asked for it."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        row = self._view.currentIndex().row() if by_key else self._view.row_under(event.pos())
        if row < 0:
            return
        if not by_key:
            self._view.setCurrentIndex(self._model.index(row))
        menu = self.menu_of(row)
        at = self._view.visualRect(self._model.index(row)).center() if by_key else event.pos()
        if menu.isEmpty():
            menu.deleteLater()
            return
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._view.viewport().mapToGlobal(at))

    def menu_of(self, row: int) -> QMenu:
        """What can be done with one message."""
        message, view = self._model.placed(row).row, self._view
        menu, translate = QMenu(view), QCoreApplication.translate
        if can_be_answered(message):
            reply = menu.addAction(translate("Conversation", "Reply"), lambda: view.reply_wanted.emit(message.key))
            reply.setShortcut(QKeySequence(REPLY_KEY))
            reply.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self._add_reactions(menu, message)
        if message.body and not message.deleted:
            action = menu.addAction(translate("Conversation", "Copy text"), partial(self._copy, message.key))
            action.setShortcut(QKeySequence.StandardKey.Copy)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            targets = dict.fromkeys(link.target for link in find_links(message.body))
            for target in list(targets)[:MOST_LINKS]:
                shown = _decoded(target).replace("&", "&&")
                menu.addAction(
                    translate("Conversation", "Open {address}").format(address=shown), partial(self._open, target)
                )
        if message.outbound and message.status in ("failed", "unconfirmed") and not message.deleted:
            menu.addSeparator()
            menu.addAction(phrases.send_again(message.status), lambda: view.retry_clicked.emit(message.key))
            menu.addAction(phrases.discard(), lambda: view.discard_clicked.emit(message.key))
        return menu

    def key(self, event: QKeyEvent) -> bool:
        """What a key does to the current message; False for one that does nothing."""
        row = self._view.currentIndex().row()
        if row < 0:
            return False
        message, key = self._model.placed(row).row, event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._popup(self.menu_of(row), row)
        elif event.text().lower() == REPLY_KEY.lower() and can_be_answered(message):
            self._view.reply_wanted.emit(message.key)
        elif event.text().lower() == REACT_KEY.lower() and can_be_answered(message):
            menu = QMenu(self._view)
            self._fill_reactions(menu, message)
            self._popup(menu, row)
        else:
            return False
        return True

    def _popup(self, menu: QMenu, row: int) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._view.viewport().mapToGlobal(self._view.visualRect(self._model.index(row)).center()))
        if menu.actions():
            menu.setActiveAction(menu.actions()[0])

    def _add_reactions(self, menu: QMenu, message: MessageRow) -> None:
        self._fill_reactions(menu.addMenu(QCoreApplication.translate("Conversation", "React")), message)

    def _fill_reactions(self, menu: QMenu, message: MessageRow) -> None:
        ours = next((each.emoji for each in message.reactions if each.ours), "")
        for emoji in dict.fromkeys([*REACTIONS, *filter(None, [ours])]):
            action = menu.addAction(emoji, partial(self._view.reaction_chosen.emit, message.key, emoji))
            action.setCheckable(True)
            action.setChecked(emoji == ours)
        if ours:
            take_back = QCoreApplication.translate("Conversation", "Take the reaction back")
            menu.addAction(take_back, partial(self._view.reaction_chosen.emit, message.key, ""))

    def show_tool_tip(self, event: QEvent) -> bool:
        """Says where a link leads, and the whole time and status."""
        assert isinstance(event, QHelpEvent)
        row = self._view.row_under(event.pos())
        text = ""
        if row >= 0:
            layout, point = self._at(row, QPointF(event.pos()))
            text = _tip(layout, point)
        QToolTip.showText(event.globalPos(), tool_tip(text), self._view.viewport())
        return True

    def _at(self, row: int, position: QPointF) -> tuple[RowLayout, QPointF]:
        return self._view.layout_at(row), position - QPointF(0, self._view.row_top(row))

    def _do(self, row: int, key: str, hit: Hit) -> None:
        if hit.spot is Spot.LINK:
            self._open(hit.target)
        elif hit.spot is Spot.QUOTE:
            if not self._view.reveal(hit.target):
                self._view.jump_wanted.emit(hit.target)
        elif hit.spot is Spot.READ_MORE:
            self._bubbles.show_whole_text(key)
            self._view.grow_row(row)
        elif hit.spot is Spot.RETRY:
            self._view.retry_clicked.emit(key)
        elif hit.spot is Spot.DISCARD:
            self._view.discard_clicked.emit(key)

    def _open(self, target: str) -> None:
        if may_open(target):
            self._view.link_activated.emit(target)

    def _cursor_at(self, position: QPointF) -> Qt.CursorShape:
        row = self._view.row_under(position.toPoint())
        if row >= 0:
            layout, point = self._at(row, position)
            if layout.hit(point) is not None:
                return Qt.CursorShape.PointingHandCursor
            if layout.body is not None and layout.body.rect.contains(point):
                return Qt.CursorShape.IBeamCursor
        return Qt.CursorShape.ArrowCursor

    def _extend(self, position: QPointF) -> None:
        assert self._marking is not None
        key, start = self._marking
        row = self._model.position(key)
        if row is None:
            return
        layout, point = self._at(row, position)
        if layout.body is not None:
            end = layout.body.block.position_at(point - layout.body.at)
            self._mark(key, min(start, end), max(start, end))

    def _mark(self, key: str, start: int, end: int) -> None:
        self._bubbles.selected = (key, start, end) if start < end else None
        self._view.viewport().update()

    def _unmark(self) -> None:
        if self._bubbles.selected is not None:
            self._bubbles.selected = None
            self._view.viewport().update()

    def _copy(self, key: str) -> None:
        """What is marked in a message, else all of its text."""
        row = self._model.position(key)
        if row is None:
            return
        text, marked, layout = self._model.placed(row).row.body, self._bubbles.selected, self._view.layout_at(row)
        if marked is not None and marked[0] == key and layout.body is not None:
            text = layout.body.block.selected(marked[1:])
        QGuiApplication.clipboard().setText(text)


def _decoded(target: str) -> str:
    """An address as it goes over the wire: a name in another script shows its punycode."""
    return one_line(bytes(QUrl(target).toEncoded().data()).decode("ascii", "replace"))[:80]


def _tip(layout: RowLayout, point: QPointF) -> str:
    row = layout.placed.row
    hit = layout.hit(point)
    if hit is not None and hit.spot is Spot.LINK:
        return _decoded(hit.target)
    if layout.ticks is not None and layout.ticks.contains(point):
        return status_words(row.status)
    if layout.meta is not None and layout.meta.rect.contains(point):
        return full_time(row.time_ms, people_locale())
    return ""
