"""What the dropdown "Filter by WhatsApp Number" shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One WhatsApp number; `number` is written as people write it. `synced` and `total` speak of a running import."""

    session_id: str
    number: str
    display_name: str | None
    provider_type: str
    status: str
    unread: int
    sync_running: bool = False
    synced: int = 0
    total: int | None = None
