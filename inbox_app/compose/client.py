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

log = logging.getLogger(__name__)


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
