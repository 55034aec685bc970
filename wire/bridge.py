"""The bridge's own interface: what the backend asks of it, each call signed by `wire.signatures.sign_bridge_call`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SIGNATURE_HEADER: Final = "X-WhatsApp-Signature"
TIMESTAMP_HEADER: Final = "X-WhatsApp-Timestamp"
"""Seconds since 1970; the bridge refuses calls older or newer than MAX_CLOCK_SKEW_SECONDS."""

MAX_CLOCK_SKEW_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSend:
    """`POST /sessions/{id}/messages`, idempotent by `client_uuid`; `to` is a JID, `reply_to` the provider's id."""

    client_uuid: str
    to: str
    body: str
    reply_to: str | None = None


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
class BridgeQr:
    """`GET /sessions/{id}/qr`: the text to draw as a QR code; null unless `status` is `qr`."""

    status: str
    qr: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeErrorDetail:
    """Codes: unknown_session, session_not_connected, uuid_conflict, invalid, unauthorised, recipient_unknown."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeError:
    """Any refusal of the bridge. 503 session_not_connected is worth a retry; 4xx is final."""

    error: BridgeErrorDetail
