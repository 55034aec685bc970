"""Decides whether a webhook comes from the bridge that it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wire.signatures import verify_body, verify_standard_webhook
from wire.webhooks import SIGNATURE_HEADER

_ID: Final = "webhook-id"
_TIMESTAMP: Final = "webhook-timestamp"
_SIGNATURE: Final = "webhook-signature"
_REPLAY_WINDOW_SECONDS: Final = 300


def is_genuine(secret: str, body: bytes, headers: Mapping[str, str], now: int, *, strict: bool) -> bool:
    """Checks the plain signature, and the Standard Webhooks headers where they are present or `strict` asks for them.

    `now` in milliseconds; a signed time further than five minutes from it is a replay.
    """
    if not verify_body(secret, body, headers.get(SIGNATURE_HEADER)):
        return False
    if strict or any(name in headers for name in (_ID, _TIMESTAMP, _SIGNATURE)):
        return _is_standard(secret, body, headers, now)
    return True


def _is_standard(secret: str, body: bytes, headers: Mapping[str, str], now: int) -> bool:
    timestamp = headers.get(_TIMESTAMP, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(int(timestamp) * 1000 - now) > _REPLAY_WINDOW_SECONDS * 1000:
        return False
    return verify_standard_webhook(secret, headers.get(_ID, ""), int(timestamp), body, headers.get(_SIGNATURE))
