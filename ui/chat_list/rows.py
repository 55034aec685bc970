"""What one line of the chat list shows: facts only, the words and the look are the delegate's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRow:
    """One conversation.

    `title` is the name, or the phone number as people write it when there is no name (`has_name` is then False).
    `members` is None for private chats and while unknown. `preview_status` is set on outbound messages only.
    `time_ms` is the last message's time, milliseconds since 1970 (0: no message yet). `sort_key` orders the list,
    greatest first. `number_tail` is the last digits of the WhatsApp number that the chat belongs to. `muted`: its news
    are not told, by this person's wish. `waiting_minutes`: how long its customer waits for an answer, where the list is
    about that.
    """

    conversation_id: str
    sort_key: tuple[int, str]
    title: str
    has_name: bool
    is_group: bool
    members: int | None = None
    avatar_seed: str
    session_id: str
    provider_type: str
    number_tail: str
    last_message_id: str | None = None
    preview_text: str = ""
    preview_type: str = "text"
    preview_sender: str | None = None
    preview_status: str | None = None
    time_ms: int = 0
    unread: int = 0
    draft: str | None = None
    muted: bool = False
    waiting_minutes: int | None = None
