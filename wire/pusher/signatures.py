"""Signs and verifies what Pusher clients and servers must prove to each other: channels, users, HTTP triggers.

All signatures are HMAC-SHA256 in lower-case hex with the app secret. Signing refuses malformed socket ids and channel
names: a colon inside one of them would let a signature for one thing pass for another.
"""

import hashlib
import hmac
from collections.abc import Mapping

from wire.pusher.channels import is_channel_name, is_socket_id

AUTH_VERSION = "1.0"
MAX_CLOCK_SKEW_SECONDS = 600


def sign_channel(key: str, secret: str, socket_id: str, channel: str, channel_data: str | None = None) -> str:
    """The `auth` of a subscription, `KEY:HEX`. Raises ValueError for a malformed socket id or channel name."""
    if not is_socket_id(socket_id):
        raise ValueError("a socket id looks like 123.456")
    if not is_channel_name(channel):
        raise ValueError("not a channel name")
    signed = f"{socket_id}:{channel}" if channel_data is None else f"{socket_id}:{channel}:{channel_data}"
    return f"{key}:{_hmac_hex(secret, signed)}"


def verify_channel(
    auth: str, key: str, secret: str, socket_id: str, channel: str, channel_data: str | None = None
) -> bool:
    return _same(auth, sign_channel(key, secret, socket_id, channel, channel_data))


def sign_user(key: str, secret: str, socket_id: str, user_data: str) -> str:
    """The `auth` of a sign-in, `KEY:HEX`. Raises ValueError for a malformed socket id."""
    if not is_socket_id(socket_id):
        raise ValueError("a socket id looks like 123.456")
    return f"{key}:{_hmac_hex(secret, f'{socket_id}::user::{user_data}')}"


def verify_user(auth: str, key: str, secret: str, socket_id: str, user_data: str) -> bool:
    return _same(auth, sign_user(key, secret, socket_id, user_data))


def sign_request(key: str, secret: str, method: str, path: str, body: bytes, now: float) -> dict[str, str]:
    """The query parameters that make an HTTP API request acceptable; `now` is Unix time in seconds."""
    query = {
        "auth_key": key,
        "auth_timestamp": str(int(now)),
        "auth_version": AUTH_VERSION,
        "body_md5": _md5_hex(body),
    }
    return query | {"auth_signature": _hmac_hex(secret, _request_text(method, path, query))}


def verify_request(
    key: str, secret: str, method: str, path: str, query: Mapping[str, str], body: bytes, now: float
) -> str | None:
    """What is wrong with a signed HTTP API request, in words for its sender; None when it may be trusted."""
    if query.get("auth_key") != key:
        return "Unknown auth_key"
    if query.get("auth_version") != AUTH_VERSION:
        return f"auth_version must be {AUTH_VERSION}"
    timestamp = query.get("auth_timestamp", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return "auth_timestamp must be Unix time in seconds"
    if not _same(query.get("auth_signature", ""), _hmac_hex(secret, _request_text(method, path, query))):
        return "Invalid signature"
    if abs(now - int(timestamp)) > MAX_CLOCK_SKEW_SECONDS:
        return f"auth_timestamp is more than {MAX_CLOCK_SKEW_SECONDS} seconds from the server's time"
    if not _same(query.get("body_md5", ""), _md5_hex(body)):
        return "body_md5 does not match the body"
    return None


def _request_text(method: str, path: str, query: Mapping[str, str]) -> str:
    pairs = sorted((name.lower(), value) for name, value in query.items() if name != "auth_signature")
    return "\n".join((method, path, "&".join(f"{name}={value}" for name, value in pairs)))


def _hmac_hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), _bytes(text), hashlib.sha256).hexdigest()


def _md5_hex(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(_bytes(given), _bytes(expected))


def _bytes(text: str) -> bytes:
    """JSON may smuggle in lone surrogates; they must fail verification, not crash it."""
    return text.encode("utf-8", "surrogatepass")
