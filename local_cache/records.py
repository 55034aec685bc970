"""What the cache gives out: immutable rows, flat and typed, built straight from the driver's tuples.

They are named tuples because a frozen dataclass of this width costs eight times as much to build, which would be most
of a page read. Times are milliseconds since 1970, UTC.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from wire.rows import Media, Quote, Reaction
from wire.status import NOT_SENT


class CachedSession(NamedTuple):
    """A WhatsApp number."""

    id: str
    phone_number: str
    display_name: str | None
    provider_type: str
    status: str
    status_reason: str | None
    is_primary: bool
    health_score: int
    unread_count: int
    sync_status: str
    synced_count: int
    total_count: int | None
    last_sync_at_ms: int | None
    version: int


class Preview(NamedTuple):
    """A conversation's last message, as the server derived it."""

    id: str
    body: str
    message_type: str
    direction: str
    status: str
    sender_name: str | None
    created_at_ms: int


class PageKey(NamedTuple):
    """Where a page of conversations ended; the next one begins below it."""

    last_message_at_ms: int
    id: str


class CachedConversation(NamedTuple):
    """A row of the chat list: the conversation with the names of its contact or group and of its number."""

    id: str
    chat_type: str
    session_id: str
    provider_type: str
    session_name: str | None
    session_phone: str
    contact_id: str | None
    group_id: str | None
    name: str | None
    phone: str | None
    participants_count: int | None
    last_message_at_ms: int
    unread_count: int
    status: str
    window_expires_at_ms: int | None
    contiguous_from: str | None
    version: int
    last_message: Preview | None

    @property
    def key(self) -> PageKey:
        """What to ask the page below this row with."""
        return PageKey(self.last_message_at_ms, self.id)

    @property
    def needs_history(self) -> bool:
        """Nobody knows yet whether messages are missing between those held: fetch the newest page."""
        return self.contiguous_from is None

    @property
    def history_complete(self) -> bool:
        """The cache holds this conversation down to its first message."""
        return self.contiguous_from == ""


class CachedMessage(NamedTuple):
    """A message; `deleted_at_ms` set makes it a tombstone."""

    id: str
    uuid: str
    conversation_id: str
    session_id: str
    direction: str
    message_type: str
    body: str
    status: str
    error_code: str | None
    error_message: str | None
    sender_name: str | None
    sender_phone: str | None
    user_id: str | None
    user_name: str | None
    sent_via_session_id: str | None
    created_at_ms: int
    edited_at_ms: int | None
    order: str
    arrival: int
    client_uuid: str | None
    provider_message_id: str | None
    version: int
    deleted_at_ms: int | None
    is_read: bool
    revoked: bool
    discarded: bool
    reply_to: Quote | None
    media: Media | None
    reactions: tuple[Reaction, ...]

    @property
    def is_shown(self) -> bool:
        """Whether timelines show it: of a revoked one that it was there, of one discarded here nothing."""
        given_up = self.discarded and self.status in NOT_SENT
        return (self.deleted_at_ms is None or self.revoked) and not given_up


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationFilter:
    """Which conversations to list; `search` is as typed: part of a name, of a group's name or of a phone number."""

    session_id: str | None = None
    chat_type: str | None = None
    unread_only: bool = False
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A pull that is under way: `next_cursor` asks for the page that comes next."""

    kind: Literal["snapshot", "changes"]
    since: int
    head: int
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPosition:
    """How far the cache follows the server: every change up to `cursor` is in it; null before the first snapshot."""

    epoch: str | None = None
    cursor: int | None = None
    walk: Walk | None = None


def session_from(row: tuple[Any, ...]) -> CachedSession:
    """`row` in the order of the fields."""
    place = CachedSession._fields.index("is_primary")
    return CachedSession._make((*row[:place], row[place] == 1, *row[place + 1 :]))


def conversation_from(row: tuple[Any, ...]) -> CachedConversation:
    """`row`: the fields up to `version`, then those of the preview."""
    return CachedConversation._make((*row[:17], Preview._make(row[17:]) if row[17] is not None else None))


def message_from(row: tuple[Any, ...]) -> CachedMessage:
    """`row` in the order of the fields, the last three as JSON."""
    reply_to, media, reactions = row[26:]
    return CachedMessage._make(
        (
            *row[:23],
            row[23] == 1,
            row[24] == 1,
            row[25] == 1,
            None if reply_to is None else Quote(**json.loads(reply_to)),
            None if media is None else Media(**json.loads(media)),
            () if reactions is None else tuple(Reaction(**reaction) for reaction in json.loads(reactions)),
        )
    )
