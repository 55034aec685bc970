"""Chats of an import as they wait in the queue: understood, normalised, and plain enough for JSON."""

from __future__ import annotations

from typing import Any, TypedDict

Person = list[tuple[str, str]]
"""Every identity (kind, value) of one person; JSON makes lists of the pairs."""


class HistoryMessage(TypedDict):
    """`key` is the provider's id as we keep it; `writer` is who wrote it in a group, empty when unknown.

    `quoted` is what it repeats of the message that it answers, `extra` what of its content has no column of its own.
    """

    key: str
    inbound: bool
    body: str
    message_type: str
    status: str
    sent_at_ms: int
    writer: Person
    sender_name: str | None
    sender_phone: str | None
    client_uuid: str | None
    quoted_key: str | None
    quoted: dict[str, Any] | None
    extra: dict[str, Any] | None


class GroupNews(TypedDict, total=False):
    """What is known of a group, by column of `whatsapp_groups`; what is missing stays as it is."""

    name: str
    search_text: str
    description: str
    owner_phone: str
    participants: list[dict[str, Any]]
    participants_count: int
    invite_code: str
    settings: dict[str, Any]
    group_created_at: int


class HistoryChat(TypedDict):
    """A private chat has `person`, a group `group_jid`; messages in the order of their time."""

    person: Person
    name: str | None
    group_jid: str | None
    group: GroupNews
    unread: int
    messages: list[HistoryMessage]
