"""Walks the server's pages into the cache: the snapshot at first, `/changes` from the cursor ever after."""

from __future__ import annotations

import asyncio
import logging
from typing import Literal

from inbox_app.server.api import Api
from inbox_app.server.errors import EpochChanged, Refused, SignedOut, Unreachable
from local_cache.cache import Cache
from local_cache.changed import Outcome
from local_cache.records import SyncPosition
from wire.rest import ChangePage

log = logging.getLogger(__name__)


class Puller:
    """Brings the cache to the server's head; a walk that was cut goes on from the page it had reached."""

    def __init__(self, api: Api, cache: Cache) -> None:
        self._api = api
        self._cache = cache

    async def pull(self) -> None:
        """Raises ServerError; what was written by then stays, and is right."""
        try:
            await self._catch_up()
        except EpochChanged:
            await self._begin_anew()
            try:
                await self._catch_up()
            except EpochChanged as error:
                raise Unreachable("The server's data is being replaced; trying again.") from error

    async def _catch_up(self) -> None:
        """What happened since a walk was cut is above its pinned head: after one that was resumed, once more."""
        resumed = await self._walk_on()
        if resumed:
            await self._walk_on()

    async def _walk_on(self) -> bool:
        """One walk to its end; whether it began in the middle."""
        position = self._cache.position()
        kind: Literal["snapshot", "changes"] = "snapshot" if position.cursor is None else "changes"
        place = _place(kind, position)
        if place is not None:
            try:
                await self._walk(kind, position, place)
            except (SignedOut, EpochChanged):
                raise
            except Refused as error:
                # A server of another version may not know its predecessor's cursors: the walk begins again.
                log.warning("a walk could not be resumed: %s", error)
            else:
                return True
        await self._walk(kind, self._cache.position(), None)
        return False

    async def _walk(self, kind: Literal["snapshot", "changes"], start: SyncPosition, cursor: str | None) -> None:
        since = start.cursor or 0
        while True:
            page = await self._page(kind, start, cursor)
            writing = self._cache.apply_page(page, walk=kind, since=since, asked_cursor=cursor)
            written = await asyncio.wrap_future(writing)
            if written.outcome is Outcome.OTHER_EPOCH:
                raise EpochChanged(409, "epoch_changed", "The server's data was replaced between two pages.")
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _page(self, kind: Literal["snapshot", "changes"], start: SyncPosition, cursor: str | None) -> ChangePage:
        if kind == "snapshot":
            return await self._api.snapshot(cursor)
        assert start.epoch is not None
        return await self._api.changes(start.cursor or 0, start.epoch, cursor)

    async def _begin_anew(self) -> None:
        """The first page of another epoch replaces the old rows, so they stay readable until it is here. A server
        that lost changes without a new epoch can only be met with an empty cache."""
        page = await self._api.snapshot(None)
        if page.epoch == self._cache.position().epoch:
            await asyncio.wrap_future(self._cache.reset())
        await asyncio.wrap_future(self._cache.apply_page(page, walk="snapshot", since=0, asked_cursor=None))


def _place(kind: Literal["snapshot", "changes"], position: SyncPosition) -> str | None:
    walk = position.walk
    same = walk is not None and walk.kind == kind and walk.since == (position.cursor or 0)
    return walk.next_cursor if walk is not None and same else None
