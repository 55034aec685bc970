"""HMAC signatures of webhooks and of calls to the bridge; each covers the very bytes that travel."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from typing import Final

STANDARD_WEBHOOKS_VERSION: Final = "v1"


def sign_body(secret: str, body: bytes) -> str:
    """Hex HMAC-SHA256 of the raw body: the value of `X-WhatsApp-Signature` on a webhook."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def verify_body(secret: str, body: bytes, signature: str | None) -> bool:
    """Constant time; a missing signature fails."""
    return _equal(sign_body(secret, body), signature)


def sign_bridge_call(secret: str, method: str, path_and_query: str, timestamp: int, body: bytes = b"") -> str:
    """Signs `METHOD\\npath?query\\ntimestamp\\nbody`, so that a call without a body cannot be replayed elsewhere."""
    head = f"{method.upper()}\n{path_and_query}\n{timestamp}\n".encode()
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


def verify_bridge_call(
    secret: str, method: str, path_and_query: str, timestamp: int, body: bytes, signature: str | None
) -> bool:
    """Constant time; the caller checks that `timestamp` is near enough to now."""
    return _equal(sign_bridge_call(secret, method, path_and_query, timestamp, body), signature)


def sign_standard_webhook(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` header of the Standard Webhooks specification (`v1,<base64>`); the secret is used as
    UTF-8 bytes, or base64-decoded when it has the specification's `whsec_` prefix."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.new(_standard_key(secret), signed, hashlib.sha256).digest()
    return f"{STANDARD_WEBHOOKS_VERSION},{base64.b64encode(digest).decode()}"


def verify_standard_webhook(secret: str, webhook_id: str, timestamp: int, body: bytes, header: str | None) -> bool:
    """True when any of the header's space-separated signatures is right; the caller checks the replay window."""
    expected = sign_standard_webhook(secret, webhook_id, timestamp, body)
    return any(_equal(expected, candidate) for candidate in (header or "").split(" "))


def _standard_key(secret: str) -> bytes:
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()


def _equal(expected: str, given: str | None) -> bool:
    return given is not None and hmac.compare_digest(expected.encode(), given.encode())
