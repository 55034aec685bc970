"""The composition root: builds the desktop client from its parts, connects them, and closes them in order."""

from __future__ import annotations

import asyncio
import logging
import secrets
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from importlib.metadata import version
from pathlib import Path

from PySide6.QtCore import QMetaObject, QObject, QSettings, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMessageBox

from inbox_app.credentials import Credentials, CredentialsUnavailable
from inbox_app.desktop.notifier import NativeNotifier
from inbox_app.features.chat_list import ChatListPresenter
from inbox_app.features.connection import ConnectionPresenter
from inbox_app.features.conversation import ConversationPresenter
from inbox_app.features.details import DetailsPresenter
from inbox_app.features.incoming import incoming_of
from inbox_app.features.notifications import NotificationPresenter
from inbox_app.features.session_filter import SessionFilterPresenter
from inbox_app.features.sign_in import SignIn
from inbox_app.feed import Feed
from inbox_app.online import Online
from inbox_app.profile import Account, AccountFiles, Profile
from inbox_app.server.api import Api
from inbox_app.sync.engine import Line
from inbox_app.tasks import Tasks
from inbox_app.troubles import Troubles
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.database import StorageError
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage
from local_cache.uuid7 import uuid7
from resources.locate import app_icon_file, sound_file
from ui.connection.rows import ConnectionRow
from ui.conversation.details import DetailsPane
from ui.conversation.pane import ConversationPane
from ui.sign_in.dialog import SignInDialog
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Mode, Theme
from ui.window.chat_pane import ChatPane
from ui.window.main_window import MainWindow
from ui.window.remembered import Remembered
from ui.words.day_clock import DayClock
from ui.words.previews import preview

APP_NAME = "WhatsApp Inbox"
log = logging.getLogger(__name__)


def now_ms() -> int:
    """The wall clock, milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Screen:
    """The window and what is in it."""

    def __init__(self, app: QApplication, settings: QSettings) -> None:
        remembered = Remembered(settings)
        self.theme = Theme(app, mode=remembered.mode, text_scale=remembered.text_scale)
        icons, clock = Icons(), DayClock(now_ms)
        avatars = AvatarPainter(self.theme, icons)
        self._clock = clock
        self._notice: QMessageBox | None = None
        self.icons = icons
        self.chats = ChatPane(self.theme, icons, clock)
        self.conversation = ConversationPane(self.theme, icons, avatars, clock)
        self.details = DetailsPane(self.theme, avatars)
        self.window = MainWindow(
            self.theme,
            icons,
            remembered,
            chats=self.chats,
            conversation=self.conversation,
            details=self.details,
        )

        self.window.single_pane_changed.connect(self.conversation.show_back)
        self.conversation.back_requested.connect(self.window.show_list)
        self.conversation.details_toggled.connect(self.window.toggle_details)
        self.conversation.link_activated.connect(lambda link: QDesktopServices.openUrl(QUrl(link)))

    def empty(self) -> None:
        """Nobody is signed in."""
        self.window.close_chat()
        self.chats.chats.show_rows([], more=False)
        self.window.show_numbers([])
        self.window.show_connection(ConnectionRow(kind="offline"))

    def tell(self, words: str) -> None:
        """Something that a person must know, and can only take note of."""
        if self._notice is None:
            self._notice = QMessageBox(QMessageBox.Icon.Warning, APP_NAME, "", parent=self.window)
            self._notice.setTextFormat(Qt.TextFormat.PlainText)
        shown = self._notice.text() if self._notice.isVisible() else ""
        self._notice.setText(f"{shown}\n\n{words}" if shown else words)
        self._notice.open()

    def close(self) -> None:
        """The window goes for good."""
        if self._notice is not None:
            self._notice.close()
        self.window.close()
        self.window.deleteLater()
        self._clock.deleteLater()
        self.theme.deleteLater()


class Inbox:
    """One account on the screen: its databases, its presenters and, unless offline, its line to the server.

    Without a token the cache can be read and searched, and what is typed waits. `token_refused` is called when the
    server does not take the token any more.
    """

    def __init__(
        self,
        *,
        screen: Screen,
        account: Account,
        files: AccountFiles,
        token: str | None,
        task_failed: Callable[[str, BaseException], None],
        token_refused: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._tasks = tasks = Tasks(task_failed)
        self._token_refused = token_refused
        loop = asyncio.get_running_loop()
        self.outbox = Outbox(files.outbox)
        try:
            self.cache = Cache(files.cache)
        except StorageError:
            self.outbox.close()
            raise
        self._feed = Feed(cache=self.cache, outbox=self.outbox, loop=loop)
        self.notifier = NativeNotifier(
            app_name=APP_NAME,
            sound=sound_file("message"),
            icon=app_icon_file(),
            tasks=tasks,
            clock=time.monotonic,
            beep=QApplication.beep,
            on_click=self._notification_clicked,
        )
        self.online = Online(
            account=account,
            token=token or "",
            cache=self.cache,
            outbox=self.outbox,
            tasks=tasks,
            clock=time.monotonic,
            client_version=version("whatsapp-inbox"),
            on_line=self._line_changed,
        )
        self._connection = ConnectionPresenter(view=screen.window, clock=time.monotonic, later=loop.call_later)
        self._list = ChatListPresenter(cache=self.cache, outbox=self.outbox, view=screen.chats.chats, tasks=tasks)
        self._numbers = SessionFilterPresenter(cache=self.cache, view=screen.window)
        self._details = DetailsPresenter(
            cache=self.cache, history=self.online.history, view=screen.details, tasks=tasks
        )
        self._conversation = ConversationPresenter(
            cache=self.cache,
            outbox=self.outbox,
            history=self.online.history,
            view=screen.conversation,
            tasks=tasks,
            agent_name=account.user.name,
        )
        self._notifications = NotificationPresenter(
            shower=self.notifier, now_ms=now_ms, later=loop.call_later, is_watched=self._is_watched
        )
        self._connections = self._connect()

    def start(self, *, online: bool) -> None:
        """Shows what the cache holds, at once; then goes to the server."""
        self._numbers.show()
        self._list.show()
        self._connection.line_changed(Line(kind="connecting" if online else "offline"))
        if online:
            self.online.start()

    async def close(self) -> None:
        """Drafts are flushed, then connections ended and databases closed; the screen is left empty."""
        self._screen.conversation.clear()
        for connection in self._connections:
            QObject.disconnect(connection)
        self._feed.close()
        for presenter in (self._connection, self._list, self._numbers, self._conversation, self._notifications):
            presenter.close()
        await self.online.close()
        await self.notifier.close()
        await self._tasks.close()
        self.outbox.close()
        self.cache.close()
        self._screen.empty()

    def open_chat(self, conversation_id: str) -> None:
        """Opens a chat, as a click on it would."""
        self._screen.window.open_chat(conversation_id)

    def type_message(self, conversation_id: str, body: str) -> str:
        """Sends as the composer would; the message's uuid."""
        message = _typed(conversation_id, body)
        self._tasks.spawn(self._keep(message), "keeping a typed message")
        return message.uuid

    def on_cache(self, listener: Callable[[Changed], None]) -> None:
        """Hears of every write to the cache, until the inbox is closed."""
        self._feed.on_cache(listener)

    def show_more_chats(self) -> None:
        """The list's next page."""
        self._list.show_more()

    def _connect(self) -> list[QMetaObject.Connection]:
        self._feed.on_cache(self._cache_changed)
        self._feed.on_outbox(self._outbox_changed)
        window, chats, pane = self._screen.window, self._screen.chats, self._screen.conversation
        return [
            chats.session_chosen.connect(self._list.choose_session),
            chats.filter_chosen.connect(self._list.choose_kind),
            chats.search_changed.connect(self._list.search),
            chats.chats.more_requested.connect(self._list.show_more),
            window.chat_opened.connect(self._show_chat),
            window.chat_closed.connect(self._conversation.leave),
            pane.send_requested.connect(self.type_message),
            pane.draft_changed.connect(self._save_draft),
            pane.older_requested.connect(self._conversation.show_older),
            pane.retry_requested.connect(self._send_again),
            pane.discard_requested.connect(self._discard),
            pane.read_up_to.connect(self._read),
        ]

    def _show_chat(self, conversation_id: str) -> None:
        self._conversation.show(conversation_id)
        self._details.show(conversation_id)
        self._notifications.was_read(conversation_id)

    def _cache_changed(self, changed: Changed) -> None:
        self._conversation.cache_changed(changed)  # first: of one that was merged, what was typed goes to disk
        self.online.cache_changed(changed)
        self._list.cache_changed(changed)
        self._numbers.cache_changed(changed)
        self._details.cache_changed(changed)
        self._notifications.came_in(incoming_of(changed, self.cache, preview))
        for conversation in self.cache.conversations(ids=changed.conversations, limit=len(changed.conversations)):
            if conversation.unread_count == 0:
                self._notifications.was_read(conversation.id)

    def _outbox_changed(self, conversation_id: str) -> None:
        self._list.refresh([conversation_id])
        self._conversation.outbox_changed(conversation_id)

    def _send_again(self, conversation_id: str, key: str) -> None:
        body = self._conversation.body_of(conversation_id, key)
        if body is not None:
            again = _typed(conversation_id, body)
            self._tasks.spawn(self.online.sender.send_again(key, again), "keeping a retried message")

    async def _keep(self, message: OutgoingMessage) -> None:
        try:
            await self.online.sender.send(message)
        except StorageError:
            if self._conversation.open_conversation == message.conversation_id:
                self._screen.conversation.set_draft(message.body)
            raise

    def _discard(self, _conversation_id: str, key: str) -> None:
        self._tasks.spawn(_written(self.outbox.discard(key)), "discarding a message")

    def _save_draft(self, conversation_id: str, text: str) -> None:
        self._tasks.spawn(_written(self.outbox.set_draft(conversation_id, text)), "keeping a draft")

    def _read(self, conversation_id: str, message_id: str) -> None:
        self._tasks.spawn(self.online.reading.read_up_to(conversation_id, message_id), "keeping a read mark")

    def _line_changed(self, line: Line) -> None:
        self._connection.line_changed(line)
        self._conversation.line_changed(live=line.kind == "live")
        if line.kind == "signed_out":
            self._token_refused()

    def _is_watched(self, conversation_id: str) -> bool:
        return self._screen.window.isActiveWindow() and self._conversation.open_conversation == conversation_id

    def _notification_clicked(self, conversation_id: str | None, _message_id: str | None) -> None:
        window = self._screen.window
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()
        if conversation_id is not None:
            self.open_chat(conversation_id)


async def _written(write: Future[str | None]) -> None:
    """A write that nobody waits for, so that its failure is somebody's."""
    await asyncio.wrap_future(write)


def _typed(conversation_id: str, body: str) -> OutgoingMessage:
    moment = now_ms()
    return OutgoingMessage(
        uuid=uuid7(moment, secrets.randbits(74)),
        conversation_id=conversation_id,
        body=body,
        created_at_ms=moment,
    )


class Client:
    """The program: signed out, a dialog; signed in, an inbox; from start to quit.

    `offline` shows what was cached and never asks the server. `server` is the address that the dialog begins with.
    """

    def __init__(
        self,
        *,
        app: QApplication,
        profile: Profile,
        credentials: Credentials,
        offline: bool = False,
        server: str = "",
    ) -> None:
        self._profile = profile
        self._credentials = credentials
        self._offline = offline
        self._server = server
        self._screen = Screen(app, QSettings(str(profile.window_file), QSettings.Format.IniFormat))
        self._troubles = Troubles(self._screen.tell)
        self._tasks = Tasks(self._troubles.failed)
        self._quit = asyncio.Event()
        self._dialog: SignInDialog | None = None
        self.inbox: Inbox | None = None
        self.failures = self._troubles.failures
        app.setQuitOnLastWindowClosed(False)
        self._screen.window.closing.connect(self._quit.set)
        self._screen.window.quit_requested.connect(self._quit.set)
        self._screen.chats.sign_out_requested.connect(lambda: self._tasks.spawn(self.sign_out(), "signing out"))

    def quit(self) -> None:
        """Ends `run`."""
        self._quit.set()

    def set_look(self, mode: Mode) -> None:
        """Light, dark or like the system."""
        self._screen.theme.set_mode(mode)

    def resize(self, width: int, height: int) -> None:
        """Makes the window as large as this, whatever the screen."""
        self._screen.window.resize(width, height)

    def take_picture(self, file: Path) -> None:
        """What the window looks like now, as PNG."""
        self._screen.window.grab().save(str(file))

    def on_row_painted(self, listener: Callable[[str, str], None]) -> None:
        """Hears `(conversation_id, message_id)` when the list first painted a chat's last message."""
        self._screen.chats.chats.row_painted.connect(listener)

    def count_rows(self) -> tuple[int, int]:
        """How many chats the list holds when every page was asked for, and how many of them are groups."""
        rows = self._screen.chats.chats.rows
        held = -1
        while self.inbox is not None and rows.rowCount() > held:
            held = rows.rowCount()
            self.inbox.show_more_chats()
        return held, sum(rows.row(position).is_group for position in range(held))

    async def run(self) -> None:
        """Until the window is closed or `quit` is called."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._troubles.loop_failed)
        hook, sys.excepthook = sys.excepthook, self._troubles.slot_failed
        try:
            await self._begin()
            await self._quit.wait()
        finally:
            await self.close()
            sys.excepthook = hook
            loop.set_exception_handler(None)

    async def close(self) -> None:
        """Everything typed is on disk, every task has ended; may be called twice."""
        if self.inbox is not None:
            inbox, self.inbox = self.inbox, None
            await inbox.close()
        await self._tasks.close()
        self._close_dialog()
        self._screen.close()

    async def sign_out(self) -> None:
        """Forgets the token here and on the server, and asks who signs in next."""
        if self.inbox is not None:
            inbox, self.inbox = self.inbox, None
            await inbox.online.sign_out()
            await self._forget_token()
            self._profile.forget_account()
            await inbox.close()
        self._ask_to_sign_in()

    async def _begin(self) -> None:
        account = self._profile.account()
        if account is None:
            self._screen.window.show()
            self._ask_to_sign_in()
            return
        token = None if self._offline else await self._load_token()
        self._open_inbox(account, token)
        if token is None and not self._offline:
            self._ask_to_sign_in()

    def _open_inbox(self, account: Account, token: str | None) -> None:
        self._screen.window.show()
        try:
            self.inbox = self._make_inbox(account, token)
        except StorageError as error:
            self._troubles.failed("opening the inbox", error)
            return
        if self.inbox.outbox.moved_aside is not None:
            self._troubles.outbox_was_damaged(self.inbox.outbox.moved_aside)
        self.inbox.start(online=token is not None)

    def _make_inbox(self, account: Account, token: str | None) -> Inbox:
        return Inbox(
            screen=self._screen,
            account=account,
            files=self._profile.files_of(account),
            token=token,
            task_failed=self._troubles.failed,
            token_refused=self._ask_to_sign_in,
        )

    def _ask_to_sign_in(self) -> None:
        if self._dialog is not None:
            return
        known = self._profile.account()
        dialog = SignInDialog(
            self._screen.theme,
            self._screen.window,
            server=known.server if known else self._server,
            email=known.user.email if known else "",
        )
        sign_in = SignIn(
            profile=self._profile,
            credentials=self._credentials,
            open_api=Api,
            done=self._signed_in,
            warn=log.warning,
        )
        dialog.sign_in_requested.connect(
            lambda server, email, password: self._tasks.spawn(
                sign_in.submit(dialog, server, email, password), "signing in"
            )
        )
        self._dialog = dialog
        dialog.finished.connect(self._close_dialog)
        dialog.open()

    async def _signed_in(self, account: Account, token: str) -> None:
        """Closes what the account before had open."""
        self._close_dialog()
        if self.inbox is not None:
            inbox, self.inbox = self.inbox, None
            await inbox.close()
        self._open_inbox(account, token)

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            dialog, self._dialog = self._dialog, None
            dialog.close()
            dialog.deleteLater()

    async def _load_token(self) -> str | None:
        try:
            return await asyncio.to_thread(self._credentials.load, self._profile.name)
        except CredentialsUnavailable as error:
            log.warning("%s", error)
            return None

    async def _forget_token(self) -> None:
        try:
            await asyncio.to_thread(self._credentials.forget, self._profile.name)
        except CredentialsUnavailable as error:
            log.warning("%s", error)
