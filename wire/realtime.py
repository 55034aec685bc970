"""What travels over the realtime channel of a workspace; every event is a hint, the truth is in `/changes`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from wire.rows import Contact, ContactRef, Conversation, Group, GroupRef, Message, Sender, Session

CHANGES: Final = "changes"
HEARTBEAT: Final = "heartbeat"
NEW_CHAT_RECEIVED: Final = "new-chat-received"

PRESENCE: Final = "client-presence"

MAX_FRAME_BYTES: Final = 9_000
"""A `changes` frame larger than this, encoded, carries its `seq` alone."""

HEARTBEAT_SECONDS: Final = 15.0

PRESENCE_SECONDS: Final = 10.0


def workspace_channel(workspace_id: str | int) -> str:
    """The private channel of a workspace."""
    return f"private-chats.ch{workspace_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRows:
    """The rows that one transaction changed, in their new state."""

    sessions: list[Session] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesEvent:
    """One committed transaction; `rows` is null when they do not fit a frame."""

    epoch: str
    seq: int
    rows: ChangedRows | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """Tells a listener that lost the last event that it is behind."""

    epoch: str
    head: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChat:
    """The `chat` of the original's payload: one message, in the original's words."""

    id: str
    type: str
    chat_type: str
    provider_type: str
    message: str
    created_at: str
    is_read: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChatSession:
    """The number that a message came in on."""

    id: str
    phone_number: str
    provider_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChatReceived:
    """A live inbound message, for listeners of the original system; our client ignores it."""

    chat: NewChat
    contact: ContactRef | None = None
    group: GroupRef | None = None
    sender: Sender | None = None
    session: NewChatSession
    conversation_id: str
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """A desk tells the others which conversation its agent looks at, if any, and whether they are writing in it.

    It goes from client to client and is stored nowhere; `desk` tells two desks of one agent apart. Repeated every
    PRESENCE_SECONDS, and forgotten after a few of them.
    """

    desk: str
    user_id: str
    user_name: str
    conversation_id: str | None = None
    is_writing: bool = False
