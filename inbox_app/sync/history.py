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

    async def fetch_newest(self, conversation_id: str) -> bool:
        """For a conversation that the cache holds no complete page of. False when the server could not be asked."""
        return await self._fetch(conversation_id, before=None)

    async def fetch_older(self, conversation_id: str) -> bool:
        """The page below what the cache holds. False when there is none, or the server could not be asked."""
        before = self._cache.oldest_known(conversation_id)
        return before is not None and await self._fetch(conversation_id, before)

    async def _fetch(self, conversation_id: str, before: str | None) -> bool:
        try:
            page = await self._api.messages(conversation_id, before)
        except ServerError:
            return False
        await asyncio.wrap_future(self._cache.apply_history(page, conversation_id, before=before))
        return bool(page.items)
