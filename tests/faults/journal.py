"""What was promised to somebody, written down outside of the client and of the server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MessageKey = tuple[str, str]
"""A number's session id, and WhatsApp's id of a message."""


@dataclass(slots=True)
class Typed:
    """A message that somebody typed; `kept` once the client said that it is on disk."""

    conversation: str
    body: str
    kept: bool = False


@dataclass(slots=True)
class Journal:
    """`said`, `edited` (bodies) and `reacted` (emoji) are what WhatsApp was answered 200 for.

    `read` are the messages down to which a chat was read, once the client said that it keeps the mark.
    """

    said: dict[MessageKey, str] = field(default_factory=dict)
    edited: dict[MessageKey, str] = field(default_factory=dict)
    reacted: dict[MessageKey, str] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    @property
    def acknowledged(self) -> int:
        """How many webhooks."""
        return len(self.said) + len(self.edited) + len(self.reacted)

    def kept(self) -> Iterator[tuple[str, Typed]]:
        """Messages that must not be lost, in the order in which they were typed."""
        return ((uuid, typed) for uuid, typed in self.typed.items() if typed.kept)
