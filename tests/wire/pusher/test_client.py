"""The client's core, one connection at a time: what a server says, and what the client makes of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.pusher.test_server import anything
from wire.pusher.client import (
    ClientConnection,
    Connected,
    Ended,
    ErrorReceived,
    Event,
    EventReceived,
    Send,
    Subscribed,
    SubscriptionFailed,
    connection_path,
)
from wire.pusher.codes import CloseAction

CHANNEL = "private-chats.ch1"


def hear(connection: ClientConnection, event: str, data: object = None, channel: str | None = None) -> list[Event]:
    frame = {"event": event, "data": data} | ({"channel": channel} if channel else {})
    return connection.receive_text(json.dumps(frame), 0.0)


def greeted(activity_timeout: object = 30) -> ClientConnection:
    connection = ClientConnection(0.0)
    hear(
        connection,
        "pusher:connection_established",
        json.dumps({"socket_id": "1.2", "activity_timeout": activity_timeout}),
    )
    return connection


def subscribed() -> ClientConnection:
    connection = greeted()
    connection.subscribe(CHANNEL, "key:hex")
    hear(connection, "pusher_internal:subscription_succeeded", "{}", CHANNEL)
    return connection


def test_asks_for_protocol_7_with_the_key_quoted() -> None:
    path = connection_path("a/b?c", "whatsapp-inbox", "0.1.0")
    assert path == "/app/a%2Fb%3Fc?protocol=7&client=whatsapp-inbox&version=0.1.0"


def test_the_greeting_names_the_socket() -> None:
    data = '{"socket_id":"123.456","activity_timeout":30}'
    assert hear(ClientConnection(0.0), "pusher:connection_established", data) == [Connected("123.456", 30.0)]


def test_subscribes_with_what_was_signed() -> None:
    [send] = greeted().subscribe(CHANNEL, "key:hex")
    assert isinstance(send, Send)
    assert json.loads(send.text) == {"event": "pusher:subscribe", "data": {"channel": CHANNEL, "auth": "key:hex"}}


@pytest.mark.parametrize(
    ("data", "text"), [('{"a": 1}', '{"a": 1}'), ({"a": 1}, '{"a":1}'), ("plain", "plain"), (None, "null")]
)
def test_events_of_a_subscribed_channel_arrive_as_text(data: object, text: str) -> None:
    assert hear(subscribed(), "changes", data, CHANNEL) == [EventReceived(CHANNEL, "changes", text)]


def test_events_of_other_channels_and_of_one_that_was_left_do_not() -> None:
    connection = subscribed()
    assert hear(connection, "changes", "{}", "private-chats.ch2") == []
    assert hear(connection, "changes", "{}") == []
    connection.unsubscribe(CHANNEL)
    assert hear(connection, "changes", "{}", CHANNEL) == []


def test_a_ping_is_answered() -> None:
    [send] = hear(greeted(), "pusher:ping", "{}")
    assert isinstance(send, Send)
    assert json.loads(send.text)["event"] == "pusher:pong"


def test_soketis_refusal_names_the_channel() -> None:
    connection = greeted()
    connection.subscribe(CHANNEL, "key:hex")
    answer = '{"type":"AuthError","error":"The connection is unauthorized.","status":401}'
    assert hear(connection, "pusher:subscription_error", answer, CHANNEL) == [
        SubscriptionFailed(CHANNEL, 4009, "The connection is unauthorized.")
    ]


def test_reverbs_refusal_means_the_channel_that_waits_longest() -> None:
    connection = greeted()
    connection.subscribe(CHANNEL, "key:hex")
    connection.subscribe("private-second", "key:hex")
    error = {"code": 4009, "message": "Connection is unauthorized"}
    assert hear(connection, "pusher:error", json.dumps(error)) == [
        SubscriptionFailed(CHANNEL, 4009, "Connection is unauthorized")
    ]
    assert hear(connection, "pusher_internal:subscription_succeeded", "{}", "private-second") == [
        Subscribed("private-second")
    ]


@pytest.mark.parametrize("code", [4001, 4009, 4200, 4301, None])
def test_an_error_alone_never_closes_an_established_connection(code: int | None) -> None:
    connection = subscribed()
    error = {"code": code, "message": "words"}
    assert hear(connection, "pusher:error", error) == [ErrorReceived(code, "words")]
    assert hear(connection, "changes", "{}", CHANNEL) != []


def test_an_error_in_place_of_the_greeting_is_a_refusal() -> None:
    """Reverb closes without a code of its own after it."""
    error = '{"code":4001,"message":"Application does not exist"}'
    assert hear(ClientConnection(0.0), "pusher:error", error) == [
        Ended(CloseAction.STOP, 4001, "Application does not exist")
    ]


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (4000, CloseAction.RECONNECT_OVER_TLS),
        *((code, CloseAction.STOP) for code in (4001, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4099)),
        *((code, CloseAction.BACK_OFF) for code in (None, 1000, 1001, 1005, 1006, 1011, 1012, 4100, 4199, 4301)),
        *((code, CloseAction.RECONNECT_NOW) for code in (4200, 4201, 4202, 4299)),
    ],
)
def test_each_close_code_says_what_to_do(code: int | None, action: CloseAction) -> None:
    ended = subscribed().closed(code)
    assert ended.action is action
    assert ended.words


def test_pings_after_silence_and_reconnects_when_nothing_answers() -> None:
    connection = greeted(activity_timeout=30)
    assert connection.tick(29.9) == []
    [ping] = connection.tick(30.0)
    assert isinstance(ping, Send)
    assert json.loads(ping.text)["event"] == "pusher:ping"
    [ended] = connection.tick(60.0)
    assert isinstance(ended, Ended)
    assert ended.action is CloseAction.RECONNECT_NOW
    assert connection.tick(90.0) == []


def test_any_frame_counts_as_an_answer() -> None:
    connection = greeted(activity_timeout=30)
    connection.tick(30.0)
    connection.receive_text("nonsense", 31.0)
    assert connection.deadline == 61.0


@pytest.mark.parametrize("timeout", [None, 0, -1, "30", True, 9_999])
def test_an_odd_activity_timeout_is_replaced_by_the_usual_one(timeout: object) -> None:
    assert greeted(timeout).deadline == 120.0


def test_a_server_that_does_not_greet_is_left() -> None:
    connection = ClientConnection(5.0)
    connection.receive_text('{"event":"chatter"}', 14.0)
    [ended] = connection.tick(15.0)
    assert isinstance(ended, Ended)
    assert ended.action is CloseAction.BACK_OFF


@given(
    st.lists(
        st.text(st.characters(blacklist_categories=()))
        | anything.map(json.dumps)
        | st.fixed_dictionaries(
            {
                "event": st.sampled_from(
                    [
                        "pusher:connection_established",
                        "pusher:error",
                        "pusher:ping",
                        "pusher:subscription_error",
                        "pusher_internal:subscription_succeeded",
                        "changes",
                    ]
                ),
                "data": anything
                | st.fixed_dictionaries(
                    {}, optional=dict.fromkeys(("code", "message", "socket_id", "status", "error"), anything)
                ).map(json.dumps),
            },
            optional={"channel": st.just(CHANNEL) | anything},
        ).map(json.dumps)
    ),
    st.booleans(),
)
def test_no_text_crashes_the_client_and_all_it_says_can_be_sent(texts: list[str], greeted_before: bool) -> None:
    connection = greeted() if greeted_before else ClientConnection(0.0)
    connection.subscribe(CHANNEL, "key:hex")
    for text in texts:
        for event in connection.receive_text(text, 0.0):
            if isinstance(event, Send):
                json.loads(event.text.encode())
