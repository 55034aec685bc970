"""What sending means to the rest of the backend, whichever provider does it: one message in, one of four outcomes out.

Adapters never raise for what the world does: every failure of network or provider is one of the outcomes below, so
that whoever sends must decide about each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol


class Remedy(StrEnum):
    """What helps against a failure."""

    WAIT = "wait"
    """Trying again later."""
    NONE = "none"
    """Nothing: the same message would be refused again."""
    ASK = "ask"
    """The agent must decide: write another message, or send it another way."""
    ACCOUNT = "account"
    """The number itself cannot send until somebody mends it."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person by one of their identities (a phone as E.164), or a group by the provider's id."""

    kind: Literal["phone", "lid", "user_id", "group"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateMessage:
    """An approved template of Meta's with its values; `components` as the Cloud API takes them."""

    name: str
    language: str
    components: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """A text, or a template, to one chat; `reply_to` is the provider's id of the quoted message."""

    client_uuid: str
    to: Recipient
    body: str
    reply_to: str | None = None
    template: TemplateMessage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundReaction:
    """Our number's one reaction to a message, by the provider's id of it; an empty emoji takes it back."""

    to: Recipient
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
    remedy: Remedy = Remedy.NONE


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
