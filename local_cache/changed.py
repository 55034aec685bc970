"""What a write did to the cache: screens refresh just that, and the engine learns where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from local_cache.records import CachedMessage, SyncPosition


class Outcome(StrEnum):
    """How news stood to the place that the cache has reached."""

    APPLIED = "applied"
    STALE = "stale"
    """Behind the place reached, or not the page that comes next: the place did not move."""
    GAP = "gap"
    """An event before this one, its rows or their parents are missing: nothing was applied, pull `changes`."""
    OTHER_EPOCH = "other_epoch"
    """Of another life of the server's database: nothing was applied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One committed write.

    `conversations`: rows of the list that look different, appeared or went. `messages`: ids by conversation.
    `merged`: conversations that became part of another (old → survivor): drafts, outbox and open windows move along.
    `new_messages`: those of an event or of `changes` that arrived at the server after the cache's last position, in
    order; what a notifier looks at. `reset`: all rows were replaced, read it all again.
    """

    source: Literal["event", "changes", "snapshot", "history", "answer", "reset"]
    outcome: Outcome
    position: SyncPosition
    sessions: frozenset[str] = frozenset()
    conversations: frozenset[str] = frozenset()
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    new_messages: tuple[CachedMessage, ...] = ()
    reset: bool = False

    @property
    def refused(self) -> bool:
        """Nothing was applied, for something is missing or the server is another: pull."""
        return self.outcome in (Outcome.GAP, Outcome.OTHER_EPOCH)

    @property
    def anything(self) -> bool:
        """Whether any row is different now."""
        return bool(self.reset or self.sessions or self.conversations or self.messages)
