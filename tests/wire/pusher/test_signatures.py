"""Signatures: the published vector, and everything that must not verify."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.pusher.signatures import (
    sign_channel,
    sign_request,
    sign_user,
    verify_channel,
    verify_request,
    verify_user,
)

KEY, SECRET = "278d425bdf160c739803", "7ad3773142a6692b25b8"
PATH = "/apps/inbox/events"


def test_private_channel_matches_the_published_vector() -> None:
    assert sign_channel(KEY, SECRET, "1234.1234", "private-foobar") == (
        f"{KEY}:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4"
    )


def test_presence_channel_signs_its_data_too() -> None:
    data = '{"user_id":10,"user_info":{"name":"Mr. Pusher"}}'
    auth = sign_channel(KEY, SECRET, "1234.1234", "presence-foobar", data)
    assert auth == f"{KEY}:afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c"
    assert not verify_channel(auth, KEY, SECRET, "1234.1234", "presence-foobar", data.replace("10", "11"))


def test_another_sockets_auth_is_refused() -> None:
    auth = sign_channel(KEY, SECRET, "1.1", "private-chats.ch1")
    assert verify_channel(auth, KEY, SECRET, "1.1", "private-chats.ch1")
    assert not verify_channel(auth, KEY, SECRET, "1.2", "private-chats.ch1")
    assert not verify_channel(auth, KEY, SECRET, "1.1", "private-chats.ch2")


@pytest.mark.parametrize("socket_id", ["", "1", "1.", "1.1:private-chats.ch2", "1.1\n", "١.١"])
def test_signing_refuses_what_is_no_socket_id(socket_id: str) -> None:
    with pytest.raises(ValueError, match="socket id"):
        sign_channel(KEY, SECRET, socket_id, "private-chats.ch1")
    with pytest.raises(ValueError, match="socket id"):
        sign_user(KEY, SECRET, socket_id, "{}")


@pytest.mark.parametrize("channel", ["", "private-a:b", ":user::{}", "private-a\n", "x" * 201])
def test_signing_refuses_what_is_no_channel(channel: str) -> None:
    with pytest.raises(ValueError, match="channel"):
        sign_channel(KEY, SECRET, "1.1", channel)


def test_a_user_signature_is_no_other_users() -> None:
    auth = sign_user(KEY, SECRET, "1.1", '{"id":"1"}')
    assert verify_user(auth, KEY, SECRET, "1.1", '{"id":"1"}')
    assert not verify_user(auth, KEY, SECRET, "1.1", '{"id":"2"}')


@given(st.text(st.characters(blacklist_categories=())))
def test_any_text_as_auth_is_refused_without_a_crash(auth: str) -> None:
    assert not verify_channel(auth, KEY, SECRET, "1.1", "private-chats.ch1", auth)
    assert not verify_user(auth, KEY, SECRET, "1.1", auth)


def test_a_signed_request_is_accepted_within_ten_minutes() -> None:
    query = sign_request(KEY, SECRET, "POST", PATH, b"{}", now=1_700_000_000.9)
    for now in (1_700_000_000, 1_700_000_600, 1_699_999_400):
        assert verify_request(KEY, SECRET, "POST", PATH, query, b"{}", now) is None
    for now in (1_700_000_601, 1_699_999_399):
        assert "seconds from" in str(verify_request(KEY, SECRET, "POST", PATH, query, b"{}", now))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"auth_key": "another"}, "Unknown auth_key"),
        ({"auth_version": "2.0"}, "auth_version"),
        ({"auth_timestamp": "soon"}, "auth_timestamp"),
        ({"auth_timestamp": "١٧٠٠٠٠٠٠٠٠"}, "auth_timestamp"),
        ({"auth_timestamp": "1700000001"}, "Invalid signature"),
        ({"auth_signature": "0" * 64}, "Invalid signature"),
        ({"extra": "unsigned"}, "Invalid signature"),
        ({"body_md5": "0" * 32}, "Invalid signature"),
    ],
)
def test_a_changed_query_is_refused(changed: dict[str, str], complaint: str) -> None:
    query = sign_request(KEY, SECRET, "POST", PATH, b"{}", now=1_700_000_000) | changed
    assert complaint in str(verify_request(KEY, SECRET, "POST", PATH, query, b"{}", 1_700_000_000))


def test_a_changed_body_path_or_method_is_refused() -> None:
    query = sign_request(KEY, SECRET, "POST", PATH, b"{}", now=0)
    assert verify_request(KEY, SECRET, "POST", PATH, query, b"[]", 0) == "body_md5 does not match the body"
    assert verify_request(KEY, SECRET, "POST", "/apps/b/events", query, b"{}", 0) == "Invalid signature"
    assert verify_request(KEY, SECRET, "GET", PATH, query, b"{}", 0) == "Invalid signature"
