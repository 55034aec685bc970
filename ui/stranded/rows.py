"""What the texts without a chat look like to the widgets that show them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StrandedRow:
    """A message, or a draft when `is_draft`; `key` is given back when a person discards it."""

    key: str
    text: str
    is_draft: bool
