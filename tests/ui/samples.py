"""Rows to show in tests and in the gallery: those of the design's pictures, and the awkward ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ui.chat_list.rows import ChatRow
from ui.session_filter.rows import NumberRow

NOW = datetime(2025, 11, 24, 10, 45).astimezone()
"""A Monday, local time."""


def ms(moment: datetime) -> int:
    """Milliseconds since 1970 of a local moment."""
    return int(moment.timestamp() * 1000)


def now_ms() -> int:
    """The moment at which the samples are looked at."""
    return ms(NOW)


def chat(conversation_id: str, title: str = "Rina Kartika", **other: Any) -> ChatRow:
    """A private chat on web.js, ten minutes old, with anything changed that a test is about."""
    values: dict[str, Any] = {
        "title": title,
        "has_name": True,
        "is_group": False,
        "avatar_seed": conversation_id,
        "session_id": "s1",
        "provider_type": "webjs",
        "number_tail": "7890",
        "last_message_id": f"m-{conversation_id}",
        "preview_text": "Terima kasih",
        "time_ms": ms(NOW - timedelta(minutes=10)),
    }
    values.update(other)
    values.setdefault("sort_key", (values["time_ms"], conversation_id))
    return ChatRow(conversation_id=conversation_id, **values)


def numbered_chats(count: int) -> list[ChatRow]:
    """`c0` to `c<count-1>`, newest first, a minute apart."""
    return [
        chat(f"c{number}", f"Chat {number}", time_ms=ms(NOW - timedelta(minutes=number))) for number in range(count)
    ]


def design_chats() -> list[ChatRow]:
    """The rows of the design's pictures."""

    def at(days: int, hour: int, minute: int) -> int:
        return ms((NOW - timedelta(days=days)).replace(hour=hour, minute=minute))

    group = {"is_group": True}
    meta = {"provider_type": "meta", "number_tail": "4412", "session_id": "s2"}
    third = {"number_tail": "1055", "session_id": "s3"}
    body = "Barangnya sudah dikirim ya kak? Resinya belum masuk 🙏"
    return [
        chat("1", "Toko Sinar Jaya", preview_text=body, time_ms=at(0, 10, 42), unread=3),
        chat(
            "2",
            "Reseller Jabodetabek",
            **group,
            members=48,
            preview_sender="Budi",
            preview_text="stok warna hitam masih ada?",
            time_ms=at(0, 10, 40),
            unread=12,
        ),
        chat(
            "3",
            preview_text="Terima kasih, pesanan sudah saya terima",
            preview_status="read",
            time_ms=at(0, 10, 31),
            **meta,
        ),
        chat("4", "Ahmad Fauzi", draft="baik, nanti saya kabari untuk alamat", time_ms=at(0, 10, 12), **meta),
        chat(
            "5",
            "Finance & Ops",
            **group,
            members=6,
            preview_sender="Dewi",
            preview_text="Invoice #2041 sudah lunas",
            time_ms=at(0, 9, 58),
            **third,
        ),
        chat(
            "6",
            "+62 813-5550-0192",
            has_name=False,
            preview_text="",
            preview_type="image",
            time_ms=at(1, 18, 5),
            unread=1,
        ),
        chat("7", "مريم الحسن", preview_text="متى يصل الطلب؟", time_ms=at(1, 15, 30), **meta),
        chat(
            "8",
            "Siti Nurhaliza",
            preview_text="Voice message (0:24)",
            preview_status="delivered",
            time_ms=at(4, 12, 0),
            **third,
        ),
        chat(
            "9",
            "Gudang Cakung",
            **group,
            members=12,
            preview_sender="Joko",
            preview_text="truk ke-2 berangkat jam 3",
            time_ms=at(33, 8, 0),
            **third,
        ),
    ]


def awkward_chats() -> list[ChatRow]:
    """Names and texts that break weak layouts."""
    long_name = "Paguyuban Pedagang Grosir dan Eceran Tanah Abang Blok A sampai Blok G Lantai Tiga"
    hostile = "<b>bold</b> <img src='file:///etc/passwd'>\nsecond line\t\u202ereversed"
    return [
        chat("a1", long_name, is_group=True, members=1024, unread=140, preview_sender=long_name, preview_text=hostile),
        chat("a2", "", preview_text="", preview_type="text", unread=1, time_ms=ms(NOW - timedelta(minutes=11))),
        chat("a3", hostile, preview_text=hostile, preview_status="failed", time_ms=ms(NOW - timedelta(minutes=12))),
        chat(
            "a4",
            "مجموعة التجار الكبرى في مدينة جاكرتا الشرقية",
            is_group=True,
            members=256,
            preview_sender="أحمد",
            preview_text="Mixed نص عربي and English together in one line",
            time_ms=ms(NOW - timedelta(minutes=13)),
        ),
        chat(
            "a5",
            "👨‍👩‍👧‍👦🇮🇩",
            preview_text="👋🏽" * 30,
            preview_status="queued",
            time_ms=ms(NOW - timedelta(minutes=14)),
        ),
        chat(
            "a6",
            "Unknown provider",
            provider_type="carrier-pigeon",
            preview_type="hologram",
            preview_text="",
            preview_status="unconfirmed",
            time_ms=ms(NOW - timedelta(minutes=15)),
        ),
        chat("a7", "Never wrote", last_message_id=None, preview_text="", time_ms=0),
        chat("a8", "Sent", preview_status="sent", time_ms=ms(NOW - timedelta(days=500))),
        chat("a9", "No size yet", is_group=True, preview_type="document", preview_text="invoice.pdf", unread=99),
    ]


def design_numbers(*, sync: bool = True) -> list[NumberRow]:
    """Three numbers over both providers; with `sync`, the third is importing its history."""
    return [
        NumberRow(
            session_id="s1",
            number="+62 812-3456-7890",
            display_name="Sales",
            provider_type="webjs",
            status="connected",
            unread=12,
        ),
        NumberRow(
            session_id="s2",
            number="+62 811-0000-4412",
            display_name="Support",
            provider_type="meta",
            status="connected",
            unread=4,
        ),
        NumberRow(
            session_id="s3",
            number="+62 812-9900-1055",
            display_name=None,
            provider_type="webjs",
            status="syncing" if sync else "connected",
            unread=0,
            sync_running=sync,
            synced=320,
            total=500,
        ),
    ]


def disconnected_number() -> NumberRow:
    """A number that was logged out."""
    return NumberRow(
        session_id="s4",
        number="+62 855-1234-0000",
        display_name="Old shop",
        provider_type="webjs",
        status="logged_out",
        unread=2,
    )
