"""Fetches what is looked at and is not in the walk: older messages, a group's members; what was fetched is kept."""

from __future__ import annotations

import asyncio

from inbox_app.server.api import Api
from inbox_app.server.errors import ServerError
from local_cache.cache import Cache
from wire.rows import Message
from wire.status import NOT_SENT


class History:
    """Fills conversations of the cache downwards from their newest message, without a hole."""

    def __init__(self, api: Api, cache: Cache) -> None:
        self._api = api
        self._cache = cache

    async def fetch_below(self, conversation_id: str, message_id: str | None) -> bool:
        """The page older than this message, or the newest one. False when there is nothing more to be had now."""
        below = message_id
        while True:
            asked_at = self._cache.position()
            if asked_at.epoch is None:
                return False
            try:
                page = await self._api.messages(conversation_id, below)
            except ServerError:
                return False
            writing = self._cache.apply_history(page, conversation_id, before=below, asked_at=asked_at)
            if (await asyncio.wrap_future(writing)).refused:
                return False
            # Of a page of deleted messages nothing is shown: whoever scrolls would ask for it again, for ever.
            if page.next_cursor is None or any(is_shown(message) for message in page.items):
                return bool(page.items)
            below = page.next_cursor

    async def fetch_members(self, group_id: str) -> None:
        """Without the server, those of the last time are shown."""
        epoch = self._cache.position().epoch
        if epoch is None:
            return
        try:
            details = await self._api.group(group_id)
        except ServerError:
            return
        await asyncio.wrap_future(self._cache.apply_group_details(details, epoch=epoch))


def is_shown(message: Message) -> bool:
    """Whether a timeline shows it, as the cache will say too."""
    return (message.deleted_at is None or message.revoked) and not (message.discarded and message.status in NOT_SENT)
