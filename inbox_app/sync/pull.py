"""Walks the server's pages into the cache: the snapshot at first, `/changes` from the cursor ever after."""

from __future__ import annotations

import asyncio

from inbox_app.server.api import Api
from inbox_app.server.errors import EpochChanged
from local_cache.cache import Cache


class Puller:
    """Brings the cache to the server's head; a walk that was cut goes on from the page it had reached."""

    def __init__(self, api: Api, cache: Cache) -> None:
        self._api = api
        self._cache = cache

    async def pull(self) -> None:
        """Raises ServerError; what was written by then stays, and is right."""
        try:
            await self._walk()
        except EpochChanged:
            await asyncio.wrap_future(self._cache.reset())
            await self._walk()

    async def _walk(self) -> None:
        while True:
            position = self._cache.position()
            if position.epoch is None or position.cursor is None:
                page = await self._api.snapshot(position.page)
            else:
                page = await self._api.changes(position.cursor, position.epoch, position.page)
            await asyncio.wrap_future(self._cache.apply_page(page))
            if page.next_cursor is None:
                return
