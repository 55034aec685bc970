"""Walks the server's pages into the cache: the snapshot at first, `/changes` from the cursor ever after."""

from __future__ import annotations

import asyncio
from typing import Literal

from inbox_app.server.api import Api
from inbox_app.server.errors import EpochChanged
from local_cache.cache import Cache
from local_cache.changed import Outcome
from local_cache.records import SyncPosition


class Puller:
    """Brings the cache to the server's head; a walk that was cut goes on from the page it had reached."""

    def __init__(self, api: Api, cache: Cache) -> None:
        self._api = api
        self._cache = cache

    async def pull(self) -> None:
        """Raises ServerError; what was written by then stays, and is right."""
        position = self._cache.position()
        try:
            if position.epoch is None or position.cursor is None:
                await self._walk_snapshot(_place("snapshot", position))
            else:
                await self._walk_changes(position.cursor, position.epoch, _place("changes", position))
        except EpochChanged:
            await self._begin_anew(position.epoch)

    async def _walk_changes(self, since: int, epoch: str, cursor: str | None) -> None:
        while True:
            page = await self._api.changes(since, epoch, cursor)
            writing = self._cache.apply_page(page, walk="changes", since=since, asked_cursor=cursor)
            await asyncio.wrap_future(writing)
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _walk_snapshot(self, cursor: str | None) -> None:
        while True:
            page = await self._api.snapshot(cursor)
            writing = self._cache.apply_page(page, walk="snapshot", since=0, asked_cursor=cursor)
            written = await asyncio.wrap_future(writing)
            if written.outcome is Outcome.OTHER_EPOCH:
                cursor = None  # the server got a new life between two pages: from the first page again
                continue
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _begin_anew(self, known_epoch: str | None) -> None:
        """The first page of another epoch replaces the old rows, so they stay readable until it is here. A server
        that lost changes without a new epoch can only be met with an empty cache."""
        page = await self._api.snapshot(None)
        if page.epoch == known_epoch:
            await asyncio.wrap_future(self._cache.reset())
        await self._walk_snapshot(None)


def _place(kind: Literal["snapshot", "changes"], position: SyncPosition) -> str | None:
    walk = position.walk
    same = walk is not None and walk.kind == kind and walk.since == (position.cursor or 0)
    return walk.next_cursor if walk is not None and same else None
