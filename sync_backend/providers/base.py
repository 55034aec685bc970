"""What sending means to the rest of the backend, whichever provider does it: one message in, one of four outcomes out.

Adapters never raise for what the world does: every failure of network or provider is one of the outcomes below, so
that whoever sends must decide about each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """A text to one chat; `to` is the provider's address of it, `reply_to` the provider's id of the quoted message."""

    client_uuid: str
    to: str
    body: str
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundReaction:
    """Our number's one reaction to a message, by the provider's id of it; an empty emoji takes it back."""

    to: str
    message_id: str
    from_me: bool
    emoji: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """The provider has taken the reaction."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under this id; `sent_at` in milliseconds."""

    provider_message_id: str
    sent_at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not sent, and trying again would be refused again; `code` is the provider's, `message` in words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Certainly not sent, but worth trying later; `retry_after` in seconds when the provider said so."""

    code: str
    message: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Perhaps sent, perhaps not: the answer was lost."""

    code: str
    message: str


ReactionOutcome = Reacted | Refused | Unavailable | Unconfirmed
Outcome = Accepted | Refused | Unavailable | Unconfirmed


class Provider(Protocol):
    """Sends from one WhatsApp number."""

    @property
    def idempotent(self) -> bool:
        """Whether the same `client_uuid` may be given again without a second message reaching anyone."""

    async def send(self, message: OutboundMessage) -> Outcome:
        """Hands over one message. Cancelling it leaves the outcome unknown."""

    async def react(self, reaction: OutboundReaction) -> ReactionOutcome:
        """Hands over a reaction; repeating it is safe."""
