"""Tells the server how far a conversation was read; until then the outbox remembers it, over restarts too."""

from __future__ import annotations

import asyncio

from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, SignedOut, Unreachable
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox


class Reading:
    """Reads that the server could not be told of go out when the line is back."""

    def __init__(self, *, api: Api, outbox: Outbox, cache: Cache, tasks: Tasks) -> None:
        self._api = api
        self._outbox = outbox
        self._cache = cache
        self._tasks = tasks
        self._telling: set[str] = set()

    async def read_up_to(self, conversation_id: str, message_id: str) -> None:
        """The person has seen everything down to this message."""
        await asyncio.wrap_future(self._outbox.set_pending_read(conversation_id, message_id))
        self._take_up(conversation_id)

    def line_changed(self, *, live: bool) -> None:
        """Tells what could not be told while the line was down."""
        if live:
            for conversation_id in self._outbox.pending_reads():
                self._take_up(conversation_id)

    def _take_up(self, conversation_id: str) -> None:
        if conversation_id not in self._telling:
            self._telling.add(conversation_id)
            self._tasks.spawn(self._tell(conversation_id), f"reading of {conversation_id}")

    async def _tell(self, conversation_id: str) -> None:
        try:
            while (message_id := self._outbox.pending_reads().get(conversation_id)) is not None:
                try:
                    await self._api.read(self._cache.resolve(conversation_id), message_id)
                except (Unreachable, SignedOut):
                    return
                except Refused:
                    pass  # the message or the conversation is gone: there is nothing left to read
                await asyncio.wrap_future(self._outbox.clear_pending_read(conversation_id, message_id))
        finally:
            self._telling.discard(conversation_id)
