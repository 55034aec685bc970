"""A number's past as a bridge posts it: batches of chats with their messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from benchmarks.served.backend import Prepared

LAST_SECOND = 1_763_800_000
_PER_BATCH = 50


def batches(prepared: Prepared, chats: int, messages: int, *, first: int = 0) -> Iterator[bytes]:
    """The bodies, each chat once, one in ten a group; `first` tells the chats of one number from those of another."""
    for begin in range(0, chats, _PER_BATCH):
        part = [_chat(first + number, messages) for number in range(begin, min(begin + _PER_BATCH, chats))]
        yield orjson.dumps({"session_id": prepared.session_id, "workspace_id": prepared.workspace_id, "chats": part})


def _chat(number: int, messages: int) -> dict[str, Any]:
    said = [_message(number, place, messages) for place in range(messages)]
    common: dict[str, Any] = {"timestamp": LAST_SECOND - number, "unread_count": number % 7 == 0, "messages": said}
    if number % 10 == 0:
        for place, each in enumerate(said):
            each |= {"sender_phone": f"62813{place % 8:04d}{number:04d}@c.us", "sender_name": f"Anggota {place % 8}"}
        return common | {"type": "group", "group_jid": f"12036300{number:010d}@g.us", "group_name": f"Grup {number}"}
    return common | {
        "type": "private",
        "contact_phone": f"62812{number:08d}@c.us",
        "contact_name": f"Pelanggan {number}",
    }


def _message(chat: int, place: int, messages: int) -> dict[str, Any]:
    return {
        "message_id": f"3EB0{chat:08d}{place:06d}",
        "message_body": f"Halo, apakah pesanan nomor {place} sudah dikirim? Terima kasih banyak ya kak.",
        "message_type": "chat",
        "timestamp": LAST_SECOND - chat - (messages - place) * 60,
        "from_me": place % 3 == 1,
        "ack": 3,
    }
