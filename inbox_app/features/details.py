"""The pane beside a conversation: who it is, and over which number it runs."""

from __future__ import annotations

from typing import Protocol

from inbox_app.features.header import header_of
from local_cache.cache import Cache
from local_cache.changed import Changed
from ui.conversation.rows import DetailsRow


class DetailsView(Protocol):
    """The pane."""

    def show_details(self, details: DetailsRow) -> None: ...


class DetailsPresenter:
    """Shows the open conversation, again whenever it changes."""

    def __init__(self, *, cache: Cache, view: DetailsView) -> None:
        self._cache = cache
        self._view = view
        self._open: str | None = None

    def show(self, conversation_id: str) -> None:
        conversation = self._cache.conversation(conversation_id)
        if conversation is not None:
            self._open = conversation.id
            self._view.show_details(DetailsRow(header=header_of(conversation, self._cache)))

    def cache_changed(self, changed: Changed) -> None:
        if self._open is not None and (changed.reset or self._open in changed.conversations):
            self.show(self._open)
