"""What the dropdown "Filter by WhatsApp Number" shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRow:
    """One WhatsApp number; `number` is written as people write it.

    `reason` says why it has its status, in the provider's word or in a sentence. `health` goes from 0 to 100.
    `sync_status` is pending, running, completed, failed or cancelled; `synced` of `total` chats were imported, the last
    of them at `synced_at_ms`.
    """

    session_id: str
    number: str
    display_name: str | None
    provider_type: str
    status: str
    unread: int
    sync_running: bool = False
    synced: int = 0
    total: int | None = None
    reason: str | None = None
    is_primary: bool = False
    health: int = 100
    sync_status: str = "pending"
    synced_at_ms: int | None = None
