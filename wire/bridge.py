"""The bridge's own interface: what the backend asks of it, each call signed by `wire.signatures.sign_bridge_call`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

SIGNATURE_HEADER: Final = "X-WhatsApp-Signature"
TIMESTAMP_HEADER: Final = "X-WhatsApp-Timestamp"
"""Seconds since 1970; the bridge refuses calls older or newer than MAX_CLOCK_SKEW_SECONDS."""

MAX_CLOCK_SKEW_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeMedia:
    """A file to send; `data` is base64, `as_voice` makes an audio file a voice message."""

    mime_type: str
    data: str
    file_name: str | None = None
    as_voice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSend:
    """`POST /sessions/{id}/messages`, idempotent by `client_uuid`; `to` is a JID, `reply_to` the provider's id.

    `body` is the caption where there is `media`. `mentions` are the JIDs of those whom the text names as `@user`.
    """

    client_uuid: str
    to: str
    body: str
    reply_to: str | None = None
    media: BridgeMedia | None = None
    mentions: list[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSent:
    """The provider accepted the message; `timestamp` in seconds."""

    client_uuid: str
    message_id: str
    timestamp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeStart:
    """`POST /sessions/{id}/start`: connects a number, and takes it in first where the bridge does not know it.

    A number that the bridge does not know is signed for with the one secret that bridge and backend share
    (`WHATSAPP_HMAC_SECRET`), and its webhooks are signed with that too.
    """

    workspace_id: str
    phone_number: str | None = None
    display_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeReact:
    """`POST /sessions/{id}/reactions`: our number's reaction to a message, instead of the one before; an empty emoji
    takes it back. `to` is the chat's JID, `message_id` the provider's id, `from_me` whether the message is ours. The
    answer has no content; repeating it is safe."""

    to: str
    message_id: str
    from_me: bool
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSession:
    """A number as the bridge sees it; `status` as in `wire.webhooks.ACCOUNT_STATUSES`."""

    id: str
    status: str
    phone_number: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSessionList:
    """`GET /sessions`."""

    items: list[BridgeSession]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSync:
    """How far the import of a number's chats has come, in chats; `status` as in `wire.webhooks.SyncProgress`."""

    status: str
    synced_count: int = 0
    total_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeHealth:
    """`GET /sessions/{id}/health`: a `BridgeSession`, and what an operator asks about it. Times are ISO 8601.

    `waiting` events have not been taken by the backend yet (`oldest_waiting_seconds`: for how long); it refused
    `dead_letters` for good. `delivery_problem` says why the backend takes nothing, while it does not.
    """

    id: str
    status: str
    phone_number: str | None = None
    reason: str | None = None
    since: str
    restarts: int = 0
    waiting: int = 0
    oldest_waiting_seconds: float = 0
    dead_letters: int = 0
    delivery_problem: str | None = None
    last_event_at: str | None = None
    sync: BridgeSync | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeRead:
    """`POST /sessions/{id}/read`: the chat was read here; its sender sees blue ticks."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeTyping:
    """`POST /sessions/{id}/typing`; WhatsApp itself ends it after some seconds."""

    to: str
    typing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeDone:
    """What was asked was handed to WhatsApp."""

    success: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeParticipants:
    """`POST /sessions/{id}/groups/{group_jid}/participants`: 403 not_admin where we may not. Participants are JIDs."""

    action: Literal["add", "remove", "promote", "demote"]
    participants: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeParticipantResult:
    """What became of one participant; `message` says why not."""

    participant: str
    success: bool
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeParticipantResults:
    """One result for each participant that was asked for, in that order."""

    results: list[BridgeParticipantResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeDeadLetter:
    """An event or a batch that the backend refused for good: `status` and `answer` are its own. Times are ISO 8601."""

    id: str
    event: str
    status: int
    answer: str
    died_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeDeadLetters:
    """`GET /sessions/{id}/dead-letters`, the oldest first; `POST …/dead-letters/retry` sends them all again."""

    items: list[BridgeDeadLetter]


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeQr:
    """`GET /sessions/{id}/qr`: the text to draw as a QR code; null unless `status` is `qr`."""

    status: str
    qr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeErrorDetail:
    """Codes: unknown_session, session_not_connected, uuid_conflict, invalid, unauthorised, recipient_unknown,
    message_unknown, not_admin, unconfirmed (whether WhatsApp took the message is not known: it may be asked again by
    the same `client_uuid`), provider_failed, internal."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeError:
    """Any refusal of the bridge. 503 session_not_connected is worth a retry; 4xx is final."""

    error: BridgeErrorDetail
