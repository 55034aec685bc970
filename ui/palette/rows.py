"""What the palette offers to go to or to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["chat", "number", "action"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteEntry:
    """`target` is a conversation's id, a session's id (empty: all numbers) or an action's place in its table; `detail`
    stands muted behind the title, `keys` at the right."""

    kind: EntryKind
    target: str
    title: str
    detail: str = ""
    keys: str = ""
    is_group: bool = False
