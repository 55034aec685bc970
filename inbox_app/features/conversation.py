"""One open conversation: its header, its messages with what is still on its way laid over them, and what a person does
in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from inbox_app import phones
from inbox_app.features.header import header_of
from inbox_app.features.message_row import key_of, message_row, outgoing_row
from inbox_app.frames import OncePerFrame
from inbox_app.sync.history import History
from inbox_app.sync.read_marks import still_unread
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from local_cache.outgoing import ActKind, OutgoingState
from local_cache.records import CachedConversation, CachedMessage
from ui.conversation.rows import ConversationHeader, MessageRow
from wire.status import NOT_SENT

PAGE = 50
UNREAD_CONTEXT = 10
MOST_AT_ONCE = 1000
"""With more that is unread, one begins at the end: laying all of it out would hold the window up."""

JUMP_PAGE = 200
MOST_PAGES_TO_JUMP = 100


class ConversationView(Protocol):
    """The pane that shows a conversation."""

    def show_conversation(self, header: ConversationHeader) -> None: ...

    def set_header(self, header: ConversationHeader) -> None: ...

    def show_messages(self, rows: Sequence[MessageRow], *, more_above: bool, first_unread_key: str | None) -> None: ...

    def prepend_messages(self, rows: Sequence[MessageRow], more_above: bool) -> None: ...

    def upsert_messages(self, rows: Sequence[MessageRow]) -> None: ...

    def remove_messages(self, keys: Sequence[str]) -> None: ...

    def reveal_message(self, key: str) -> None: ...

    def set_draft(self, text: str) -> None: ...

    def set_sending_from(self, number: str, name: str | None, enabled: bool, reason: str) -> None: ...

    def set_window(self, *, limited: bool, closes_at_ms: int | None) -> None: ...

    def clear(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """A message of ours that did not go out; `message_id` where the server holds it, else it is only in the outbox.
    `template` is what the outbox keeps of a template; the server does not tell it."""

    body: str
    reply_to: str | None
    message_id: str | None
    is_template: bool = False
    template: str | None = None


class ConversationPresenter:
    """`agent_name` is whoever is signed in."""

    def __init__(
        self,
        *,
        cache: Cache,
        outbox: Outbox,
        history: History,
        view: ConversationView,
        tasks: Tasks,
        agent_name: str,
    ) -> None:
        self._cache = cache
        self._outbox = outbox
        self._history = history
        self._view = view
        self._tasks = tasks
        self._agent_name = agent_name
        self._open: str | None = None
        self._oldest: CachedMessage | None = None
        self._outgoing_keys: set[str] = set()
        self._loading_older: set[str] = set()
        self._older_missing = False
        self._replaced = False
        self._hidden: set[str] = set()
        self._reacted: dict[str, str] = {}
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
        self._show(conversation)
        self._view.set_draft(self._outbox.draft(conversation.id))

    def show_older(self, conversation_id: str) -> None:
        """The person nears the top: the next page from the cache, or from the server once the cache is through."""
        if conversation_id != self._open or conversation_id in self._loading_older or self._oldest is None:
            return
        self._loading_older.add(conversation_id)
        self._tasks.spawn(self._load_older(conversation_id, self._oldest), f"older messages of {conversation_id}")

    def reveal(self, conversation_id: str, key: str) -> None:
        """Loads the open conversation down to a message that the cache knows, and brings it into sight."""
        message = self._cache.message_by_uuid(key)
        if conversation_id == self._open and message is not None and message.is_shown:
            self._tasks.spawn(self._reveal(conversation_id, message), f"going to {message.id}")

    async def _reveal(self, conversation_id: str, message: CachedMessage) -> None:
        for _ in range(MOST_PAGES_TO_JUMP):
            oldest = self._oldest
            if conversation_id != self._open or oldest is None:
                return
            if oldest.order <= message.order:
                self._view.reveal_message(key_of(message))
                return
            if conversation_id in self._loading_older:
                await asyncio.sleep(0.05)
                continue
            self._loading_older.add(conversation_id)
            await self._load_older(conversation_id, oldest, JUMP_PAGE)
            if self._oldest is oldest:
                return  # neither cache nor server goes that far back

    def cache_changed(self, changed: Changed) -> None:
        """What belongs to the open conversation is read again, once a frame."""
        if self._open is None:
            return
        self._replaced = self._replaced or changed.reset
        if self._replaced:
            self._show_replaced()
            return
        survivor = changed.merged.get(self._open)
        if survivor is not None:
            self._tasks.spawn(self._move_to(survivor, self._open), f"moving to {survivor}")
            self.leave()  # the view lets go of what was typed, as this conversation's draft
            return
        touched = changed.messages.get(self._open, frozenset())
        if touched or self._open in changed.conversations or changed.sessions:
            self._dirty.update(touched)
            self._frame.ask()

    def line_changed(self, *, live: bool) -> None:
        """With the line back, what the open conversation lacked can be fetched; or it is known to be gone."""
        if not live or self._open is None:
            return
        conversation = self._cache.conversation(self._open)
        if conversation is None:
            self.leave()
            return
        self._fetch_missing(conversation)
        if self._older_missing:
            self._older_missing = False
            self._view.prepend_messages([], more_above=True)

    def outbox_changed(self, conversation_id: str) -> None:
        """A message of ours was queued, sent, refused or discarded."""
        if conversation_id == self._open:
            self._frame.ask()

    def leave(self) -> None:
        """No conversation is open any more."""
        self._open = None
        self._replaced = False
        self._view.clear()

    def not_sent(self, conversation_id: str, key: str) -> NotSent | None:
        """One of our messages that was not sent, by its bubble's key: what sending it again or giving it up needs."""
        outgoing = next((each for each in self._outbox.for_conversation(conversation_id) if each.uuid == key), None)
        if outgoing is not None:
            return NotSent(
                body=outgoing.body,
                reply_to=outgoing.reply_to,
                message_id=None,
                is_template=outgoing.template is not None,
                template=outgoing.template,
            )
        message = self._cache.message_by_uuid(key)
        if message is None or message.status not in NOT_SENT:
            return None
        quoted = message.reply_to.message_id if message.reply_to else None
        is_template = message.message_type == "template"
        return NotSent(body=message.body, reply_to=quoted, message_id=message.id, is_template=is_template)

    def close(self) -> None:
        """Forgets an update that was asked for."""
        self._frame.close()

    def _show(self, conversation: CachedConversation) -> None:
        self._dirty.clear()
        self._replaced = self._older_missing = False
        self._hidden, self._reacted = self._given_up(conversation.id), self._our_reactions()
        self._view.show_conversation(header_of(conversation, self._cache))
        self._show_sender(conversation)
        self._show_newest(conversation)
        self._fetch_missing(conversation)

    def _show_replaced(self) -> None:
        """All rows are being replaced: what is shown stays until this conversation's own are there."""
        conversation = self._cache.conversation(self._open) if self._open is not None else None
        if conversation is not None:
            self._show(conversation)

    async def _move_to(self, survivor: str, old: str) -> None:
        await asyncio.wrap_future(self._outbox.move(old, survivor))
        if self._open is None:
            self.show(survivor)

    def _fetch_missing(self, conversation: CachedConversation) -> None:
        if conversation.needs_history:
            self._tasks.spawn(self._fetch_newest(conversation.id), f"history of {conversation.id}")

    def _show_newest(self, conversation: CachedConversation) -> None:
        limit = min(max(PAGE, conversation.unread_count + UNREAD_CONTEXT), MOST_AT_ONCE)
        page = self._cache.messages(conversation.id, limit=limit)
        self._oldest = page[-1] if page else None
        outgoing = self._outgoing(conversation.id)
        self._outgoing_keys = {row.key for row in outgoing}
        read_up_to = self._outbox.pending_reads().get(conversation.id)
        self._view.show_messages(
            [*self._shown(reversed(page), conversation), *outgoing],
            more_above=not conversation.history_complete or len(page) == limit,
            first_unread_key=_first_unread(page, still_unread(self._cache, conversation, read_up_to)),
        )

    async def _fetch_newest(self, conversation_id: str) -> None:
        if await self._history.fetch_below(conversation_id, None) and conversation_id == self._open:
            conversation = self._cache.conversation(conversation_id)
            if conversation is not None:
                self._show_newest(conversation)

    async def _load_older(self, conversation_id: str, oldest: CachedMessage, limit: int = PAGE) -> None:
        try:
            page = self._cache.messages(conversation_id, before=oldest.order, limit=limit)
            if not page and await self._history.fetch_below(conversation_id, oldest.id):
                page = self._cache.messages(conversation_id, before=oldest.order, limit=limit)
        finally:
            self._loading_older.discard(conversation_id)
        conversation = self._cache.conversation(conversation_id)
        if conversation is None or conversation_id != self._open:
            return
        self._oldest = page[-1] if page else oldest
        more = bool(page) and (len(page) == limit or not conversation.history_complete)
        self._older_missing = not page and not conversation.history_complete
        self._view.prepend_messages(self._shown(reversed(page), conversation), more_above=more)

    def _refresh(self) -> None:
        if self._open is None or (conversation := self._cache.conversation(self._open)) is None:
            return
        self._view.set_header(header_of(conversation, self._cache))
        self._show_sender(conversation)
        dirty, self._dirty = self._dirty, set()
        given_up, reacted = self._given_up(conversation.id), self._our_reactions()
        dirty |= given_up ^ self._hidden
        dirty |= {message_id for message_id, _ in reacted.items() ^ self._reacted.items()}
        self._hidden, self._reacted = given_up, reacted
        held = [each for each in self._cache.messages_by_id(dirty) if self._is_within(each, conversation)]
        shown = self._rows((each for each in held if each.is_shown and each.id not in given_up), conversation)
        outgoing = self._outgoing(conversation.id)
        now = {row.key for row in outgoing}
        gone = self._outgoing_keys - now - {row.key for row in shown}
        self._outgoing_keys = now
        self._view.upsert_messages([*shown, *outgoing])
        hidden = {key_of(message) for message in held} - {row.key for row in shown} - now
        self._view.remove_messages([*hidden, *(key for key in gone if self._cache.message_by_uuid(key) is None)])

    def _given_up(self, conversation_id: str) -> set[str]:
        """Messages that were discarded here, or are being sent again, and that the server does not know to be so."""
        discarded = {act.message_id for act in self._outbox.acts() if act.kind is ActKind.DISCARD}
        again = (
            self._cache.message_by_uuid(each.retry_of)
            for each in self._outbox.for_conversation(conversation_id)
            if each.retry_of is not None and each.state in (OutgoingState.QUEUED, OutgoingState.SENDING)
        )
        return discarded | {message.id for message in again if message is not None}

    def _shown(self, messages: Iterable[CachedMessage], conversation: CachedConversation) -> list[MessageRow]:
        return self._rows((message for message in messages if message.id not in self._hidden), conversation)

    def _rows(self, messages: Iterable[CachedMessage], conversation: CachedConversation) -> list[MessageRow]:
        in_group = conversation.chat_type == "group"
        return [
            message_row(
                message,
                in_group=in_group,
                our_reaction=self._reacted.get(message.id),
                quoted_key=self._quoted(message),
            )
            for message in messages
        ]

    def _our_reactions(self) -> dict[str, str]:
        """By message, what the server does not know yet."""
        return {act.message_id: act.value for act in self._outbox.acts() if act.kind is ActKind.REACT}

    def _quoted(self, message: CachedMessage) -> str | None:
        """The key of the bubble that a quote leads to; None where the cache does not hold it."""
        if message.reply_to is None or message.reply_to.message_id is None:
            return None
        original = self._cache.message(message.reply_to.message_id)
        return key_of(original) if original is not None and original.is_shown else None

    def _is_within(self, message: CachedMessage, conversation: CachedConversation) -> bool:
        is_loaded = self._oldest is None or message.order >= self._oldest.order
        return is_loaded and message.conversation_id == conversation.id

    def _outgoing(self, conversation_id: str) -> list[MessageRow]:
        waiting = self._outbox.for_conversation(conversation_id)
        arrived = self._cache.known_uuids([message.uuid for message in waiting])
        return [
            outgoing_row(message, self._agent_name, self._cache.message(message.reply_to) if message.reply_to else None)
            for message in waiting
            if message.uuid not in arrived
        ]

    def _show_sender(self, conversation: CachedConversation) -> None:
        number = phones.written(conversation.session_phone)
        self._view.set_sending_from(number, conversation.session_name, enabled=True, reason="")
        limited = conversation.provider_type == "meta"
        self._view.set_window(limited=limited, closes_at_ms=conversation.window_expires_at_ms if limited else None)


def _first_unread(newest_first: Sequence[CachedMessage], unread: int) -> str | None:
    inbound = [each for each in newest_first if each.direction == "inbound" and each.deleted_at_ms is None]
    return inbound[unread - 1].uuid if 0 < unread <= len(inbound) else None
