"""Pusher's trigger API over HTTP: what is published, and everything that is refused with nothing published."""

import json
from typing import Any

import httpx
import pytest

from tests.sync_backend.realtime.running import APP_ID, KEY, NOW, SECRET, Running, pusher_socket, running_server
from wire.pusher.signatures import sign_request

CHANNEL = "private-chats.ch1"
PATH = f"/apps/{APP_ID}/events"
EVENT: dict[str, Any] = {"name": "new-chat-received", "data": '{"text":"Halo"}', "channels": [CHANNEL]}


async def post(
    server: Running, body: bytes | dict[str, Any], *, now: float = NOW, signed_body: bytes | None = None, **query: str
) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    signed = sign_request(KEY, SECRET, "POST", PATH, content if signed_body is None else signed_body, now)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as http:
        return await http.post(PATH, params=signed | query, content=content)


async def test_a_signed_event_reaches_every_channel_but_not_its_sender() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        await one.subscribe(CHANNEL)
        await two.subscribe("private-chats.ch2")
        body = EVENT | {"channels": [CHANNEL, "private-chats.ch2"], "socket_id": one.socket_id}
        answer = await post(server, body)
        assert (answer.status_code, answer.json()) == (200, {})
        event = {"event": "new-chat-received", "channel": "private-chats.ch2", "data": {"text": "Halo"}}
        assert await two.next() == event
        assert await one.is_silent()


async def test_the_older_single_channel_form_works_too() -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        await client.subscribe(CHANNEL)
        answer = await post(server, {"name": "changes", "data": "{}", "channel": CHANNEL})
        assert answer.status_code == 200
        assert (await client.next())["event"] == "changes"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"now": NOW - 601}, "seconds from the server's time"),
        ({"now": NOW + 601}, "seconds from the server's time"),
        ({"auth_key": "another"}, "Unknown auth_key"),
        ({"auth_signature": "0" * 64}, "Invalid signature"),
        ({"auth_signature": "é"}, "Invalid signature"),
        ({"signed_body": b"{}"}, "body_md5 does not match"),
    ],
)
async def test_what_is_not_signed_rightly_is_401(how: dict[str, Any], message: str) -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        await client.subscribe(CHANNEL)
        answer = await post(server, EVENT, **how)
        assert answer.status_code == 401
        assert answer.json()["error"]["code"] == "invalid_signature"
        assert message in answer.json()["error"]["message"]
        assert await client.is_silent()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": 7}, "name"),
        ({"name": "pusher:error"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"data": {"text": "Halo"}}, "data"),
        ({"channels": []}, "channels"),
        ({"channels": "private-chats.ch1"}, "channels"),
        ({"channels": [CHANNEL, "no spaces"]}, "channels.1"),
        ({"channels": [CHANNEL, None]}, "channels.1"),
        ({"channels": [f"news-{number}" for number in range(101)]}, "channels"),
        ({"socket_id": "mine"}, "socket_id"),
    ],
)
async def test_a_wrong_field_is_422_and_named(change: dict[str, Any], field: str) -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        await client.subscribe(CHANNEL)
        answer = await post(server, EVENT | change)
        assert answer.status_code == 422
        assert answer.json()["error"]["field"] == field
        assert await client.is_silent()


@pytest.mark.parametrize("body", [b"", b"not json", b"[]", b"\xff", b"[" * 50_000])
async def test_a_body_that_is_no_object_is_422(body: bytes) -> None:
    async with running_server() as server:
        assert (await post(server, body)).status_code == 422


async def test_a_hundred_channels_and_ten_kilobytes_are_allowed_and_no_more() -> None:
    async with running_server() as server:
        largest = EVENT | {"data": "é" * 5_120, "channels": [f"news-{number}" for number in range(100)]}
        assert (await post(server, largest)).status_code == 200
        for body in (EVENT | {"data": "é" * 5_121}, b" " * 200_000):
            answer = await post(server, body)
            assert answer.status_code == 413
            assert answer.json()["error"]["code"] == "too_large"


async def test_an_event_in_a_strange_encoding_reaches_listeners_whole() -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        await client.subscribe(CHANNEL)
        answer = await post(server, EVENT | {"data": json.dumps("\ud83d \u202e שלום 👋")})
        assert answer.status_code == 200
        assert (await client.next())["data"] == "\ud83d \u202e שלום 👋"
        raw_surrogate = b'{"name":"n","data":"\\"\\ud83d\\"","channels":["private-chats.ch1"]}'
        assert (await post(server, raw_surrogate)).status_code == 200
        assert (await client.next())["data"] == "\ud83d"


async def test_an_unknown_app_is_404() -> None:
    async with running_server() as server, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"http://127.0.0.1:{server.port}/apps/another/events", content=b"{}")
        assert answer.status_code == 404
