"""A signature covers every byte that travels; both languages come to the same one (`wire/samples/signatures.json`)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.samples import SAMPLES
from wire.pusher.signatures import sign_channel, verify_channel
from wire.signatures import (
    sign_body,
    sign_bridge_call,
    sign_standard_webhook,
    verify_body,
    verify_bridge_call,
    verify_standard_webhook,
)

VECTORS: dict[str, list[dict[str, Any]]] = json.loads((SAMPLES / "signatures.json").read_bytes())

secrets = st.text(min_size=1, max_size=40).filter(lambda text: text.isprintable())
bodies = st.binary(max_size=200)
moments = st.integers(0, 4_000_000_000)


@pytest.mark.parametrize("vector", VECTORS["body"])
def test_body_vectors(vector: dict[str, Any]) -> None:
    body = vector["body"].encode()
    assert sign_body(vector["secret"], body) == vector["signature"]
    assert verify_body(vector["secret"], body, vector["signature"])


@pytest.mark.parametrize("vector", VECTORS["bridge_call"])
def test_bridge_call_vectors(vector: dict[str, Any]) -> None:
    call = (vector["secret"], vector["method"], vector["path_and_query"], vector["timestamp"], vector["body"].encode())
    assert sign_bridge_call(*call) == vector["signature"]
    assert verify_bridge_call(*call, vector["signature"])


@pytest.mark.parametrize("vector", VECTORS["standard_webhook"])
def test_standard_webhook_vectors(vector: dict[str, Any]) -> None:
    signed = (vector["secret"], vector["webhook_id"], vector["timestamp"], vector["body"].encode())
    assert sign_standard_webhook(*signed) == vector["header"]
    assert verify_standard_webhook(*signed, f"v1,c3RhbGU= {vector['header']}")


@pytest.mark.parametrize("vector", VECTORS["pusher_channel"])
def test_pusher_channel_vectors(vector: dict[str, Any]) -> None:
    signed = (vector["key"], vector["secret"], vector["socket_id"], vector["channel"], vector["channel_data"])
    assert sign_channel(*signed) == vector["auth"]
    assert verify_channel(vector["auth"], *signed)


@given(secrets, bodies, st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_of_a_body_is_noticed(secret: str, body: bytes, place: int, change: int) -> None:
    signature = sign_body(secret, body)
    assert verify_body(secret, body, signature)
    tampered = bytearray(body or b"\0")
    tampered[place % len(tampered)] ^= change
    assert not verify_body(secret, bytes(tampered), signature)


@given(secrets, bodies)
def test_a_missing_or_foreign_signature_fails(secret: str, body: bytes) -> None:
    assert not verify_body(secret, body, None)
    assert not verify_body(secret, body, "")
    assert not verify_body(secret, body, sign_body(secret + "x", body))
    assert not verify_standard_webhook(secret, "msg_1", 1, body, None)


@given(secrets, moments, bodies)
def test_a_bridge_call_cannot_be_replayed_elsewhere(secret: str, timestamp: int, body: bytes) -> None:
    signature = sign_bridge_call(secret, "POST", "/sessions/1/logout", timestamp, body)
    assert verify_bridge_call(secret, "POST", "/sessions/1/logout", timestamp, body, signature)
    assert not verify_bridge_call(secret, "GET", "/sessions/1/logout", timestamp, body, signature)
    assert not verify_bridge_call(secret, "POST", "/sessions/2/logout", timestamp, body, signature)
    assert not verify_bridge_call(secret, "POST", "/sessions/1/logout", timestamp + 1, body, signature)
    assert not verify_bridge_call(secret, "POST", "/sessions/1/logout?force=1", timestamp, body, signature)


@given(secrets, moments, bodies)
def test_a_standard_webhook_binds_id_and_time(secret: str, timestamp: int, body: bytes) -> None:
    header = sign_standard_webhook(secret, "msg_1", timestamp, body)
    assert verify_standard_webhook(secret, "msg_1", timestamp, body, header)
    assert not verify_standard_webhook(secret, "msg_2", timestamp, body, header)
    assert not verify_standard_webhook(secret, "msg_1", timestamp + 1, body, header)


@given(bodies, st.text(max_size=60))
def test_a_signature_header_of_any_text_is_refused_not_an_error(body: bytes, header: str) -> None:
    assert not verify_body("secret", body, header)
    assert not verify_standard_webhook("secret", "msg_1", 1, body, header)


def test_a_secret_that_only_looks_like_base64_is_used_as_it_is() -> None:
    header = sign_standard_webhook("whsec_not base64!", "msg_1", 1, b"{}")
    assert verify_standard_webhook("whsec_not base64!", "msg_1", 1, b"{}", header)
