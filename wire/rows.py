"""The rows that server and desktop agree on: what a session, a conversation or a message looks like on the wire.

Times are ISO 8601 UTC with milliseconds (`wire.times`). Ids are strings and opaque to clients. Every enum is an open
string: a client shows a value it does not know, it never fails on one. `version` is the workspace's head at which the
row last changed; `deleted_at` set makes the row a tombstone.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How far the initial import of a number has come: pending | running | completed | failed | cancelled."""

    status: str
    synced_count: int = 0
    total_count: int | None = None
    last_sync_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A WhatsApp number that the team works; `status` is the account's state machine (see `wire.webhooks`).

    `status_reason` is why, in the provider's word (`LOGOUT`) or in a sentence; null while there is nothing to say.
    """

    id: str
    phone_number: str
    display_name: str | None = None
    provider_type: str
    status: str
    status_reason: str | None = None
    is_primary: bool = False
    health_score: int = 100
    unread_count: int = 0
    sync: SyncState
    version: int
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person, known by a phone number (E.164), a name, both or neither."""

    id: str
    name: str | None = None
    phone: str | None = None
    version: int
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A member of a group; the field names are the original system's JSON."""

    phone: str | None = None
    name: str | None = None
    isAdmin: bool = False
    joinedAt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group as lists need it; `participants_count` is null while unknown."""

    id: str
    group_jid: str
    name: str | None = None
    participants_count: int | None = None
    version: int
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """Who may write in a group and who may change it."""

    messagesAdminsOnly: bool = False
    editInfoAdminsOnly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDetails:
    """Everything known of a group: the answer of `GET /groups/{id}`."""

    id: str
    group_jid: str
    name: str | None = None
    description: str | None = None
    owner_phone: str | None = None
    participants_count: int | None = None
    participants: list[Participant] = field(default_factory=list)
    invite_code: str | None = None
    settings: GroupSettings | None = None
    session_id: str | None = None
    group_created_at: str | None = None
    version: int
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRef:
    """The contact of a private conversation, as embedded in it."""

    id: str
    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRef:
    """The group of a group conversation, as embedded in it."""

    id: str
    name: str | None = None
    participants_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastMessage:
    """What the chat list shows under a conversation's name."""

    id: str
    body: str
    message_type: str
    direction: str
    status: str
    sender_name: str | None = None
    created_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One private or group chat on one WhatsApp number; exactly one of `contact` and `group` is set."""

    id: str
    chat_type: str
    session_id: str
    provider_type: str
    contact: ContactRef | None = None
    group: GroupRef | None = None
    last_message: LastMessage | None = None
    last_message_at: str | None = None
    unread_count: int = 0
    status: str = "open"
    window_expires_at: str | None = None
    merged_into: str | None = None
    version: int
    deleted_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who wrote an inbound message; in groups this is the participant."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRef:
    """The agent who wrote an outbound message."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The message that another one answers; `message_id` is null when we do not hold the original."""

    message_id: str | None = None
    sender_name: str | None = None
    body: str = ""
    message_type: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A description of attached media; the bytes are fetched apart."""

    id: str | None = None
    mime_type: str | None = None
    file_name: str | None = None
    size: int | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """One emoji by one person on a message."""

    emoji: str
    sender_name: str | None = None
    from_me: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageError:
    """Why a provider refused a message, in its code and in words."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message.

    `order` is a sortable string, the message's place in its conversation. `arrival` is the head at which the server
    first stored it. `status` is a rank, see `wire.status`. `client_uuid` names the desktop that typed it.
    `provider_message_id` is WhatsApp's own id (web.js `id.id`, Meta `wamid`), null until the provider gave one.
    `revoked`: its writer deleted it for everyone, and "This message was deleted" stands in its place; other tombstones
    leave nothing to see. `discarded`: an agent gave up a message of ours that was not sent. It is hidden while its
    status says so, and shown again if it turns out to have been sent.
    """

    id: str
    uuid: str
    conversation_id: str
    session_id: str
    direction: str
    message_type: str
    body: str
    status: str
    error: MessageError | None = None
    sender: Sender | None = None
    user: UserRef | None = None
    sent_via_session_id: str | None = None
    reply_to: Quote | None = None
    media: Media | None = None
    reactions: list[Reaction] = field(default_factory=list)
    created_at: str
    edited_at: str | None = None
    order: str
    arrival: int
    is_read: bool = False
    client_uuid: str | None = None
    provider_message_id: str | None = None
    version: int
    deleted_at: str | None = None
    revoked: bool = False
    discarded: bool = False
