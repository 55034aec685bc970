"""The bridge's events, as it posts them to `/api/whatsapp/webhook`.

The event's name chooses the type (`EVENTS`). The fields of a `message` that the original system knew keep its names;
ids are accepted as string or integer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from wire.rows import Media, Participant

SIGNATURE_HEADER: Final = "X-WhatsApp-Signature"

ACCOUNT_STATUSES: Final = (
    "connecting",
    "qr",
    "syncing",
    "connected",
    "reconnecting",
    "logged_out",
    "failed",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One of the names under which WhatsApp knows a person: phone (E.164), lid (its user part) or a Meta user id."""

    kind: Literal["phone", "lid", "user_id"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """The message that this one answers, by the provider's id."""

    message_id: str
    sender_name: str | None = None
    body: str = ""
    message_type: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent:
    """A message, inbound or (`from_me`) written on the phone or sent by us.

    `timestamp` is when it was sent, in seconds. A private chat is named by `contact_phone`, a group by `group_jid`
    with its writer in `sender_phone`; phones may be JIDs. `mentions` are those
    whom the text names. `client_uuid` is ours when the message was sent by us.
    """

    event: Literal["message"] = "message"
    session_id: str | int
    workspace_id: str | int
    chat_type: Literal["private", "group"]
    contact_phone: str | None = None
    contact_name: str | None = None
    group_jid: str | None = None
    group_name: str | None = None
    sender_phone: str | None = None
    sender_name: str | None = None
    message_body: str = ""
    message_type: str = "text"
    timestamp: int | None = None
    has_media: bool = False
    message_id: str | None = None
    from_me: bool = False
    client_uuid: str | None = None
    identities: list[Identity] | None = None
    quoted: Quoted | None = None
    media: Media | None = None
    mentions: list[Identity] | None = None
    participants: list[Participant] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAck:
    """News of a message of ours: −1 error, 0 pending, 1 server, 2 device, 3 read, 4 played."""

    event: Literal["message_ack"] = "message_ack"
    session_id: str | int
    workspace_id: str | int
    message_id: str
    ack: int
    client_uuid: str | None = None
    error: str | None = None
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdit:
    """A message got a new body."""

    event: Literal["message_edit"] = "message_edit"
    session_id: str | int
    workspace_id: str | int
    message_id: str
    message_body: str
    timestamp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRevoke:
    """A message was deleted for everyone."""

    event: Literal["message_revoke"] = "message_revoke"
    session_id: str | int
    workspace_id: str | int
    message_id: str
    timestamp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReaction:
    """Someone reacted; an empty emoji takes the reaction back."""

    event: Literal["reaction"] = "reaction"
    session_id: str | int
    workspace_id: str | int
    message_id: str
    emoji: str
    sender_phone: str | None = None
    sender_name: str | None = None
    identities: list[Identity] | None = None
    from_me: bool = False
    timestamp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRead:
    """The chat was read on the phone."""

    event: Literal["chat_read"] = "chat_read"
    session_id: str | int
    workspace_id: str | int
    chat_type: Literal["private", "group"]
    contact_phone: str | None = None
    group_jid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStatus:
    """The number's connection changed; `status` is one of ACCOUNT_STATUSES."""

    event: Literal["session_status"] = "session_status"
    session_id: str | int
    workspace_id: str | int
    status: Literal["connecting", "qr", "syncing", "connected", "reconnecting", "logged_out", "failed"]
    reason: str | None = None
    phone_number: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncProgress:
    """How far the bridge's initial import has come."""

    event: Literal["sync_progress"] = "sync_progress"
    session_id: str | int
    workspace_id: str | int
    status: Literal["pending", "running", "completed", "failed", "cancelled"]
    synced_count: int = 0
    total_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupUpdate:
    """A group's subject, description or members changed; what is null did not change."""

    event: Literal["group_update"] = "group_update"
    session_id: str | int
    workspace_id: str | int
    group_jid: str
    group_name: str | None = None
    description: str | None = None
    owner_phone: str | None = None
    participants: list[Participant] | None = None


BridgeEvent = (
    MessageEvent
    | MessageAck
    | MessageEdit
    | MessageRevoke
    | MessageReaction
    | ChatRead
    | SessionStatus
    | SyncProgress
    | GroupUpdate
)

EVENTS: Final[dict[str, type[BridgeEvent]]] = {
    "message": MessageEvent,
    "message_ack": MessageAck,
    "message_edit": MessageEdit,
    "message_revoke": MessageRevoke,
    "reaction": MessageReaction,
    "chat_read": ChatRead,
    "session_status": SessionStatus,
    "sync_progress": SyncProgress,
    "group_update": GroupUpdate,
}
"""Which type an event's name stands for; a body without `event` is a message."""
