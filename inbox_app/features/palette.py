"""The palette's chats: the newest ones at once, and what the cache finds for a query."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Protocol

from inbox_app import phones
from inbox_app.features.chat_list import title_of
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.records import CachedConversation, ConversationFilter
from ui.palette.rows import PaletteEntry

NEWEST = 200
FOUND = 50


class PaletteView(Protocol):
    """The palette."""

    def show_chats(self, chats: Sequence[PaletteEntry]) -> None: ...


class PalettePresenter:
    """The view finds letters in their order among the newest chats; whole words are found among all."""

    def __init__(self, *, cache: Cache, view: PaletteView, tasks: Tasks) -> None:
        self._cache = cache
        self._view = view
        self._tasks = tasks
        self._newest: list[PaletteEntry] = []
        self._search: asyncio.Task[None] | None = None

    def search(self, query: str) -> None:
        """The palette was opened (nothing), or something was typed."""
        if self._search is not None:
            self._search.cancel()
            self._search = None
        if not query:
            self._newest = [_entry(each) for each in self._cache.conversations(limit=NEWEST)]
            self._view.show_chats(self._newest)
        else:
            self._search = self._tasks.spawn(self._find(query), "palette search")

    async def _find(self, query: str) -> None:
        which = ConversationFilter(search=query)
        found = await asyncio.wrap_future(
            self._cache.submit_read(lambda: self._cache.conversations(which, limit=FOUND))
        )
        self._view.show_chats([*self._newest, *(_entry(each) for each in found)])


def _entry(conversation: CachedConversation) -> PaletteEntry:
    about = conversation.session_name or phones.written(conversation.session_phone)
    phone = phones.written(conversation.phone) if conversation.phone and conversation.name else ""
    return PaletteEntry(
        kind="chat",
        target=conversation.id,
        title=title_of(conversation),
        detail=" · ".join(filter(None, (phone, about))),
        is_group=conversation.chat_type == "group",
    )
