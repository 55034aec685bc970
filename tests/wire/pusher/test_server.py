"""The server's core, one socket at a time: what a client says, and what must come back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.pusher.server import (
    CLIENT_EVENTS_PER_SECOND,
    MAX_CHANNELS_PER_SOCKET,
    MAX_FRAME_LENGTH,
    App,
    Close,
    Effect,
    Join,
    Leave,
    Member,
    Relay,
    Send,
    ServerConnection,
)
from wire.pusher.signatures import sign_channel, sign_user

APP = App("key", "secret")
SOCKET_ID = "123.456"
PRIVATE = "private-chats.ch1"


def greeted(now: float = 0.0) -> ServerConnection:
    connection = ServerConnection(APP, SOCKET_ID, now)
    connection.open(APP.key, "7")
    return connection


def say(
    connection: ServerConnection, event: str, data: object = None, *, now: float = 0.0, **more: Any
) -> list[Effect]:
    return connection.receive_text(json.dumps({"event": event, "data": data, **more}), now)


def subscribe(connection: ServerConnection, channel: str, channel_data: str | None = None) -> list[Effect]:
    auth = sign_channel(APP.key, APP.secret, connection.socket_id, channel, channel_data)
    return say(connection, "pusher:subscribe", {"channel": channel, "auth": auth, "channel_data": channel_data})


def frames(effects: list[Effect]) -> list[dict[str, Any]]:
    """What the client hears; every `data` must be a string of JSON."""
    heard = [json.loads(effect.text) for effect in effects if isinstance(effect, Send)]
    return [frame | {"data": json.loads(frame["data"])} for frame in heard]


def error_code(effects: list[Effect]) -> int | None:
    """The code of the error frame that came last."""
    error = frames(effects)[-1]
    assert error["event"] == "pusher:error"
    code: int | None = error["data"]["code"]
    return code


def test_greets_with_a_socket_id_and_an_activity_timeout() -> None:
    [greeting] = frames(ServerConnection(APP, SOCKET_ID, 0.0).open("key", "7"))
    assert greeting["event"] == "pusher:connection_established"
    assert greeting["data"] == {"socket_id": SOCKET_ID, "activity_timeout": 30}


@pytest.mark.parametrize(
    ("key", "protocol", "code"),
    [
        ("another", "7", 4001),
        ("key", None, 4008),
        ("key", "", 4008),
        ("key", "seven", 4006),
        ("key", "٧", 4006),
        ("key", "6", 4007),
        ("key", "8", 4007),
    ],
)
def test_refuses_unknown_keys_and_versions_with_a_close(key: str, protocol: str | None, code: int) -> None:
    connection = ServerConnection(APP, SOCKET_ID, 0.0)
    effects = connection.open(key, protocol)
    assert error_code(effects) == code
    assert isinstance(effects[-1], Close)
    assert effects[-1].code == code
    assert say(connection, "pusher:ping") == []


def test_a_signed_private_channel_is_joined_and_confirmed() -> None:
    connection = greeted()
    assert subscribe(connection, PRIVATE) == [Join(PRIVATE, None)]
    assert frames(connection.confirm(PRIVATE)) == [
        {"event": "pusher_internal:subscription_succeeded", "data": {}, "channel": PRIVATE}
    ]


def test_a_public_channel_needs_no_signature() -> None:
    assert say(greeted(), "pusher:subscribe", {"channel": "chats.ch1"}) == [Join("chats.ch1", None)]


@pytest.mark.parametrize(
    "auth",
    [
        None,
        "",
        7,
        "key",
        "key:",
        "key:" + "0" * 64,
        "\ud800",
        sign_channel("key", "another secret", SOCKET_ID, PRIVATE),
        sign_channel("another", "secret", SOCKET_ID, PRIVATE),
        sign_channel("key", "secret", "123.457", PRIVATE),  # replayed from another socket
        sign_channel("key", "secret", SOCKET_ID, "private-chats.ch2"),
    ],
)
def test_a_private_channel_without_its_own_signature_is_refused_and_the_socket_stays(auth: object) -> None:
    connection = greeted()
    effects = say(connection, "pusher:subscribe", {"channel": PRIVATE, "auth": auth})
    assert error_code(effects) == 4009
    assert all(isinstance(effect, Send) for effect in effects)
    assert frames(say(connection, "pusher:ping"))[0]["event"] == "pusher:pong"


def test_subscribing_twice_joins_the_same_channel_once() -> None:
    connection = greeted()
    assert subscribe(connection, PRIVATE) == subscribe(connection, PRIVATE) == [Join(PRIVATE, None)]
    assert say(connection, "pusher:unsubscribe", {"channel": PRIVATE}) == [Leave(PRIVATE)]
    assert say(connection, "pusher:unsubscribe", {"channel": PRIVATE}) == []


def test_a_presence_channel_takes_its_member_from_the_signed_data() -> None:
    connection = greeted()
    data = '{"user_id":7,"user_info":{"name":"Sari"}}'
    assert subscribe(connection, "presence-team", data) == [Join("presence-team", Member("7", {"name": "Sari"}))]
    [confirmed] = frames(connection.confirm("presence-team", {"7": {"name": "Sari"}}))
    assert confirmed["data"] == {"presence": {"ids": ["7"], "hash": {"7": {"name": "Sari"}}, "count": 1}}


@pytest.mark.parametrize("data", [None, "", "{}", "[]", "not json", '{"user_id":null}', '{"user_id":true}'])
def test_a_presence_channel_without_a_user_is_refused(data: str | None) -> None:
    connection = greeted()
    assert error_code(subscribe(connection, "presence-team", data)) is None
    assert connection.confirm("presence-team", {}) == []


def test_channels_per_socket_are_limited() -> None:
    connection = greeted()
    for number in range(MAX_CHANNELS_PER_SOCKET):
        say(connection, "pusher:subscribe", {"channel": f"news-{number}"})
    assert error_code(say(connection, "pusher:subscribe", {"channel": "one-more"})) is None


def test_sign_in_is_answered_or_closed() -> None:
    user = '{"id":"7"}'
    right = {"auth": sign_user("key", "secret", SOCKET_ID, user), "user_data": user}
    [answer] = frames(say(greeted(), "pusher:signin", right))
    assert answer["event"] == "pusher:signin_success"
    assert answer["data"] == {"user_data": user}
    effects = say(greeted(), "pusher:signin", right | {"user_data": '{"id":"8"}'})
    assert isinstance(effects[-1], Close)
    assert effects[-1].code == 4009


def test_client_events_go_to_the_others_of_a_private_channel() -> None:
    connection = greeted()
    subscribe(connection, PRIVATE)
    effects = say(connection, "client-typing", {"on": True}, channel=PRIVATE)
    assert [type(effect) for effect in effects] == [Relay]
    [relay] = effects
    assert isinstance(relay, Relay)
    assert json.loads(relay.text) == {"event": "client-typing", "data": '{"on":true}', "channel": PRIVATE}


def test_client_events_in_a_presence_channel_name_their_user() -> None:
    connection = greeted()
    subscribe(connection, "presence-team", '{"user_id":7}')
    [relay] = say(connection, "client-typing", "now", channel="presence-team")
    assert isinstance(relay, Relay)
    assert json.loads(relay.text)["user_id"] == "7"


@pytest.mark.parametrize(
    ("event", "channel"),
    [
        ("client-typing", "private-chats.ch2"),  # not joined
        ("client-typing", "chats.ch1"),  # joined, but public
        ("client-typing", None),
        ("client-" + "x" * 200, PRIVATE),
        ("new-chat-received", PRIVATE),
        ("changes", PRIVATE),
        ("pusher:connection_established", PRIVATE),
        ("pusher_internal:member_removed", PRIVATE),
    ],
)
def test_what_clients_may_not_say_is_not_relayed(event: str, channel: str | None) -> None:
    connection = greeted()
    subscribe(connection, PRIVATE)
    say(connection, "pusher:subscribe", {"channel": "chats.ch1"})
    effects = say(connection, event, {}, channel=channel)
    assert error_code(effects) is None
    assert len(effects) == 1


def test_too_many_client_events_are_an_error_and_not_a_close() -> None:
    connection = greeted()
    subscribe(connection, PRIVATE)
    for _ in range(CLIENT_EVENTS_PER_SECOND):
        assert isinstance(say(connection, "client-typing", channel=PRIVATE, now=5.0)[0], Relay)
    assert error_code(say(connection, "client-typing", channel=PRIVATE, now=5.9)) == 4301
    assert isinstance(say(connection, "client-typing", channel=PRIVATE, now=6.0)[0], Relay)


def test_oversized_client_events_are_refused() -> None:
    connection = greeted()
    subscribe(connection, PRIVATE)
    assert error_code(say(connection, "client-note", "é" * 5_200, channel=PRIVATE)) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "7",
        "{}",
        '{"event":7}',
        '{"event":"pusher:subscribe"}',
        '{"event":"pusher:subscribe","data":[]}',
        '{"event":"pusher:subscribe","data":"{"}',
        '{"event":"pusher:subscribe","data":{"channel":7}}',
        '{"event":"pusher:subscribe","data":{"channel":"no spaces"}}',
        '{"event":"client-x","channel":{}}',
        '{"event":"client-x","data":NaN}',
        '{"event":"client-x","data":1e999}',
        "[" * 20_000,
        '{"event":"client-x","data":' + "9" * 5_000 + "}",
        "x" * (MAX_FRAME_LENGTH + 1),
    ],
)
def test_nonsense_is_complained_about_and_the_socket_lives(text: str) -> None:
    connection = greeted()
    [complaint] = connection.receive_text(text, 0.0)
    assert error_code([complaint]) is None
    assert frames(say(connection, "pusher:ping"))[0]["event"] == "pusher:pong"


def test_binary_frames_are_complained_about() -> None:
    assert error_code(greeted().receive_binary(0.0)) is None


def test_a_silent_peer_is_pinged_and_then_given_up() -> None:
    connection = greeted(now=100.0)
    assert connection.deadline == 130.0
    assert connection.tick(129.9) == []
    assert frames(connection.tick(130.0))[0]["event"] == "pusher:ping"
    assert connection.deadline == 160.0
    assert connection.tick(159.9) == []
    effects = connection.tick(160.0)
    assert isinstance(effects[-1], Close)
    assert effects[-1].code == 4201
    assert connection.tick(1_000.0) == []


@pytest.mark.parametrize("text", ['{"event":"pusher:pong"}', "nonsense", '{"event":"pusher:ping"}'])
def test_any_traffic_resets_the_timer(text: str) -> None:
    connection = greeted(now=0.0)
    connection.tick(30.0)
    connection.receive_text(text, 31.0)
    assert connection.deadline == 61.0


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(blacklist_categories=())),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
known_events = st.sampled_from(
    ["pusher:subscribe", "pusher:unsubscribe", "pusher:signin", "pusher:ping", "pusher:pong", "client-x"]
)
channel_names = st.sampled_from([PRIVATE, "presence-team", "chats.ch1"])


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=()))
        | anything.map(json.dumps)
        | st.fixed_dictionaries(
            {"event": known_events | anything},
            optional={
                "channel": channel_names | anything,
                "data": anything
                | st.fixed_dictionaries(
                    {"channel": channel_names | anything},
                    optional={"auth": anything, "channel_data": anything, "user_data": anything},
                ),
            },
        ).map(json.dumps)
    )
)
def test_no_text_crashes_the_server_and_all_it_says_can_be_sent(texts: list[str]) -> None:
    connection = greeted()
    subscribe(connection, PRIVATE)
    for text in texts:
        for effect in connection.receive_text(text, 0.0):
            if isinstance(effect, Send | Relay):
                json.loads(effect.text.encode())
                assert isinstance(json.loads(effect.text)["data"], str)
