"""What a conversation shows: its header and one row per message; facts only, words and look are the delegate's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRow:
    """The quoted message above an answer."""

    sender_name: str | None
    body: str
    message_type: str = "text"
    message_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRow:
    """One emoji, how many gave it, and whether our number is among them."""

    emoji: str
    count: int
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One bubble.

    `key` stays the same from the optimistic bubble to the delivered message; `message_id` is None until the server
    knows the message. `order` places it (`""` sorts last: not yet sent). `status` and `agent_name` speak of outbound
    messages, `sender_name`, `sender_phone` and `sender_seed` of inbound ones in groups. `error_code` is why it failed,
    `error` the same in the words of whoever refused it.
    """

    key: str
    message_id: str | None
    order: str
    outbound: bool
    body: str
    message_type: str = "text"
    status: str = "sent"
    error: str | None = None
    error_code: str | None = None
    sender_name: str | None = None
    sender_phone: str | None = None
    sender_seed: str = ""
    agent_name: str | None = None
    time_ms: int = 0
    quote: QuoteRow | None = None
    reactions: tuple[ReactionRow, ...] = ()
    media_label: str | None = None
    edited: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHeader:
    """Who one is talking with, and over which number."""

    conversation_id: str
    title: str
    has_name: bool
    is_group: bool
    members: int | None
    avatar_seed: str
    contact_phone: str | None
    provider_type: str
    session_number: str
    session_name: str | None
    session_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFieldRow:
    """A place in a template: `{{key}}` stands in its texts."""

    key: str
    label: str
    example: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRow:
    """A template that may be sent; `problem` says why it cannot be from here."""

    name: str
    language: str
    body: str
    header: str | None = None
    footer: str | None = None
    fields: tuple[TemplateFieldRow, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRow:
    """One member of a group; `name` and `phone` are None while unknown or hidden."""

    name: str | None
    phone: str | None
    seed: str
    is_admin: bool = False
    is_us: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsRow:
    """What stands beside a conversation; `participants` is empty for private chats and while unknown."""

    header: ConversationHeader
    participants: tuple[ParticipantRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersRow:
    """Names of colleagues who write in the open conversation, and of those who only look at it."""

    writing: tuple[str, ...] = ()
    looking: tuple[str, ...] = ()
