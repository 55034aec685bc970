"""Numbers in every state, with names and reasons that break weak layouts."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.samples import design_numbers, now_ms
from ui.session_filter.rows import NumberRow

CODE = "2@simulated" + ",".join(["Qm9yZWRvbUlzQVRpZ2VyVGhhdEVhdHNZb3VyVGltZQ0K="] * 4)
LONG_NAME = "Paguyuban Pedagang Grosir dan Eceran Tanah Abang Blok A sampai Blok G Lantai Tiga"
HOSTILE = "<b>bold</b> <img src='file:///etc/passwd'>\nsecond line\t\u202ereversed"


def every_number() -> list[NumberRow]:
    """One of each state."""
    sales, support, third = design_numbers()
    an_hour_ago = now_ms() - 3_600_000
    base = replace(sales, is_primary=True, sync_status="completed", synced=500, total=500, synced_at_ms=an_hour_ago)
    return [
        base,
        replace(support, health=62),
        replace(third, status="connected", sync_status="running", display_name="Gudang"),
        down("s4", "+62 855-1234-0000", "logged_out", reason="LOGOUT", unread=2, display_name="Old shop"),
        down("s5", "+62 855-1234-0001", "qr"),
        down("s6", "+62 855-1234-0002", "failed", reason="Chromium could not be started: no such file", health=20),
        down(
            "s7", "+62 855-1234-0003", "reconnecting", reason="NAVIGATION", sync_status="cancelled", synced=40, total=90
        ),
        down("s8", "", "connecting", display_name=LONG_NAME),
        down("s9", "+62 855-1234-0005", "failed", reason=HOSTILE, display_name=HOSTILE, sync_status="failed"),
        down("s10", "+62 855-1234-0006", "hibernating", provider_type="carrier-pigeon"),
    ]


def down(session_id: str, number: str, status: str, **other: object) -> NumberRow:
    """A number on WhatsApp Web that is not connected."""
    row = NumberRow(
        session_id=session_id, number=number, display_name=None, provider_type="webjs", status=status, unread=0
    )
    return replace(row, **other)  # type: ignore[arg-type]  # the fields are the row's


def importing(synced: int, total: int | None = 500) -> NumberRow:
    """The new number while its chats come in."""
    return down(
        "s11",
        "+62 899-1234-5678",
        "connected",
        sync_status="running",
        sync_running=True,
        synced=synced,
        total=total,
        display_name="Toko Baru",
    )
