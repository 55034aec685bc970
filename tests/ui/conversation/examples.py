"""Messages for tests, pictures and measurements: the mockup's conversation, and what a hostile world sends."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any, Final

from ui.conversation.rows import (
    ConversationHeader,
    DetailsRow,
    MessageRow,
    ParticipantRow,
    QuoteRow,
    ReactionRow,
)

HOSTILE: Final = "<img src=file:///etc/passwd><b>bold?</b> &lt;script&gt;"
LONG_URL: Final = "https://shop.example/catalog/2026/december/" + "a-very-long-path-that-does-not-break/" * 6 + "?id=7"
ARABIC: Final = "مرحبا، متى يصل الطلب؟ أرسلت التحويل أمس (رقم 2041) ولم يصلني شيء بعد."


def at(hour: int, minute: int = 0, *, days_ago: int = 0) -> int:
    """A time on the examples' calendar, in ms: day 0 is Monday, 1 December 2025."""
    moment = datetime(2025, 12, 1, hour, minute).astimezone()
    return round(moment.timestamp() * 1000) - days_ago * 86_400_000


NOW: Final = at(11)


def message(number: int, body: str = "text", **facts: Any) -> MessageRow:
    """An inbound message; `number` places it and makes its key."""
    given = {
        "key": f"k{number}",
        "message_id": f"m{number}",
        "order": f"{number:08}",
        "outbound": False,
        "time_ms": at(9) + number * 1000,
        **facts,
    }
    return MessageRow(body=body, **given)


def pending(number: int, body: str = "mine", **facts: Any) -> MessageRow:
    """An outbound message that the server does not know yet."""
    return message(number, body, message_id=None, order="", outbound=True, status="queued", **facts)


def header(**facts: Any) -> ConversationHeader:
    given: dict[str, Any] = {
        "conversation_id": "c1",
        "title": "Reseller Jabodetabek",
        "has_name": True,
        "is_group": True,
        "members": 48,
        "avatar_seed": "group-1",
        "contact_phone": None,
        "provider_type": "webjs",
        "session_number": "+62 812-3456-7890",
        "session_name": None,
        "session_status": "connected",
        **facts,
    }
    return ConversationHeader(**given)


def details() -> DetailsRow:
    people = (
        ParticipantRow(name="You", phone="+62 812-3456-7890", seed="us", is_admin=True, is_us=True),
        ParticipantRow(name="Budi Santoso", phone="+62 811-2223-334", seed="budi", is_admin=True),
        ParticipantRow(name="Maya Putri", phone="+62 857-1000-221", seed="maya"),
        ParticipantRow(name="Joko Susilo", phone=None, seed="joko"),
        ParticipantRow(name=None, phone="+62 819-7788-001", seed="dewi"),
    )
    return DetailsRow(header=header(), participants=people)


def mockup() -> list[MessageRow]:
    """The conversation of the design's picture; the last ten stand below its end."""
    maya: dict[str, Any] = {"sender_name": "Maya Putri", "sender_seed": "maya"}
    joko: dict[str, Any] = {"sender_name": "Joko Susilo", "sender_seed": "joko"}
    budi: dict[str, Any] = {"sender_name": "Budi Santoso", "sender_seed": "budi"}
    promo = "Pagi! Promo mulai tanggal 1. Katalog lengkap saya kirim siang ini ya."
    ours: dict[str, Any] = {"outbound": True, "agent_name": "Sari", "status": "read"}
    quote = QuoteRow(sender_name="You", body="Katalog lengkap saya kirim siang ini ya.", message_key="k2")
    rows = [
        message(1, "Pagi semua 👋 promo Desember sudah mulai belum?", time_ms=at(9, 12), **maya),
        message(2, promo, time_ms=at(9, 15), reactions=(ReactionRow(emoji="👍", count=4),), **ours),
        message(3, "siap min, ditunggu", time_ms=at(9, 16), **joko),
        message(4, "ini contoh packing yang kemarin, rapi banget", message_type="image", time_ms=at(10, 36), **maya),
        message(5, "stok warna hitam masih ada?", quote=quote, time_ms=at(10, 40), **budi),
    ]
    texts = ("Halo kak", "Barangnya sudah dikirim?", "Resinya berapa ya?", "oke", "makasih 🙏")
    return rows + [message(6 + n, texts[n % 5], time_ms=at(10, 41 + n), **(joko, maya)[n % 2]) for n in range(10)]


def states() -> list[MessageRow]:
    """What can become of a message, one after the other."""
    ours: dict[str, Any] = {"outbound": True, "agent_name": "Sari"}
    maya: dict[str, Any] = {"sender_name": "Maya Putri", "sender_seed": "maya"}
    rejected = "The recipient's phone number is not a WhatsApp number"
    return [
        message(1, "Maya Putri joined using an invite link", message_type="system", time_ms=at(9, days_ago=1)),
        message(2, "delivered", status="delivered", **ours),
        message(3, "sent a moment ago", status="sent", **ours),
        message(4, "Halo kak, pesanannya sudah kami kirim", status="failed", error=rejected, **ours),
        message(5, "Is this there?", status="unconfirmed", **ours),
        message(6, "", message_type="document", media_label="invoice-2041 (final).pdf", **maya),
        message(7, "", message_type="voice", **maya),
        message(
            8,
            "Edited text",
            edited=True,
            reactions=(ReactionRow(emoji="❤️", count=1), ReactionRow(emoji="😂", count=12)),
            **maya,
        ),
        message(9, "secret", deleted=True, **maya),
        message(10, "👨‍👩‍👧‍👦🇮🇩", **maya),
        message(11, "", message_type="hologram", **maya),
        message(12, "", message_type="location", media_label="Gudang Cakung", **ours, status="read"),
        pending(13, "Waiting for the network", agent_name="Sari"),
    ]


def hostile() -> list[MessageRow]:
    """Texts that try to be more than text, or longer than a bubble."""
    name = "<b>Maya</b>\n&amp; \u202eevil"
    return [
        message(1, HOSTILE, sender_name=name, sender_seed="x"),
        message(2, "Lihat " + LONG_URL + ", ya. Atau mailto:toko@shop.example", sender_name=name, sender_seed="x"),
        message(3, ARABIC, sender_name="مريم الحسن", sender_seed="maryam"),
        message(4, "Order 2041:\n" + ARABIC + "\nThank you!", sender_name="مريم الحسن", sender_seed="maryam"),
        message(5, "نعم", outbound=True, agent_name="Sari", status="delivered"),
        message(6, "W" * 120, sender_name="Joko Susilo", sender_seed="joko"),
        message(
            7,
            "yes",
            quote=QuoteRow(sender_name="مريم الحسن", body=ARABIC * 3),
            sender_name="A name that is so long that no bubble could ever hold it on one line, whatever its width",
            sender_seed="long",
        ),
    ]


def long_text() -> MessageRow:
    return message(
        1, ("Terima kasih banyak atas pesanannya. " * 120)[:4000], sender_name="Maya Putri", sender_seed="maya"
    )


def chatter(count: int, seed: int = 7, first: int = 0) -> list[MessageRow]:
    """Ordinary messages of many lengths, some of ours, some with quotes, reactions and pictures."""
    dice = random.Random(seed)
    words = [
        "stok",
        "warna",
        "hitam",
        "masih",
        "ada",
        "kak",
        "kirim",
        "besok",
        "pagi",
        "ya",
        "terima",
        "kasih",
        "🙏",
        "resi",
        "alamat",
        "gudang",
        "promo",
        "harga",
    ]
    people = ("Maya Putri", "Joko Susilo", "Budi Santoso", "Dewi Lestari")
    rows = []
    for number in range(first, first + count):
        body = " ".join(dice.choices(words, k=dice.choice((2, 4, 6, 9, 14, 30, 60))))
        who = dice.choice(people)
        facts: dict[str, Any] = {"time_ms": at(9) - (first + count - number) * 240_000}
        if dice.random() < 0.3:
            facts |= {"outbound": True, "agent_name": "Sari", "status": dice.choice(("sent", "delivered", "read"))}
        else:
            facts |= {"sender_name": who, "sender_seed": who}
        if dice.random() < 0.1:
            facts["quote"] = QuoteRow(sender_name=who, body=body)
        if dice.random() < 0.1:
            facts["reactions"] = (ReactionRow(emoji="👍", count=dice.randint(1, 9)),)
        if dice.random() < 0.06:
            facts["message_type"] = "image"
        rows.append(message(number, body, **facts))
    return rows
