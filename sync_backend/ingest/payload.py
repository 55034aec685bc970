"""Reads the JSON of a webhook into text that every database can hold."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import orjson

_SESSION_ID: Final = re.compile(rb'"session_id"\s*:\s*(?:"([0-9]{1,18})"|([0-9]{1,18})\b)')
_PEEK_BYTES: Final = 65_536
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


class MalformedJsonError(ValueError):
    """Not a JSON document; the text says where."""


def read_json(body: bytes) -> Any:
    """The document, half characters and NULs replaced. MalformedJsonError.

    WhatsApp cuts names in the middle of an emoji, and JavaScript sends the half that remains; PostgreSQL can hold
    neither that nor a NUL. Both can only come as escapes.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        document = _read_with_half_characters(body, error)
    try:
        return _clean(document) if b"\\u" in body else document
    except RecursionError:
        raise MalformedJsonError("nested too deep") from None


def peek_session_id(body: bytes, document: Any) -> int | None:
    """Which account a body claims to speak for; only good for choosing the secret that its signature is checked with.

    `document` is None when the body is no JSON: then its beginning is searched.
    """
    if document is not None:
        return parse_id(document.get("session_id")) if isinstance(document, dict) else None
    found = _SESSION_ID.search(body[:_PEEK_BYTES])
    return int(found.group(1) or found.group(2)) if found else None


def parse_id(value: object) -> int | None:
    """Ids come as string or integer; None for anything that cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _read_with_half_characters(body: bytes, error: orjson.JSONDecodeError) -> Any:
    try:
        return json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise MalformedJsonError(str(error)) from None


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", _REPLACEMENT)
    if isinstance(value, list):
        return [_clean(each) for each in value]
    if isinstance(value, dict):
        return {_clean(name): _clean(each) for name, each in value.items()}
    return value
