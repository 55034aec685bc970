"""Cursors: a place in a list, opaque to whoever carries it from page to page."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from sync_backend.errors import ApiError


def encode_cursor(*place: int | str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(place)).decode().rstrip("=")


def decode_cursor(cursor: str, *shape: type) -> list[Any]:
    """The place, of exactly this shape. ApiError 422 for anything that `encode_cursor` did not make."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        place = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _invalid() from None
    if not isinstance(place, list) or [type(part) for part in place] != list(shape):
        raise _invalid()
    # SQLite and PostgreSQL hold no larger numbers.
    if any(isinstance(part, int) and not -(2**63) <= part < 2**63 for part in place):
        raise _invalid()
    return place


def _invalid() -> ApiError:
    return ApiError(422, "invalid", "Not a cursor of this list.", field="cursor", hint="Start again without a cursor.")
