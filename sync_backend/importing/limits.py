"""How much of a number's past is imported, and how gently WhatsApp is asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

SETTINGS_KEY: Final = "sync"
"""Where `whatsapp_accounts.provider_config` has what differs for one number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncLimits:
    """`max_chats` and `sync_window` (days since a chat's last message) are null for no limit."""

    max_chats: int | None = 500
    sync_window: int | None = 30
    messages_per_chat: int = 50
    batch: int = 50
    chats_per_second: float = 10.0
    requests_at_once: int = 5

    def of_account(self, provider_config: Mapping[str, Any] | None) -> SyncLimits:
        """With what is configured for one number; what makes no sense there is passed over."""
        own = (provider_config or {}).get(SETTINGS_KEY)
        if not isinstance(own, Mapping):
            return self
        known = {field.name for field in fields(self)}
        return replace(
            self, **{name: value for name, value in own.items() if name in known and _makes_sense(name, value)}
        )


DEFAULT_LIMITS: Final = SyncLimits()


def _makes_sense(name: str, value: object) -> bool:
    if value is None:
        return name in ("max_chats", "sync_window")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value > 0 and (isinstance(value, int) or name == "chats_per_second")
