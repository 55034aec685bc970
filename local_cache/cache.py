"""The desktop's memory of the server: screens read only from here, and the network writes only to here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Literal, TypeVar

from sqlalchemy import Connection

from local_cache import following, queries
from local_cache.changed import Changed
from local_cache.database import Connect, Database, StorageError, connect_plain
from local_cache.folding import folded, phone_part
from local_cache.listeners import Listeners
from local_cache.queries import ListShape
from local_cache.reading import Prepared, Readers
from local_cache.records import (
    CachedConversation,
    CachedMessage,
    CachedSession,
    ConversationFilter,
    PageKey,
    SyncPosition,
    conversation_from,
    message_from,
    session_from,
)
from local_cache.tables import SCHEMA_VERSION, schema
from local_cache.writer import Writer
from wire.realtime import ChangesEvent
from wire.rest import ChangePage, MessagePage
from wire.rows import GroupDetails, Message, Participant

T = TypeVar("T")

EVERYTHING = ConversationFilter()
SEARCH_THREADS = 2
MAX_WORDS = 8
"""Of a search; there is one query for each number of words."""


class Cache:
    """Reads answer at once, on any thread, and never wait for a write; writes return futures.

    A file that is damaged or of another version is replaced by an empty one: all of it can be fetched again.
    """

    def __init__(self, path: Path, *, connect: Connect = connect_plain) -> None:
        self._database = Database(
            path, schema, version=SCHEMA_VERSION, synchronous="NORMAL", other_version="rebuild", connect=connect
        )
        self._readers = Readers(self._database.reader)
        self._writer = Writer(self._database.engine, "cache-writer")
        self._search_threads = ThreadPoolExecutor(max_workers=SEARCH_THREADS, thread_name_prefix="cache-search")
        self._listeners = Listeners[Changed]()
        self._sessions = Prepared(queries.SESSIONS)
        self._lists: dict[ListShape, Prepared] = {}
        self._awaiting: dict[bool, Prepared] = {}
        self._resolve = Prepared(queries.RESOLVE)
        self._newest_messages = Prepared(queries.message_page(continued=False))
        self._older_messages = Prepared(queries.message_page(continued=True))
        self._message = Prepared(queries.MESSAGE)
        self._message_by_uuid = Prepared(queries.MESSAGE_BY_UUID)
        self._messages_by_id = Prepared(queries.MESSAGES_BY_ID)
        self._known_uuids = Prepared(queries.KNOWN_UUIDS)
        self._unread_total = Prepared(queries.UNREAD_TOTAL)
        self._group_participants = Prepared(queries.GROUP_PARTICIPANTS)
        self._position = Prepared(following.WHERE_WE_ARE)

    @property
    def moved_aside(self) -> Path | None:
        """Where a damaged file was put, when there was one."""
        return self._database.moved_aside

    # Reads: about 0.1 ms each, except a search.

    def sessions(self) -> list[CachedSession]:
        """All numbers of the workspace, the primary one first."""
        return [session_from(row) for row in self._readers.rows(self._sessions)]

    def conversations(
        self,
        which: ConversationFilter = EVERYTHING,
        before: PageKey | None = None,
        limit: int = 50,
        *,
        ids: Iterable[str] | None = None,
    ) -> list[CachedConversation]:
        """Newest first, below `before`; with `ids`, only those of them that pass the filter.

        With `which.search` it may take some ms: use `submit_read`.
        """
        words = folded(which.search).split()[:MAX_WORDS]
        phone = phone_part(which.search)
        shape = ListShape(
            session=which.session_id is not None,
            chat_type=which.chat_type is not None,
            unread_only=which.unread_only,
            phone=phone is not None,
            words=len(words),
            continued=before is not None,
            ids=ids is not None,
        )
        query = self._lists.get(shape)
        if query is None:
            query = self._lists[shape] = Prepared(queries.conversation_page(shape))
        rows = self._readers.rows(
            query,
            session_id=which.session_id,
            chat_type=which.chat_type,
            phone=phone,
            before_at=before and before.last_message_at_ms,
            before_id=before and before.id,
            limit=limit,
            ids=None if ids is None else json.dumps(list(ids)),
            **{f"word{index}": word for index, word in enumerate(words)},
        )
        return [conversation_from(row) for row in rows]

    def awaiting_reply(
        self, *, session_id: str | None, newer_than_ms: int, limit: int = 200
    ) -> list[tuple[CachedConversation, int]]:
        """Private chats whose last word is the customer's, longest wait first, with the moment since when they wait.

        Of many it may take some ms: use `submit_read`.
        """
        of_session = session_id is not None
        query = self._awaiting.get(of_session)
        if query is None:
            query = self._awaiting[of_session] = Prepared(queries.awaiting_reply(of_session=of_session))
        rows = self._readers.rows(query, session_id=session_id, newer_than=newer_than_ms, limit=limit)
        return [(conversation_from(row[:-1]), row[-1]) for row in rows]

    def conversation(self, conversation_id: str) -> CachedConversation | None:
        """The conversation, or what it was merged into; null when it is deleted, unknown or waits for its parents."""
        found = self.conversations(ids=[self.resolve(conversation_id)], limit=1)
        return found[0] if found else None

    def resolve(self, conversation_id: str) -> str:
        """Where the conversation lives now: itself, or what it was merged into."""
        seen = {conversation_id}
        while True:
            rows = self._readers.rows(self._resolve, id=conversation_id)
            if not rows or rows[0][0] is None or rows[0][0] in seen:
                return conversation_id
            conversation_id = rows[0][0]
            seen.add(conversation_id)

    def messages(self, conversation_id: str, before: str | None = None, limit: int = 50) -> list[CachedMessage]:
        """Newest first, below the `order` `before`, and never across a gap.

        Where the conversation `needs_history`, all that is held is given out: it may lack messages in between.
        """
        query = self._newest_messages if before is None else self._older_messages
        rows = self._readers.rows(query, conversation_id=conversation_id, before=before, limit=limit)
        return [message_from(row) for row in rows]

    def message(self, message_id: str) -> CachedMessage | None:
        """Any message held, tombstones and those below a gap included."""
        return _first_message(self._readers.rows(self._message, id=message_id))

    def message_by_uuid(self, uuid: str) -> CachedMessage | None:
        """By the uuid that it was typed under."""
        return _first_message(self._readers.rows(self._message_by_uuid, uuid=uuid))

    def messages_by_id(self, ids: Iterable[str]) -> list[CachedMessage]:
        """Those held, in no order."""
        return [message_from(row) for row in self._readers.rows(self._messages_by_id, ids=json.dumps(list(ids)))]

    def participants(self, group_id: str) -> list[Participant]:
        """A group's members as last fetched; empty until then."""
        rows = self._readers.rows(self._group_participants, id=group_id)
        return [Participant(**member) for member in json.loads(rows[0][0])] if rows else []

    def known_uuids(self, uuids: Iterable[str]) -> set[str]:
        """Those under which a message is held."""
        return {uuid for (uuid,) in self._readers.rows(self._known_uuids, ids=json.dumps(list(uuids)))}

    def unread_total(self) -> int:
        """Unread messages of the workspace, as the server counts them."""
        total: int = self._readers.rows(self._unread_total)[0][0]
        return total

    def position(self) -> SyncPosition:
        """How far the cache follows the server."""
        rows = self._readers.rows(self._position)
        return following.position_from(rows[0] if rows else None)

    def submit_read(self, read: Callable[[], T]) -> Future[T]:
        """Runs a slow read (a search) on a thread of its own; the future can be cancelled until it starts."""
        try:
            return self._search_threads.submit(read)
        except RuntimeError as error:
            raise StorageError("the file is closed") from error

    # Writes: each is one transaction on the writer's thread.

    def apply_event(self, event: ChangesEvent) -> Future[Changed]:
        """See `following.apply_event`."""
        return self._write(partial(following.apply_event, event=event))

    def apply_page(
        self, page: ChangePage, *, walk: Literal["snapshot", "changes"], since: int, asked_cursor: str | None
    ) -> Future[Changed]:
        """See `following.apply_page`; `since` is 0 for a snapshot."""
        return self._write(partial(following.apply_page, page=page, walk=walk, since=since, asked_cursor=asked_cursor))

    def apply_history(
        self, page: MessagePage, conversation_id: str, *, before: str | None, asked_at: SyncPosition
    ) -> Future[Changed]:
        """See `following.apply_history`; `before` is a message's id, `asked_at` the position when it was asked for."""
        return self._write(
            partial(
                following.apply_history, page=page, conversation_id=conversation_id, before=before, asked_at=asked_at
            )
        )

    def apply_message(self, message: Message, *, epoch: str) -> Future[Changed]:
        """See `following.apply_message`."""
        return self._write(partial(following.apply_message, message=message, epoch=epoch))

    def apply_group_details(self, details: GroupDetails, *, epoch: str) -> Future[Changed]:
        """See `following.apply_group_details`."""
        return self._write(partial(following.apply_group_details, details=details, epoch=epoch))

    def reset(self, epoch: str | None = None) -> Future[Changed]:
        """Forgets every row, for a new epoch or another account."""
        return self._write(partial(following.start_over, epoch=epoch))

    def subscribe(self, listener: Callable[[Changed], None]) -> Callable[[], None]:
        """Calls `listener` on the writer's thread after each write that changed a row; call the answer to stop."""
        return self._listeners.add(listener)

    def close(self) -> None:
        """Waits for searches and writes under way, then closes the file; a second call does nothing."""
        self._search_threads.shutdown(wait=True, cancel_futures=True)
        self._writer.close()
        self._readers.close()

    def _write(self, work: Callable[[Connection], Changed]) -> Future[Changed]:
        return self._writer.submit(work, self._tell)

    def _tell(self, changed: Changed) -> None:
        if changed.anything:
            self._listeners.tell(changed)


def _first_message(rows: list[tuple[object, ...]]) -> CachedMessage | None:
    return message_from(rows[0]) if rows else None
