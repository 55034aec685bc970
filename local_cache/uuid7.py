"""Names for what is typed here: UUIDs of version 7 (RFC 9562), which sort by time."""

from __future__ import annotations

from uuid import UUID


def uuid7(milliseconds: int, random_bits: int) -> str:
    """`milliseconds` since 1970 (48 bits) and 74 fresh random bits, such as `secrets.randbits(74)`."""
    if not 0 <= milliseconds < 1 << 48 or not 0 <= random_bits < 1 << 74:
        raise ValueError("uuid7 takes 48 bits of time and 74 random bits")
    high, low = divmod(random_bits, 1 << 62)
    return str(UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low))
