"""Shows what was typed for chats that are gone, until it is discarded or its chat is there again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from inbox_app.sync.stranded import Stranded, stranded
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from ui.stranded.rows import StrandedRow


class StrandedView(Protocol):
    """Whatever shows texts that no chat can show."""

    def show_rows(self, rows: Sequence[StrandedRow]) -> None: ...


class StrandedPresenter:
    """Looks again only when a chat can have gone or come."""

    def __init__(self, *, cache: Cache, outbox: Outbox, view: StrandedView) -> None:
        self._cache = cache
        self._outbox = outbox
        self._view = view
        self._shown: dict[str, Stranded] = {}

    def show(self) -> None:
        """Everything, anew."""
        found = {each.uuid or each.conversation_id: each for each in stranded(self._cache, self._outbox)}
        if found != self._shown:
            self._shown = found
            self._view.show_rows([StrandedRow(key, each.text, each.uuid is None) for key, each in found.items()])

    def cache_changed(self, changed: Changed) -> None:
        if self._shown or changed.reset or changed.source == "snapshot":
            self.show()

    def outbox_changed(self, conversation_id: str) -> None:
        if self._shown or self._cache.conversation(conversation_id) is None:
            self.show()

    def discard(self, key: str) -> None:
        """A person has no more use for it."""
        found = self._shown.get(key)
        if found is None:
            return
        if found.uuid is None:
            self._outbox.set_draft(found.conversation_id, "")
        else:
            self._outbox.discard(found.uuid)
