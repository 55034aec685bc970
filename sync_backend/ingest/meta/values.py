"""Takes values out of documents that may hold anything: what is not of the form asked for counts as absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

_LATEST_SECOND: Final = 253_402_300_799
"""The end of the year 9999."""


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list; what else is in it is passed over."""
    if isinstance(value, list):
        yield from (each for each in value if isinstance(each, dict))


def text(value: object) -> str | None:
    """A text that is not blank; numbers count as their digits, because ids come both ways."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    found = str(value) if isinstance(value, int) and abs(value) < 10**30 else value
    return found if isinstance(found, str) and found.strip() else None


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e15 else None


def seconds(value: object) -> int | None:
    """A moment in seconds since 1970, which Meta writes as a text."""
    digits = text(value)
    if digits is None or not (digits.isascii() and digits.isdigit()) or len(digits) > 12:
        return None
    moment = int(digits)
    return moment if moment <= _LATEST_SECOND else None


def lines(*parts: str | None) -> str:
    """What there is, one under the other."""
    return "\n".join(part for part in parts if part)
