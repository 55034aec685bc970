"""A message on its way out, as the outbox keeps it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class OutgoingState(StrEnum):
    """What became of a message so far; what the server has accepted leaves the outbox."""

    QUEUED = "queued"
    SENDING = "sending"
    UNCONFIRMED = "unconfirmed"
    """Nobody knows whether it went out: a person decides, it is never resent by itself."""
    FAILED = "failed"
    HANDED_OVER = "handed_over"
    """The server has it. Remembered for a while, for a server that is restored from a backup may not know it."""


class OutgoingMessage(NamedTuple):
    """A message typed here; `tried_in_epoch` is the server's life in which it was last sent, `retry_of` the uuid of a
    message that was not sent and that this one repeats, `template` the template and its values as JSON."""

    uuid: str
    conversation_id: str
    body: str
    created_at_ms: int
    reply_to: str | None = None
    state: OutgoingState = OutgoingState.QUEUED
    reason: str | None = None
    tried_in_epoch: str | None = None
    retry_of: str | None = None
    template: str | None = None


class ActKind(StrEnum):
    """What a person can do to a message besides writing one."""

    DISCARD = "discard"
    REACT = "react"


class Act(NamedTuple):
    """Something done to a message here that the server does not know yet; `value` is a reaction's emoji, empty to take
    it back."""

    message_id: str
    kind: ActKind
    conversation_id: str
    value: str = ""
