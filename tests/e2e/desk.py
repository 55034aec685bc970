"""An agent's desk: the real client with its window, worked with keys and mouse and read as a person reads it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from inbox_app.compose.client import Client
from inbox_app.credentials import Credentials
from inbox_app.profile import Profile
from tests.e2e.waiting import becomes, until
from ui.chat_list.view import ChatListView
from ui.chat_list.words import accessible_text, members_text, number_text, preview_text, sender_text, title_text
from ui.connection.banner import ConnectionBanner
from ui.connection.state import ConnectionState
from ui.connection.sync_strip import SyncStrip
from ui.conversation.layout import Spot
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import MessageRow
from ui.numbers.link_dialog import LinkDialog
from ui.numbers.panel import NumbersPanel
from ui.sign_in.dialog import SignInDialog
from ui.window.chat_pane import ChatPane
from ui.window.main_window import MainWindow
from ui.words.plain import FIRST_STRONG_ISOLATE, POP_ISOLATE
from ui.words.times import list_time, people_locale

LEFT = Qt.MouseButton.LeftButton
QObjectT = TypeVar("QObjectT", bound=QObject)


@dataclass(frozen=True)
class Chat:
    """A row of the list, in the words that it shows; `spoken` is all of it, as a screen reader says it."""

    title: str
    members: str
    sender: str
    preview: str
    ticks: str | None
    time: str
    unread: int
    number: str
    spoken: str


@dataclass(frozen=True)
class Bubble:
    """A message as the open chat shows it; `reason` stands under one that failed."""

    text: str
    ours: bool
    ticks: str
    agent: str | None
    sender: str | None
    reason: str


class Desk:
    """`open` starts the client and shows its window, `close` quits it as a person would; both any number of times."""

    def __init__(self, app: QApplication, profile: Profile, credentials: Credentials, server: str) -> None:
        self.profile = profile
        self.credentials = credentials
        self._app = app
        self._server = server
        self._client: Client | None = None
        self._running: asyncio.Task[None] | None = None
        self._window: MainWindow | None = None
        self._painted: set[tuple[str, str]] = set()

    # The program

    async def open(self, *, live: bool = True) -> None:
        """Returns when the window is in front and, unless told otherwise, its list is up to date."""
        before = set(_main_windows())
        self._client = Client(app=self._app, profile=self.profile, credentials=self.credentials, server=self._server)
        self._client.on_row_painted(lambda *painted: self._painted.add(painted))
        [self._window] = set(_main_windows()) - before
        self._running = asyncio.create_task(self._client.run(), name="client under test")
        await until(lambda: self._has_ended() or self.window.isVisible(), "the window is shown")
        if self.dialog() is None:
            await self.come_to_front()
        if live:
            await becomes(self.line, "Live")

    async def close(self) -> None:
        """Nothing that runs in the background may have failed."""
        client, running = self._client, self._running
        self._client = self._running = self._window = None
        if client is None or running is None:
            return
        client.quit()
        await running
        assert client.failures == []

    def _has_ended(self) -> bool:
        """Raises what ended the client."""
        assert self._running is not None
        return self._running.done() and self._running.result() is None

    @property
    def window(self) -> MainWindow:
        assert self._window is not None, "the client is not open"
        return self._window

    async def choose_language(self, code: str) -> None:
        """As in the settings; returns when the new window is in front."""
        assert self._client is not None
        before = set(_main_windows())
        self.window.chats.language_chosen.emit(code)
        await until(lambda: set(_main_windows()) - before, "a new window")
        [self._window] = set(_main_windows()) - before
        await self.come_to_front()

    async def has_shown_popups(self, count: int) -> None:
        """Returns when the client knows that the desktop took so many; before that it cannot tell a click's popup."""
        assert self._client is not None
        inbox = self._client.inbox
        assert inbox is not None
        await becomes(lambda: inbox.notifier.counts.shown, count)

    async def come_to_front(self) -> None:
        """As after a click into the window."""
        self.window.activateWindow()
        await until(self.window.isActiveWindow, "the window is active")

    # Reading the screen

    def chats(self) -> list[Chat]:
        """The list from its top."""
        now, locale = round(time.time() * 1000), people_locale()
        rows = [self._list.rows.row(position) for position in range(self._list.rows.rowCount())]
        return [
            Chat(
                title=title_text(row),
                members=members_text(row),
                sender=_unmarked(sender_text(row)),
                preview=preview_text(row),
                ticks=row.preview_status,
                time=list_time(row.time_ms, now, locale),
                unread=row.unread,
                number=number_text(row),
                spoken=_unmarked(accessible_text(row, now, locale)),
            )
            for row in rows
        ]

    def titles(self) -> list[str]:
        return [chat.title for chat in self.chats()]

    def chat(self, title: str) -> Chat | None:
        """The chat of that name, when the list shows one."""
        return next((chat for chat in self.chats() if chat.title == title), None)

    def unread(self, title: str) -> int | None:
        """The badge's number; None when the chat is not in the list."""
        chat = self.chat(title)
        return None if chat is None else chat.unread

    def was_painted(self, title: str) -> bool:
        """Whether the list has painted that chat with the last message it has now."""
        row = self._list.rows.row(self.titles().index(title))
        return (row.conversation_id, row.last_message_id) in self._painted

    def bubbles(self) -> list[Bubble]:
        """The open chat's loaded messages, oldest first."""
        view = self._pane.view
        bubbles = []
        for position in range(view.model().rowCount()):
            layout = view.layout_at(position)
            row = layout.placed.row
            bubbles.append(
                Bubble(
                    text=layout.body.block.text if layout.body else "",
                    ours=row.outbound,
                    ticks=row.status if row.outbound else "",
                    agent=row.agent_name,
                    sender=row.sender_name,
                    reason=layout.notice.block.text if layout.notice else "",
                )
            )
        return bubbles

    def texts(self) -> list[str]:
        return [bubble.text for bubble in self.bubbles()]

    def bubble(self, text: str) -> Bubble | None:
        """The one bubble with that text, when there is one."""
        found = [bubble for bubble in self.bubbles() if bubble.text == text]
        assert len(found) <= 1, f"shown {len(found)} times: {text!r}"
        return found[0] if found else None

    def ticks(self, text: str) -> str | None:
        """How far a message of ours has come; None while there is no such bubble."""
        bubble = self.bubble(text)
        return None if bubble is None else bubble.ticks

    def quoted(self, text: str) -> str | None:
        """What a bubble quotes; None while there is no such bubble or quote."""
        row = self._row(text)
        return row.quote.body if row is not None and row.quote is not None else None

    def reactions(self, text: str) -> list[str]:
        """The emoji under a bubble."""
        row = self._row(text)
        return [each.emoji for each in row.reactions] if row is not None else []

    def _row(self, text: str) -> MessageRow | None:
        texts = self.texts()
        return self._pane.view.layout_at(texts.index(text)).placed.row if text in texts else None

    def line(self) -> str:
        """The word beside the dot above the list."""
        return self._one(ConnectionState).accessibleName()

    def banner(self) -> str:
        """What the strip across the window says; empty while it is hidden."""
        banner = self._one(ConnectionBanner)
        return banner.words.text() if banner.isVisible() else ""

    def numbers(self) -> list[str]:
        """The entries of the dropdown."""
        model = self._chat_pane.session_filter.box.model()
        return [_unmarked(str(model.index(row, 0).data())) for row in range(model.rowCount())]

    def dialog(self) -> SignInDialog | None:
        """The sign-in dialog, while it is on the screen."""
        dialogs = [dialog for dialog in self.window.findChildren(SignInDialog) if dialog.isVisible()]
        return dialogs[0] if dialogs else None

    # Hands

    def click_chat(self, title: str) -> None:
        index = self._list.rows.index(self.titles().index(title))
        self._list.scrollTo(index)
        QTest.mouseClick(self._list.viewport(), LEFT, pos=self._list.visualRect(index).center())

    def write(self, text: str) -> None:
        """Clicks into the field, types and presses Enter."""
        edit = self._pane.composer.edit
        QTest.mouseClick(edit.viewport(), LEFT)
        QTest.keyClicks(edit, text)
        QTest.keyClick(edit, Qt.Key.Key_Return)

    def begin(self, text: str) -> None:
        """Clicks into the field and types."""
        edit = self._pane.composer.edit
        QTest.mouseClick(edit.viewport(), LEFT)
        QTest.keyClicks(edit, text)

    def others(self) -> str:
        """What is said of colleagues in the open chat."""
        return self._pane.composer.others.text()

    def draft(self) -> str:
        """What stands in the field."""
        return self._pane.composer.text()

    def search(self, text: str) -> None:
        """Ctrl+F, then the text in place of what was searched for before."""
        QTest.keyClick(self.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(self._chat_pane.search, text)

    def escape(self) -> None:
        """Wherever the keyboard is."""
        QTest.keyClick(self.window.focusWidget(), Qt.Key.Key_Escape)

    def choose_number(self, steps: int) -> None:
        """Opens the dropdown and goes so many entries down, or up."""
        box = self._chat_pane.session_filter.box
        QTest.mouseClick(box, LEFT)
        for _ in range(abs(steps)):
            QTest.keyClick(box.view(), Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
        QTest.keyClick(box.view(), Qt.Key.Key_Return)

    def click_in_bubble(self, text: str, spot: Spot) -> None:
        """Clicks what is to be clicked in or under a bubble."""
        view = self._pane.view
        position = self.texts().index(text)
        layout = view.layout_at(position)
        if spot is Spot.READ_MORE:
            assert layout.read_more is not None
            rect = layout.read_more.rect
        else:
            rect = next(label.rect for action, label in layout.actions if action is spot)
        top = QPointF(0, view.row_top(position))
        QTest.mouseClick(view.viewport(), LEFT, pos=(rect.center() + top).toPoint())

    def choose_in_menu(self, text: str, *path: str) -> None:
        """From the menu of a bubble, through the menus in it."""
        menu = self._pane.view.menu_of(self.texts().index(text))
        for words in path:
            action = next(each for each in menu.actions() if each.text() == words)
            inner: object = action.menu()
            if isinstance(inner, QMenu):
                menu = inner
            else:
                action.trigger()

    def scroll_up(self) -> None:
        """The Home key in the conversation."""
        QTest.keyClick(self._pane.view, Qt.Key.Key_Home)

    def sign_in(self, email: str, password: str) -> None:
        """Fills the dialog in from its first field to its last and presses Enter."""
        dialog = self.dialog()
        assert dialog is not None
        for field, text in ((dialog.email, email), (dialog.password, password)):
            field.selectAll()
            QTest.keyClicks(field, text)
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)

    def choose_sign_out(self) -> None:
        """In the menu behind the gear."""
        menu = self._chat_pane.settings_menu
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.sign_out).center())

    def open_numbers(self) -> None:
        """In the menu behind the gear."""
        menu = self._chat_pane.settings_menu
        menu.popup(self.window.mapToGlobal(self.window.rect().center()))
        QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.numbers).center())

    def numbers_panel(self) -> NumbersPanel | None:
        """The list of numbers, while it is on the screen."""
        panels = [panel for panel in self.window.findChildren(NumbersPanel) if panel.isVisible()]
        return panels[0] if panels else None

    def link_dialog(self) -> LinkDialog | None:
        """The dialog that adds or connects a number, while it is on the screen."""
        dialogs = [dialog for dialog in self.window.findChildren(LinkDialog) if dialog.isVisible()]
        return dialogs[0] if dialogs else None

    def import_strip(self) -> str:
        """What the strip below the filters says of imports; empty while it is hidden."""
        strip = self._one(SyncStrip)
        return _unmarked(strip.accessibleName()) if strip.isVisible() else ""

    # Where things are

    @property
    def _chat_pane(self) -> ChatPane:
        return self._one(ChatPane)

    @property
    def _list(self) -> ChatListView:
        return self._chat_pane.chats

    @property
    def _pane(self) -> ConversationPane:
        return self._one(ConversationPane)

    def _one(self, kind: type[QObjectT]) -> QObjectT:
        found = self.window.findChild(kind)
        assert found is not None, f"no {kind.__name__} in the window"
        return found


def _unmarked(text: str) -> str:
    """Without the invisible marks that isolate a name's direction from its neighbours'."""
    return text.replace(FIRST_STRONG_ISOLATE, "").replace(POP_ISOLATE, "")


def _main_windows() -> list[MainWindow]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, MainWindow)]
