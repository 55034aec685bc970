"""Chats as a bridge posts them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

LAST = 1_763_800_000
"""When the newest message of a chat was sent, in seconds."""


def private(number: int, *, messages: int = 3, **fields: Any) -> Json:
    """A chat with the `number`-th person, who wrote its first, third, … message."""
    return {
        "type": "private",
        "contact_phone": f"62812{number:08}@c.us",
        "contact_name": f"Orang {number}",
        "timestamp": LAST,
        "messages": [
            message(f"P{number}-{place}", LAST - messages + 1 + place, from_me=place % 2 == 1)
            for place in range(messages)
        ],
    } | fields


def group(number: int, *, messages: int = 3, **fields: Any) -> Json:
    return {
        "type": "group",
        "group_jid": f"1203630000{number:08}@g.us",
        "group_name": f"Grup {number}",
        "timestamp": LAST,
        "messages": [
            message(
                f"G{number}-{place}",
                LAST - messages + 1 + place,
                sender_phone=f"62813{place:08}@c.us",
                sender_name=f"Anggota {place}",
            )
            for place in range(messages)
        ],
    } | fields


def message(message_id: str, sent_at: int, **fields: Any) -> Json:
    return {"message_id": message_id, "message_body": f"isi {message_id}", "timestamp": sent_at} | fields
