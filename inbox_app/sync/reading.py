"""Tells the server how far a conversation was read; until then the outbox remembers it, over restarts too.

A mark stays in the outbox until the cache shows what it did, else what was just read would flash up as unread between
the server's answer and its change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, SignedOut, Unreachable
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.patience import Patience
from inbox_app.sync.read_marks import covered
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox


class Reading:
    """Reads that the server could not be told of go out when the line is back; without a token they wait.

    `signed_out` is called when the server does not take the token any more.
    """

    def __init__(
        self,
        *,
        api: Api,
        outbox: Outbox,
        cache: Cache,
        tasks: Tasks,
        new_backoff: Callable[[], Backoff],
        signed_out: Callable[[], None],
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._cache = cache
        self._tasks = tasks
        self._new_backoff = new_backoff
        self._signed_out = signed_out
        self._patience = Patience()
        self._telling: set[str] = set()
        self._told: dict[str, str] = {}

    async def read_up_to(self, conversation_id: str, message_id: str) -> None:
        """The person has seen everything down to this message."""
        home = self._cache.resolve(conversation_id)
        if self._outbox.pending_reads().get(home) != message_id:
            await asyncio.wrap_future(self._outbox.set_pending_read(home, message_id))
        self._take_up(home)

    def line_changed(self, *, live: bool) -> None:
        """Tells what could not be told while the line was down."""
        self._patience.line_changed(live=live)
        if live:
            self._tasks.spawn(self._take_up_all(), "taking up read marks")

    def cache_changed(self, changed: Changed) -> None:
        """Marks that have done their work are let go; a page may bring the chat's row, and a later one its messages.

        A server in another life was told nothing yet.
        """
        if changed.reset:
            self._told.clear()
            self._tasks.spawn(self._take_up_all(), "taking up read marks")
        touched = changed.conversations | changed.messages.keys()
        for conversation_id in self._told.keys() & touched:
            if self._has_taken_effect(conversation_id, self._told[conversation_id]):
                self._tasks.spawn(self._let_go(conversation_id), f"letting go of a read mark of {conversation_id}")

    async def _take_up_all(self) -> None:
        for conversation_id in self._outbox.pending_reads():
            self._take_up(conversation_id)

    def _take_up(self, conversation_id: str) -> None:
        if self._api.has_token and conversation_id not in self._telling:
            self._telling.add(conversation_id)
            self._tasks.spawn(self._tell(conversation_id), f"reading of {conversation_id}")

    async def _tell(self, conversation_id: str) -> None:
        backoff = self._new_backoff()
        try:
            while (message_id := self._untold(conversation_id)) is not None:
                try:
                    await self._api.read(self._cache.resolve(conversation_id), message_id)
                except SignedOut:
                    self._signed_out()
                    return
                except Unreachable as error:
                    await self._patience.pause(backoff.next_delay(at_least=error.retry_after or 0.0))
                    continue
                except Refused:  # the message or the conversation is gone: there is nothing left to read
                    await asyncio.wrap_future(self._outbox.clear_pending_read(conversation_id, message_id))
                    continue
                self._told[conversation_id] = message_id
                if self._has_taken_effect(conversation_id, message_id):
                    await self._let_go(conversation_id)
        finally:
            self._telling.discard(conversation_id)

    def _untold(self, conversation_id: str) -> str | None:
        message_id = self._outbox.pending_reads().get(conversation_id)
        return None if message_id == self._told.get(conversation_id) else message_id

    def _has_taken_effect(self, conversation_id: str, message_id: str) -> bool:
        conversation = self._cache.conversation(conversation_id)
        return conversation is None or covered(self._cache, conversation, message_id) == 0

    async def _let_go(self, conversation_id: str) -> None:
        # Forgotten first: the same message may be read again while the mark is being cleared, and is told again then.
        message_id = self._told.pop(conversation_id, None)
        if message_id is not None:
            await asyncio.wrap_future(self._outbox.clear_pending_read(conversation_id, message_id))
