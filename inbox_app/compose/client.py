"""The program: who is signed in, and what is open, from start to quit."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from inbox_app.compose.inbox import Inbox
from inbox_app.compose.screen import Screen
from inbox_app.credentials import Credentials, CredentialsUnavailable
from inbox_app.features.sign_in import SignIn
from inbox_app.profile import Account, Profile
from inbox_app.server.api import Api
from inbox_app.tasks import Tasks
from inbox_app.troubles import Troubles
from local_cache.database import StorageError
from ui.sign_in.dialog import SignInDialog
from ui.theme.theme import Mode
from ui.window.remembered import Remembered
from ui.words.translator import Speech

log = logging.getLogger(__name__)


class Client:
    """The program: signed out, a dialog; signed in, an inbox; from start to quit.

    `offline` shows what was cached and never asks the server. `server` is the address that the dialog begins with,
    `first_chat` the chat that is opened first.
    """

    def __init__(
        self,
        *,
        app: QApplication,
        profile: Profile,
        credentials: Credentials,
        offline: bool = False,
        server: str = "",
        first_chat: str | None = None,
    ) -> None:
        self._profile = profile
        self._credentials = credentials
        self._offline = offline
        self._server = server
        self._app = app
        self._first_chat = first_chat
        self._settings = QSettings(str(profile.window_file), QSettings.Format.IniFormat)
        self._speech = Speech(app, Remembered(self._settings).language)
        self._troubles = Troubles(
            lambda words: self._screen.tell(words), lambda context, text: self._speech.catalog.say(context, text)
        )
        self._tasks = Tasks(self._troubles.failed)
        self._quit = asyncio.Event()
        self._dialog: SignInDialog | None = None
        self._signed_in_as: tuple[Account, str | None] | None = None
        self.inbox: Inbox | None = None
        self.failures = self._troubles.failures
        app.setQuitOnLastWindowClosed(False)
        self._screen = self._open_screen()

    def quit(self) -> None:
        """Ends `run`."""
        self._quit.set()

    def set_look(self, mode: Mode) -> None:
        """Light, dark or like the system."""
        self._screen.theme.set_mode(mode)

    async def speak(self, language: str) -> None:
        """Another language, `system` for the desktop's own: the window is built anew, and is back where it was."""
        opened = self._screen.window.open_conversation
        if self.inbox is not None:
            inbox, self.inbox = self.inbox, None
            await inbox.close()
        self._close_dialog()
        self._screen.window.closing.disconnect(self._window_closed)
        self._screen.close()
        self._speech.speak(language)
        Remembered(self._settings).language = language
        self._screen = self._open_screen()
        if self._signed_in_as is None:
            await self._begin()
            return
        reopened = self._open_inbox(*self._signed_in_as)
        if reopened is not None and opened is not None:
            reopened.open_chat(opened)

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
        self._speech.close()

    async def sign_out(self) -> None:
        """Forgets the token here and on the server, and asks who signs in next."""
        if self.inbox is not None:
            inbox, self.inbox = self.inbox, None
            await inbox.online.sign_out()
            await self._forget_token()
            self._profile.forget_account()
            self._signed_in_as = None
            await inbox.close()
        self._ask_to_sign_in()

    def _open_screen(self) -> Screen:
        screen = Screen(self._app, self._settings)
        screen.window.closing.connect(self._window_closed)
        screen.window.quit_requested.connect(self._quit.set)
        screen.tray.quit_requested.connect(self._quit.set)
        screen.window.settings_requested.connect(self._open_settings)
        screen.chats.sign_out_requested.connect(lambda: self._tasks.spawn(self.sign_out(), "signing out"))
        screen.chats.language_chosen.connect(
            lambda language: self._tasks.spawn(self.speak(language), "changing the language")
        )
        return screen

    def come_to_front(self, chat: str | None = None) -> None:
        """As a second start of the program asks for, with a chat to open or none."""
        self._screen.come_to_front()
        if chat is not None and self.inbox is not None:
            self.inbox.open_chat(chat)

    def _window_closed(self) -> None:
        """It goes into the tray where there is one and that is wanted; said once, for it looks like the end."""
        remembered, tray = self._screen.remembered, self._screen.tray
        if not (tray.is_available and remembered.close_to_tray):
            self._quit.set()
        elif not remembered.told_of_tray:
            remembered.told_of_tray = True
            tray.tell(
                self._speech.catalog.say(
                    "Tray", "The inbox goes on here and tells you of new messages. Quit it from this icon's menu."
                )
            )

    def _open_settings(self) -> None:
        from inbox_app.compose.settings import open_settings  # here: a start would wait for it

        account = self._signed_in_as[0] if self._signed_in_as is not None else None
        dialog = open_settings(self._screen, account, self._profile, self.inbox)
        dialog.sign_out_requested.connect(lambda: self._tasks.spawn(self.sign_out(), "signing out"))
        dialog.language_chosen.connect(
            lambda language: self._tasks.spawn(self.speak(language), "changing the language")
        )

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

    def _open_inbox(self, account: Account, token: str | None) -> Inbox | None:
        self._signed_in_as = (account, token)
        self._screen.window.show()
        self._screen.tray.show_soon()
        try:
            self.inbox = self._make_inbox(account, token)
        except StorageError as error:
            self._troubles.failed("opening the inbox", error)
            return None
        if self.inbox.outbox.moved_aside is not None:
            self._troubles.outbox_was_damaged(self.inbox.outbox.moved_aside)
        self.inbox.start(online=token is not None)
        if self._first_chat is not None:
            self.inbox.open_chat(self._first_chat)
            self._first_chat = None
        return self.inbox

    def _make_inbox(self, account: Account, token: str | None) -> Inbox:
        return Inbox(
            screen=self._screen,
            account=account,
            files=self._profile.files_of(account),
            token=token,
            catalog=self._speech.catalog,
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
            catalog=self._speech.catalog,
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
