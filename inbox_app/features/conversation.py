"""One open conversation: its header, its messages with what is still on its way laid over them, and what a person does
in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from inbox_app import phones
from inbox_app.features.message_row import message_row, outgoing_row
from inbox_app.frames import OncePerFrame
from inbox_app.sync.history import History
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changes import Changed
from local_cache.outbox import Outbox
from local_cache.records import CachedConversation, CachedMessage
from ui.conversation.rows import ConversationHeader, MessageRow

PAGE = 50


class ConversationView(Protocol):
    """The pane that shows a conversation."""

    def show_conversation(self, header: ConversationHeader) -> None: ...

    def set_header(self, header: ConversationHeader) -> None: ...

    def show_messages(self, rows: Sequence[MessageRow], *, more_above: bool, first_unread_key: str | None) -> None: ...

    def prepend_messages(self, rows: Sequence[MessageRow], more_above: bool) -> None: ...

    def upsert_messages(self, rows: Sequence[MessageRow]) -> None: ...

    def remove_messages(self, keys: Iterable[str]) -> None: ...

    def set_draft(self, text: str) -> None: ...

    def set_sending_from(self, number: str, name: str | None, enabled: bool, reason: str | None) -> None: ...

    def clear(self) -> None: ...


class ConversationPresenter:
    """`agent_name` is whoever is signed in; `row_changed(id)` asks the chat list to look at a conversation again."""

    def __init__(
        self,
        *,
        cache: Cache,
        outbox: Outbox,
        history: History,
        view: ConversationView,
        tasks: Tasks,
        agent_name: str,
        row_changed: Callable[[Iterable[str]], None],
    ) -> None:
        self._cache = cache
        self._outbox = outbox
        self._history = history
        self._view = view
        self._tasks = tasks
        self._agent_name = agent_name
        self._row_changed = row_changed
        self._open: str | None = None
        self._oldest: str | None = None
        self._loading_older = False
        self._dirty: set[str] = set()
        self._frame = OncePerFrame(self._refresh)

    @property
    def open_conversation(self) -> str | None:
        return self._open

    def show(self, conversation_id: str) -> None:
        """Opens a conversation from the cache; what the cache lacks is fetched and joins it."""
        conversation = self._cache.conversation(conversation_id)
        if conversation is None:
            self._open = None
            self._view.clear()
            return
        self._open = conversation.id
        self._dirty.clear()
        self._view.show_conversation(self._header(conversation))
        self._show_sender(conversation)
        self._show_newest(conversation)
        self._view.set_draft(self._outbox.draft(conversation.id) or "")
        if conversation.needs_history:
            self._tasks.spawn(self._fetch_newest(conversation.id), f"history of {conversation.id}")

    def show_older(self, conversation_id: str) -> None:
        """The person nears the top: the next page from the cache, or from the server once the cache is through."""
        if conversation_id != self._open or self._loading_older or self._oldest is None:
            return
        self._loading_older = True
        self._tasks.spawn(self._load_older(conversation_id, self._oldest), f"older messages of {conversation_id}")

    def cache_changed(self, changed: Changed) -> None:
        """What belongs to the open conversation is read again, once a frame."""
        if self._open is None:
            return
        if changed.reset:
            self.show(self._open)
            return
        moved = changed.merged.get(self._open)
        if moved is not None:
            self.show(moved)
            return
        touched = changed.messages.get(self._open, frozenset())
        if touched or self._open in changed.conversations or changed.sessions:
            self._dirty.update(touched)
            self._frame.ask()

    def outbox_changed(self, conversation_id: str) -> None:
        """A message of ours was queued, sent, refused or discarded."""
        if conversation_id == self._open:
            self._frame.ask()

    def save_draft(self, conversation_id: str, text: str) -> None:
        """What stands in the composer survives the program's end."""
        self._outbox.set_draft(conversation_id, text)
        self._row_changed([conversation_id])

    def close(self) -> None:
        """Forgets an update that was asked for."""
        self._frame.close()

    def _show_newest(self, conversation: CachedConversation) -> None:
        page = self._cache.messages(conversation.id, before=None, limit=max(PAGE, conversation.unread_count + 10))
        self._oldest = page[-1].order if page else None
        rows = [message_row(message, conversation) for message in reversed(page)]
        self._view.show_messages(
            [*rows, *self._outgoing(conversation.id)],
            more_above=len(page) >= PAGE,
            first_unread_key=_first_unread(page, conversation.unread_count),
        )

    async def _fetch_newest(self, conversation_id: str) -> None:
        if await self._history.fetch_newest(conversation_id) and conversation_id == self._open:
            conversation = self._cache.conversation(conversation_id)
            if conversation is not None:
                self._show_newest(conversation)

    async def _load_older(self, conversation_id: str, before: str) -> None:
        try:
            page = self._cache.messages(conversation_id, before=before, limit=PAGE)
            if len(page) < PAGE and await self._history.fetch_older(conversation_id):
                page = self._cache.messages(conversation_id, before=before, limit=PAGE)
        finally:
            self._loading_older = False
        conversation = self._cache.conversation(conversation_id)
        if conversation is None or conversation_id != self._open:
            return
        self._oldest = page[-1].order if page else before
        rows = [message_row(message, conversation) for message in reversed(page)]
        self._view.prepend_messages(rows, more_above=len(page) == PAGE)

    def _refresh(self) -> None:
        if self._open is None or (conversation := self._cache.conversation(self._open)) is None:
            return
        self._view.set_header(self._header(conversation))
        self._show_sender(conversation)
        dirty, self._dirty = self._dirty, set()
        messages = [message for message in self._cache.messages_by_id(dirty) if self._is_within(message)]
        rows = [message_row(message, conversation) for message in messages]
        self._view.upsert_messages([*rows, *self._outgoing(conversation.id)])

    def _is_within(self, message: CachedMessage) -> bool:
        return self._oldest is None or message.order >= self._oldest

    def _outgoing(self, conversation_id: str) -> list[MessageRow]:
        waiting = self._outbox.for_conversation(conversation_id)
        known = self._cache.known_uuids([message.uuid for message in waiting])
        return [outgoing_row(message, self._agent_name) for message in waiting if message.uuid not in known]

    def _show_sender(self, conversation: CachedConversation) -> None:
        number = phones.written(conversation.session_phone or "")
        self._view.set_sending_from(number, conversation.session_name, enabled=True, reason=None)

    def _header(self, conversation: CachedConversation) -> ConversationHeader:
        is_group = conversation.chat_type == "group"
        name = conversation.group_name if is_group else conversation.contact_name
        phone = phones.written(conversation.contact_phone) if conversation.contact_phone else None
        return ConversationHeader(
            conversation_id=conversation.id,
            title=name or phone or "",
            has_name=bool(name),
            is_group=is_group,
            members=conversation.participants_count,
            avatar_seed=conversation.id,
            contact_phone=phone,
            provider_type=conversation.provider_type,
            session_number=phones.written(conversation.session_phone or ""),
            session_name=conversation.session_name,
            session_status=conversation.session_status or "",
        )


def _first_unread(newest_first: Sequence[CachedMessage], unread: int) -> str | None:
    inbound = [message for message in newest_first if message.direction == "inbound"]
    return inbound[unread - 1].key if 0 < unread <= len(inbound) else None
