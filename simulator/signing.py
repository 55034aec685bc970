"""How the bridge signs what it posts, and what it reads from a `Retry-After`."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from wire.signatures import sign_body, sign_standard_webhook
from wire.webhooks import SIGNATURE_HEADER


def signed_headers(secret: str, body: bytes, webhook_id: str, timestamp: int) -> dict[str, str]:
    """`timestamp` in seconds; an id that was used before passes for a replay."""
    return {
        "content-type": "application/json",
        SIGNATURE_HEADER: sign_body(secret, body),
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign_standard_webhook(secret, webhook_id, timestamp, body),
    }


def retry_after(header: str | None, now: float) -> float | None:
    """Seconds to wait, from either form of the header; None when it says nothing understandable."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now, 0.0)
