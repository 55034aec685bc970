"""Carries news of the cache and of the outbox from their writers' threads to the loop, where the screens live."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox


class Feed:
    """Listeners are called on the loop, in the order of the writes."""

    def __init__(self, *, cache: Cache, outbox: Outbox, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._cache_listeners: list[Callable[[Changed], None]] = []
        self._outbox_listeners: list[Callable[[str], None]] = []
        self._stop_cache = cache.subscribe(lambda changed: self._carry(self._tell_cache, changed))
        self._stop_outbox = outbox.subscribe(lambda conversation: self._carry(self._tell_outbox, conversation))

    def on_cache(self, listener: Callable[[Changed], None]) -> None:
        """Hears of every write that changed a row."""
        self._cache_listeners.append(listener)

    def on_outbox(self, listener: Callable[[str], None]) -> None:
        """Hears the id of each conversation whose outgoing messages, draft or read mark changed."""
        self._outbox_listeners.append(listener)

    def close(self) -> None:
        """Nothing is told any more."""
        self._stop_cache()
        self._stop_outbox()
        self._cache_listeners.clear()
        self._outbox_listeners.clear()

    def _carry(self, tell: Callable[..., None], news: object) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell, news)

    def _tell_cache(self, changed: Changed) -> None:
        for listener in list(self._cache_listeners):
            listener(changed)

    def _tell_outbox(self, conversation_id: str) -> None:
        for listener in list(self._outbox_listeners):
            listener(conversation_id)
