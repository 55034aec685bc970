"""The chat list: pages of the cache, newest first, kept current as the cache changes and the filters are turned."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Literal, Protocol

from inbox_app import phones
from inbox_app.frames import OncePerFrame
from inbox_app.sync.read_marks import still_unread
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage, OutgoingState
from local_cache.records import CachedConversation, ConversationFilter, PageKey
from ui.chat_list.rows import ChatRow

PAGE = 50

Kind = Literal["all", "unread", "awaiting", "group", "private"]

AWAITED_FOR_MS = 30 * 24 * 60 * 60 * 1000
"""Nobody waits for an answer any longer than that."""

MINUTE = 60.0


class Cancellable(Protocol):
    """A call that was put off."""

    def cancel(self) -> None: ...


class ChatListView(Protocol):
    """The list as the window shows it."""

    def show_rows(self, rows: Sequence[ChatRow], more: bool, *, keep_place: bool = False) -> None: ...

    def append_rows(self, rows: Sequence[ChatRow], more: bool) -> None: ...

    def upsert(self, rows: Sequence[ChatRow]) -> None: ...

    def remove(self, conversation_ids: Iterable[str]) -> None: ...

    def set_empty(self, kind: str) -> None: ...


class ChatListPresenter:
    """Reads pages from the cache directly; a search runs on the cache's read pool, and only its last answer counts.

    `muted` names the conversations whose news are not told; `now_ms` is the wall clock, and `later(seconds, call)` runs
    a call later and can be cancelled.
    """

    def __init__(
        self,
        *,
        cache: Cache,
        outbox: Outbox,
        view: ChatListView,
        tasks: Tasks,
        muted: Callable[[], frozenset[str]],
        now_ms: Callable[[], int],
        later: Callable[[float, Callable[[], None]], Cancellable],
    ) -> None:
        self._cache = cache
        self._outbox = outbox
        self._view = view
        self._tasks = tasks
        self._muted = muted
        self._now_ms = now_ms
        self._later = later
        self._awaiting = False
        self._next_minute: Cancellable | None = None
        self._filter = ConversationFilter()
        self._last: PageKey | None = None
        self._search: asyncio.Task[None] | None = None
        self._dirty: set[str] = set()
        self._frame = OncePerFrame(self._refresh_dirty)

    def show(self) -> None:
        """The first page under the current filters."""
        self._stop()
        if self._shows_waiting:
            self._last = None
            self._search = self._tasks.spawn(self._show_waiting(anew=True), "who waits")
        elif self._filter.search:
            self._last = None
            self._search = self._tasks.spawn(self._show_found(), "chat search")
        else:
            self._show_page(self._cache.conversations(self._filter, limit=PAGE))

    def show_more(self) -> None:
        """The next page, when the person nears the end of the list."""
        if self._last is None:
            return
        page = self._cache.conversations(self._filter, before=self._last, limit=PAGE)
        self._last = _next_key(page)
        self._view.append_rows(self._rows(page), more=self._last is not None)

    def choose_session(self, session_id: str | None) -> None:
        self._filter = replace(self._filter, session_id=session_id)
        self.show()

    def choose_kind(self, kind: Kind) -> None:
        chat_type = kind if kind in ("group", "private") else None
        self._filter = replace(self._filter, chat_type=chat_type, unread_only=kind == "unread")
        self._awaiting = kind == "awaiting"
        self.show()

    def search(self, text: str) -> None:
        self._filter = replace(self._filter, search=text.strip())
        self.show()

    def cache_changed(self, changed: Changed) -> None:
        """Rows that the change touches are read again, once a frame."""
        if changed.reset:
            self.show()
            return
        if changed.sessions:
            self._view.set_empty(self._why_empty())
        self.refresh(changed.conversations)

    def refresh(self, conversation_ids: Iterable[str]) -> None:
        """These conversations look different now (a draft, a message on its way, news)."""
        self._dirty.update(conversation_ids)
        if self._dirty:
            self._frame.ask()

    def close(self) -> None:
        """Forgets an update that was asked for."""
        self._frame.close()
        self._stop()

    @property
    def _shows_waiting(self) -> bool:
        return self._awaiting and not self._filter.search

    def _stop(self) -> None:
        """Whatever is being looked for is not wanted any more."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
        if self._next_minute is not None:
            self._next_minute.cancel()
            self._next_minute = None

    async def _show_waiting(self, *, anew: bool) -> None:
        """All of them, since each new message may change everybody's place; again each minute, for the waits grow."""
        session_id, newer_than = self._filter.session_id, self._now_ms() - AWAITED_FOR_MS
        finding = self._cache.submit_read(
            lambda: self._cache.awaiting_reply(session_id=session_id, newer_than_ms=newer_than)
        )
        found = await asyncio.wrap_future(finding)
        answered = self._answered_here()
        since = {each.id: moment for each, moment in found if each.id not in answered}
        rows = self._rows([each for each, _ in found if each.id in since])
        self._view.show_rows(
            [self._waiting_row(row, since[row.conversation_id]) for row in rows], False, keep_place=not anew
        )
        self._view.set_empty("no_result" if self._cache.sessions() else "no_number")
        self._next_minute = self._later(MINUTE, self._look_again)

    def _look_again(self) -> None:
        if self._shows_waiting and (self._search is None or self._search.done()):
            self._stop()
            self._search = self._tasks.spawn(self._show_waiting(anew=False), "who waits")

    def _answered_here(self) -> set[str]:
        """Chats with an answer that the server does not have yet."""
        on_their_way = (OutgoingState.QUEUED, OutgoingState.SENDING)
        return {message.conversation_id for message in self._outbox.all() if message.state in on_their_way}

    def _waiting_row(self, row: ChatRow, since_ms: int) -> ChatRow:
        minutes = max(0, (self._now_ms() - since_ms) // 60_000)
        return replace(row, sort_key=(-since_ms, row.conversation_id), waiting_minutes=minutes)

    async def _show_found(self) -> None:
        wanted = self._filter
        finding = self._cache.submit_read(lambda: self._cache.conversations(wanted, limit=PAGE))
        page = await asyncio.wrap_future(finding)
        self._show_page(page)

    def _show_page(self, page: Sequence[CachedConversation]) -> None:
        self._last = _next_key(page)
        self._view.show_rows(self._rows(page), more=self._last is not None)
        # Also while there are rows: the last of them may go (read, under "Unread") without another page.
        self._view.set_empty(self._why_empty())
        # What changed while a search was looking, and chats that something typed here lifts up from a later page.
        self.refresh(message.conversation_id for message in self._outbox.all())

    def _refresh_dirty(self) -> None:
        if self._shows_waiting:
            if self._search is not None and not self._search.done():
                self._frame.ask()  # once it is done
            else:
                self._dirty.clear()
                self._look_again()
            return
        if self._search is not None and not self._search.done():
            return  # its page may be older than the change, and is shown later
        dirty, self._dirty = self._dirty, set()
        matching = self._rows(self._cache.conversations(self._filter, ids=dirty, limit=len(dirty)))
        self._view.upsert(matching)
        gone = dirty - {row.conversation_id for row in matching}
        if gone:
            self._view.remove(gone)

    def _why_empty(self) -> str:
        if self._filter != ConversationFilter():
            return "no_result"
        return "no_chat" if self._cache.sessions() else "no_number"

    def _rows(self, conversations: Sequence[CachedConversation]) -> list[ChatRow]:
        on_their_way = self._outbox.last_by_conversation()
        arrived = self._cache.known_uuids([message.uuid for message in on_their_way.values()])
        drafts = self._outbox.drafts()
        reads, muted = self._outbox.pending_reads(), self._muted()
        rows = []
        for each in conversations:
            row = _row(each, drafts.get(each.id), unread=still_unread(self._cache, each, reads.get(each.id)))
            row = replace(row, muted=True) if each.id in muted else row
            outgoing = on_their_way.get(each.id)
            rows.append(row if outgoing is None or outgoing.uuid in arrived else _with_outgoing(row, outgoing))
        return rows


def _next_key(page: Sequence[CachedConversation]) -> PageKey | None:
    return page[-1].key if len(page) == PAGE else None


def _row(conversation: CachedConversation, draft: str | None, *, unread: int) -> ChatRow:
    last = conversation.last_message
    is_group = conversation.chat_type == "group"
    return ChatRow(
        conversation_id=conversation.id,
        sort_key=(conversation.last_message_at_ms, conversation.id),
        title=title_of(conversation),
        has_name=bool(conversation.name),
        is_group=is_group,
        members=conversation.participants_count,
        avatar_seed=conversation.id,
        session_id=conversation.session_id,
        provider_type=conversation.provider_type,
        number_tail=phones.tail(conversation.session_phone),
        last_message_id=last.id if last else None,
        preview_text=last.body if last else "",
        preview_type=last.message_type if last else "text",
        preview_sender=last.sender_name if last and is_group and last.direction == "inbound" else None,
        preview_status=last.status if last and last.direction == "outbound" else None,
        time_ms=conversation.last_message_at_ms,
        unread=unread,
        draft=draft,
    )


def _with_outgoing(row: ChatRow, outgoing: OutgoingMessage) -> ChatRow:
    if outgoing.created_at_ms < row.time_ms:
        return row
    return replace(
        row,
        sort_key=(outgoing.created_at_ms, row.conversation_id),
        preview_text=outgoing.body,
        preview_type="text",
        preview_sender=None,
        preview_status=outgoing.state.value,
        time_ms=outgoing.created_at_ms,
    )


def title_of(conversation: CachedConversation) -> str:
    """The name, else the number as people write it, else nothing."""
    if conversation.name:
        return conversation.name
    return phones.written(conversation.phone) if conversation.phone else ""
