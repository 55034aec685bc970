"""The initial import: the body of `POST /api/whatsapp/chats/sync`, and its answer.

Signed like every webhook. A batch is answered when it is safe, and may be posted any number of times. What cannot be
used is reported one by one (`Rejected`) and does not keep out its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from wire.rows import GroupSettings, Media, Participant
from wire.webhooks import Identity, Quoted

MOST_CHATS: Final = 50
"""In one batch."""
MOST_MESSAGES: Final = 50
"""Of one chat in one batch; a chat may come again with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMessage:
    """A message of a chat's history; as `wire.webhooks.MessageEvent`, without what the chat says of itself.

    `ack` is the last tick of a message of ours, as in `wire.webhooks.MessageAck`.
    """

    message_id: str | None = None
    message_body: str = ""
    message_type: str = "text"
    timestamp: int
    from_me: bool = False
    has_media: bool = False
    sender_phone: str | None = None
    sender_name: str | None = None
    identities: list[Identity] | None = None
    client_uuid: str | None = None
    ack: int | None = None
    quoted: Quoted | None = None
    media: Media | None = None
    mentions: list[Identity] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastChat:
    """A chat as WhatsApp lists it, with its latest messages, oldest first.

    A private chat is named by `contact_phone` (a JID or a phone), with `identities` for what else is known of the
    person; a group by `group_jid`. `unread_count` is WhatsApp's own: so many of its latest inbound messages are unread.
    `timestamp` is that of the last message, in seconds; `last_message` with `sender_phone` and `sender_name` stands for
    the messages where there are none. `owner_phone` may be a JID; `group_created_at` is ISO 8601
    or in seconds.
    """

    type: Literal["private", "group"]
    contact_phone: str | None = None
    contact_name: str | None = None
    identities: list[Identity] | None = None
    group_jid: str | None = None
    group_name: str | None = None
    participants: list[Participant] | None = None
    description: str | None = None
    owner_phone: str | None = None
    invite_code: str | None = None
    settings: GroupSettings | None = None
    group_created_at: str | int | None = None
    last_message: str | None = None
    sender_phone: str | None = None
    sender_name: str | None = None
    timestamp: int | None = None
    unread_count: int = 0
    messages: list[PastMessage] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatsSync:
    """A batch of at most MOST_CHATS chats (`PastChat`), each read by itself, so that an odd one is only left out."""

    session_id: str | int
    workspace_id: str | int
    chats: list[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A chat that was left out, or (`field` is `messages.3.timestamp`) a message of one; `index` is the chat's."""

    index: int
    field: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatsQueued:
    """202: the batch is safe, but for what is listed in `rejected`; the same batch is always given the same id."""

    status: Literal["queued"] = "queued"
    message: str
    batch_id: str
    rejected: list[Rejected] = field(default_factory=list)
