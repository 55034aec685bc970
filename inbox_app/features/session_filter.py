"""The dropdown "Filter by WhatsApp Number": every number of the team, its provider, its state, what is unread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from inbox_app import phones
from inbox_app.frames import OncePerFrame
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.records import CachedSession
from ui.session_filter.rows import NumberRow


class SessionFilterView(Protocol):
    """The dropdown, and whatever else shows the numbers."""

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None: ...


class SessionFilterPresenter:
    """Shows the sessions of the cache, again whenever one changes."""

    def __init__(self, *, cache: Cache, view: SessionFilterView) -> None:
        self._cache = cache
        self._view = view
        self._frame = OncePerFrame(self.show)

    def show(self) -> None:
        self._view.show_numbers([number_row(session) for session in self._cache.sessions()])

    def cache_changed(self, changed: Changed) -> None:
        if changed.sessions or changed.reset:
            self._frame.ask()

    def close(self) -> None:
        """Forgets an update that was asked for."""
        self._frame.close()


def number_row(session: CachedSession) -> NumberRow:
    """A session as the screen shows it, wherever it does."""
    return NumberRow(
        session_id=session.id,
        number=phones.written(session.phone_number),
        display_name=session.display_name,
        provider_type=session.provider_type,
        status=session.status,
        reason=session.status_reason,
        is_primary=session.is_primary,
        health=session.health_score,
        unread=session.unread_count,
        sync_running=session.sync_status == "running",
        sync_status=session.sync_status,
        synced=session.synced_count,
        total=session.total_count,
        synced_at_ms=session.last_sync_at_ms,
    )
