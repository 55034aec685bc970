"""Fetches older messages when a person scrolls to them; what was fetched is kept."""

from __future__ import annotations

import asyncio

from inbox_app.server.api import Api
from inbox_app.server.errors import ServerError
from local_cache.cache import Cache


class History:
    """Fills a conversation of the cache downwards from its newest message, without a hole."""

    def __init__(self, api: Api, cache: Cache) -> None:
        self._api = api
        self._cache = cache

    async def fetch_below(self, conversation_id: str, message_id: str | None) -> bool:
        """The page older than this message, or the newest one. False when there is nothing more to be had now."""
        epoch = self._cache.position().epoch
        if epoch is None:
            return False
        try:
            page = await self._api.messages(conversation_id, message_id)
        except ServerError:
            return False
        writing = self._cache.apply_history(page, conversation_id, before=message_id, epoch=epoch)
        await asyncio.wrap_future(writing)
        return bool(page.items)
