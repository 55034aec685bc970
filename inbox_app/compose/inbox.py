"""One account's inbox: its databases, presenters and line to the server, connected to the screen."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from importlib.metadata import version

from PySide6.QtCore import QMetaObject, QObject
from PySide6.QtWidgets import QApplication

from inbox_app.compose.screen import APP_NAME, Screen
from inbox_app.desktop.notifier import NativeNotifier
from inbox_app.features.chat_list import ChatListPresenter
from inbox_app.features.connection import ConnectionPresenter
from inbox_app.features.conversation import ConversationPresenter
from inbox_app.features.details import DetailsPresenter
from inbox_app.features.incoming import incoming_of
from inbox_app.features.linking import LinkingPresenter
from inbox_app.features.message_row import key_of
from inbox_app.features.notifications import NotificationPresenter
from inbox_app.features.numbers import NumbersPresenter, may_manage_numbers
from inbox_app.features.palette import PalettePresenter
from inbox_app.features.presence import PresencePresenter
from inbox_app.features.session_filter import SessionFilterPresenter
from inbox_app.features.stranded import StrandedPresenter
from inbox_app.features.templates import TemplatesPresenter, choice_of
from inbox_app.feed import Feed
from inbox_app.online import Online
from inbox_app.profile import Account, AccountFiles
from inbox_app.sync.engine import Line
from inbox_app.tasks import Tasks
from inbox_app.wall_clock import minute_of_day, now_ms
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.database import StorageError
from local_cache.outbox import Outbox
from local_cache.outgoing import Act, ActKind, OutgoingMessage
from local_cache.uuid7 import uuid7
from resources.catalog import Catalog
from resources.locate import app_icon_file, sound_file
from ui.conversation.rows import TemplateRow
from ui.words.previews import preview
from wire.realtime import Presence


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
        catalog: Catalog,
        task_failed: Callable[[str, BaseException], None],
        token_refused: Callable[[], None],
    ) -> None:
        self._screen = screen
        self._catalog = catalog
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
            act_refused=self._act_refused,
        )
        self._connection = ConnectionPresenter(view=screen.window, clock=time.monotonic, later=loop.call_later)
        self._filter = SessionFilterPresenter(cache=self.cache, view=screen)
        self._numbers = NumbersPresenter(
            cache=self.cache,
            api=self.online.api,
            view=screen.numbers,
            imports=screen.chats.sync,
            tasks=tasks,
            catalog=catalog,
        )
        self._linking = LinkingPresenter(
            cache=self.cache,
            api=self.online.api,
            open_view=screen.numbers.open_link_dialog,
            tasks=tasks,
            catalog=catalog,
            server=account.server,
        )
        screen.set_may_manage(may_manage_numbers(account.user.role))
        self._list = ChatListPresenter(
            cache=self.cache,
            outbox=self.outbox,
            view=screen.chats.chats,
            tasks=tasks,
            muted=lambda: screen.remembered.notifications.muted_chats,
            now_ms=now_ms,
            later=loop.call_later,
        )
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
        self._templates = TemplatesPresenter(cache=self.cache, api=self.online.api, tasks=tasks, catalog=catalog)
        me = Presence(desk=secrets.token_hex(4), user_id=account.user.id, user_name=account.user.name)
        self._presence = PresencePresenter(
            view=screen.conversation, me=me, tell=self._tell_presence, clock=time.monotonic, later=loop.call_later
        )
        self.online.listener.on_presence(self._presence.heard)
        self._palette = PalettePresenter(cache=self.cache, view=screen.window.palette_list, tasks=tasks)
        self._notifications = NotificationPresenter(
            shower=self.notifier,
            now_ms=now_ms,
            later=loop.call_later,
            is_watched=self._is_watched,
            catalog=catalog,
            choices=lambda: screen.remembered.notifications,
            minute_of_day=minute_of_day,
        )
        self._template_for: str | None = None
        self._stranded = StrandedPresenter(cache=self.cache, outbox=self.outbox, view=screen.window.stranded)
        self._connections = self._connect()

    def start(self, *, online: bool) -> None:
        """Shows what the cache holds, at once; then goes to the server."""
        self._filter.show()
        self._numbers.show()
        self._list.show()
        self._stranded.show()
        self._connection.line_changed(Line(kind="connecting" if online else "offline"))
        if online:
            self.online.start()

    async def close(self) -> None:
        """Drafts are flushed, then connections ended and databases closed; the screen is left empty."""
        self._screen.conversation.clear()
        for connection in self._connections:
            QObject.disconnect(connection)
        self._feed.close()
        for presenter in (
            self._connection,
            self._list,
            self._filter,
            self._linking,
            self._conversation,
            self._notifications,
            self._presence,
        ):
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

    def type_message(self, conversation_id: str, body: str, reply_to: str = "") -> str:
        """Sends as the composer would, in answer to a message of that id; the new message's uuid."""
        message = _typed(conversation_id, body)._replace(reply_to=reply_to or None)
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
            chats.chats.mute_toggled.connect(self._toggle_mute),
            chats.chats.more_requested.connect(self._list.show_more),
            window.palette_list.query_changed.connect(self._palette.search),
            window.chat_opened.connect(self._show_chat),
            window.stranded.discard_requested.connect(self._stranded.discard),
            window.chat_closed.connect(self._chat_closed),
            pane.send_requested.connect(self.type_message),
            pane.templates_wanted.connect(self._choose_template),
            self._screen.templates.chosen.connect(self._send_template),
            pane.draft_changed.connect(self._save_draft),
            pane.older_requested.connect(self._conversation.show_older),
            pane.retry_requested.connect(self._send_again),
            pane.discard_requested.connect(self._discard),
            pane.read_up_to.connect(self._read),
            pane.reaction_chosen.connect(self._react),
            pane.jump_requested.connect(self._conversation.reveal),
            *self._connect_numbers(),
        ]

    def _connect_numbers(self) -> list[QMetaObject.Connection]:
        desk, banner, chats = self._screen.numbers, self._screen.window.banner, self._screen.chats
        return [
            chats.add_number_requested.connect(self._linking.add_number),
            chats.cancel_import_requested.connect(self._numbers.cancel_import),
            banner.connect_requested.connect(self._linking.connect),
            desk.add_wanted.connect(self._linking.add_number),
            desk.connect_wanted.connect(self._linking.connect),
            desk.add_requested.connect(self._linking.submit),
            desk.retry_requested.connect(self._linking.retry),
            desk.link_closed.connect(self._linking.leave),
            desk.logout_requested.connect(self._numbers.log_out),
            desk.import_requested.connect(self._numbers.start_import),
            desk.cancel_import_requested.connect(self._numbers.cancel_import),
        ]

    def _show_chat(self, conversation_id: str) -> None:
        self._conversation.show(conversation_id)
        self._details.show(conversation_id)
        self._presence.open(self._conversation.open_conversation)
        self._notifications.was_read(conversation_id)

    def _cache_changed(self, changed: Changed) -> None:
        self._conversation.cache_changed(changed)  # first: of one that was merged, what was typed goes to disk
        self.online.cache_changed(changed)
        self._list.cache_changed(changed)
        self._filter.cache_changed(changed)
        self._numbers.cache_changed(changed)
        self._linking.cache_changed(changed)
        self._details.cache_changed(changed)
        self._stranded.cache_changed(changed)
        self._notifications.came_in(incoming_of(changed, self.cache, preview))
        for conversation in self.cache.conversations(ids=changed.conversations, limit=len(changed.conversations)):
            if conversation.unread_count == 0:
                self._notifications.was_read(conversation.id)

    def _outbox_changed(self, conversation_id: str) -> None:
        self._list.refresh([conversation_id])
        self._conversation.outbox_changed(conversation_id)
        self._stranded.outbox_changed(conversation_id)

    def _send_again(self, conversation_id: str, key: str) -> None:
        old = self._conversation.not_sent(conversation_id, key)
        if old is not None and old.is_template and old.template is None:
            self._choose_template(conversation_id)
        elif old is not None:
            again = _typed(conversation_id, old.body)._replace(
                reply_to=old.reply_to,
                retry_of=key if old.message_id is not None else None,
                template=old.template,
            )
            self._tasks.spawn(self.online.sender.send_again(key, again), "keeping a retried message")

    def _choose_template(self, conversation_id: str) -> None:
        self._template_for = conversation_id
        self._templates.show(conversation_id, self._screen.templates)
        self._screen.templates.open()

    def _send_template(self, row: TemplateRow, values: dict[str, str], text: str) -> None:
        if self._template_for is not None:
            message = _typed(self._template_for, text)._replace(template=choice_of(row, values))
            self._tasks.spawn(self._keep(message), "keeping a chosen template")

    async def _keep(self, message: OutgoingMessage) -> None:
        try:
            await self.online.sender.send(message)
        except StorageError:
            if self._conversation.open_conversation == message.conversation_id:
                self._screen.conversation.set_draft(message.body)
            raise

    def _discard(self, conversation_id: str, key: str) -> None:
        old = self._conversation.not_sent(conversation_id, key)
        if old is not None and old.message_id is not None:
            act = Act(old.message_id, ActKind.DISCARD, conversation_id)
            self._tasks.spawn(self.online.acts.perform(act), "discarding a message")
        elif old is not None:
            self._tasks.spawn(_written(self.outbox.discard(key)), "discarding a message")

    def _toggle_mute(self, conversation_id: str) -> None:
        remembered = self._screen.remembered
        choices = remembered.notifications
        remembered.notifications = replace(choices, muted_chats=choices.muted_chats ^ {conversation_id})
        self._list.refresh([conversation_id])

    def _tell_presence(self, presence: Presence) -> None:
        self._tasks.spawn(self.online.listener.tell(presence), "telling which chat is open")

    def _chat_closed(self) -> None:
        self._conversation.leave()
        self._presence.open(None)

    def _react(self, conversation_id: str, key: str, emoji: str) -> None:
        message = self.cache.message_by_uuid(key)
        if message is not None:
            act = Act(message.id, ActKind.REACT, conversation_id, emoji)
            self._tasks.spawn(self.online.acts.perform(act), "reacting to a message")

    def _act_refused(self, act: Act, reason: str) -> None:
        """What was sent meanwhile shows that itself."""
        if act.kind is ActKind.REACT:
            self._screen.tell(self._catalog.say("Server", reason))

    def _save_draft(self, conversation_id: str, text: str) -> None:
        if text and conversation_id == self._conversation.open_conversation:
            self._presence.typed()
        elif not text:
            self._presence.sent()
        self._tasks.spawn(_written(self.outbox.set_draft(conversation_id, text)), "keeping a draft")

    def _read(self, conversation_id: str, message_id: str) -> None:
        self._tasks.spawn(self.online.reading.read_up_to(conversation_id, message_id), "keeping a read mark")

    def _line_changed(self, line: Line) -> None:
        self._connection.line_changed(line)
        self._conversation.line_changed(live=line.kind == "live")
        self._presence.line_changed(live=line.kind == "live")
        if line.kind == "signed_out":
            self._token_refused()

    def _is_watched(self, conversation_id: str) -> bool:
        return self._screen.window.isActiveWindow() and self._conversation.open_conversation == conversation_id

    def _notification_clicked(self, conversation_id: str | None, message_id: str | None) -> None:
        self._screen.come_to_front()
        if conversation_id is not None:
            self.open_chat(conversation_id)
            message = self.cache.message(message_id) if message_id is not None else None
            if message is not None:
                self._conversation.reveal(message.conversation_id, key_of(message))


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
