"""Times on the wire: ISO 8601, UTC, milliseconds; inside programs, integers of milliseconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_iso(milliseconds: int) -> str:
    """`1763894400123` → `2025-11-23T10:40:00.123Z`."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return f"{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def to_milliseconds(iso: str) -> int:
    """The inverse of `to_iso`; other offsets are accepted. ValueError for anything else, naive times included."""
    moment = datetime.fromisoformat(iso)
    if moment.tzinfo is None:
        raise ValueError(f"a time without an offset: {iso!r}")
    return (moment - _EPOCH) // timedelta(milliseconds=1)
