"""The state of the line to the server, as the dot above the list and the banner show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ConnectionKind = Literal["connecting", "catching_up", "live", "reconnecting", "offline", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """`seconds` until the next try while reconnecting; `reason` in words when the server refused us."""

    kind: ConnectionKind
    seconds: int | None = None
    reason: str | None = None
