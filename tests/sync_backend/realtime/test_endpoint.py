"""The realtime endpoint over real sockets: who gets in, who hears what, who is closed and how."""

import asyncio
import json
import socket as sockets

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.sync_backend.realtime.running import DEADLINE_SECONDS, KEY, SECRET, pusher_socket, running_server
from wire.pusher.channels import is_socket_id
from wire.pusher.signatures import sign_channel

CHANNEL = "private-chats.ch1"


async def test_two_listeners_get_an_event_and_a_third_elsewhere_does_not() -> None:
    async with (
        running_server() as server,
        pusher_socket(server.url()) as one,
        pusher_socket(server.url()) as two,
        pusher_socket(server.url()) as other,
    ):
        assert (await one.subscribe(CHANNEL))["event"] == "pusher_internal:subscription_succeeded"
        await two.subscribe(CHANNEL)
        await other.subscribe("private-chats.ch2")
        deliveries = await server.hub.publish(CHANNEL, "new-chat-received", json.dumps({"text": "Halo 👋"}))
        assert deliveries == 2
        for client in (one, two):
            event = {"event": "new-chat-received", "channel": CHANNEL, "data": {"text": "Halo 👋"}}
            assert await client.next() == event
        assert await other.is_silent()


async def test_the_sender_of_an_event_can_be_left_out() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        await one.subscribe(CHANNEL)
        await two.subscribe(CHANNEL)
        assert await server.hub.publish(CHANNEL, "changes", b'{"seq":1}', except_socket=one.socket_id) == 1
        assert (await two.next())["data"] == {"seq": 1}
        assert await one.is_silent()


async def test_socket_ids_are_well_formed_and_differ() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        assert is_socket_id(one.socket_id)
        assert is_socket_id(two.socket_id)
        assert one.socket_id != two.socket_id


@pytest.mark.parametrize(
    ("key", "query", "code"), [("unknown", "?protocol=7", 4001), (KEY, "", 4008), (KEY, "?protocol=5", 4007)]
)
async def test_refusals_are_told_in_an_error_and_a_close_code(key: str, query: str, code: int) -> None:
    async with running_server() as server, connect(server.url(key, query), proxy=None) as websocket:
        error = json.loads(await websocket.recv())
        assert error["event"] == "pusher:error"
        assert json.loads(error["data"])["code"] == code
        with pytest.raises(ConnectionClosed) as closed:
            await websocket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == code


async def test_anothers_signature_opens_nothing() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        stolen = sign_channel(KEY, SECRET, one.socket_id, CHANNEL)
        await two.say("pusher:subscribe", {"channel": CHANNEL, "auth": stolen})
        assert (await two.next())["event"] == "pusher:subscription_error"
        assert (await two.next())["data"] == {"code": 4009, "message": "Connection is unauthorized"}
        assert await server.hub.publish(CHANNEL, "changes", "{}") == 0
        assert await two.is_silent()


async def test_subscribing_twice_delivers_once_and_unsubscribing_ends_it() -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        await client.subscribe(CHANNEL)
        await client.subscribe(CHANNEL)
        assert await server.hub.publish(CHANNEL, "changes", "{}") == 1
        assert (await client.next())["event"] == "changes"
        await client.say("pusher:unsubscribe", {"channel": CHANNEL})
        assert await client.is_silent()
        assert await server.hub.publish(CHANNEL, "changes", "{}") == 0


async def test_client_events_reach_the_others_and_never_echo() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        await one.subscribe(CHANNEL)
        await two.subscribe(CHANNEL)
        await one.say("client-typing", {"on": True}, channel=CHANNEL)
        assert await two.next() == {"event": "client-typing", "channel": CHANNEL, "data": {"on": True}}
        assert await one.is_silent()


async def test_hostile_frames_leave_the_socket_working() -> None:
    async with running_server() as server, pusher_socket(server.url()) as client:
        for frame in ("nonsense", b"\x00\xff", "[" * 5_000, '{"event":{}}', "x" * 40_000):
            await client.websocket.send(frame)
            assert (await client.next())["event"] == "pusher:error"
        assert await client.is_silent()


async def test_a_presence_member_comes_once_and_goes_with_the_last_socket() -> None:
    async with running_server() as server, pusher_socket(server.url()) as watcher:
        await watcher.subscribe("presence-team", '{"user_id":"1"}')
        sari = '{"user_id":"2","user_info":{"name":"Sari"}}'
        async with pusher_socket(server.url()) as phone:
            async with pusher_socket(server.url()) as desktop:
                confirmed = await desktop.subscribe("presence-team", sari)
                members = {"1": None, "2": {"name": "Sari"}}
                assert confirmed["data"]["presence"] == {"ids": ["1", "2"], "hash": members, "count": 2}
                added = await watcher.next()
                assert added["event"] == "pusher_internal:member_added"
                assert added["data"] == {"user_id": "2", "user_info": {"name": "Sari"}}
                await phone.subscribe("presence-team", sari)
            assert await watcher.is_silent()
        removed = await watcher.next()
        assert removed["event"] == "pusher_internal:member_removed"
        assert removed["data"] == {"user_id": "2"}


async def test_a_silent_peer_is_pinged_then_closed_with_4201() -> None:
    async with (
        running_server(activity_timeout=0.1, pong_timeout=0.1) as server,
        pusher_socket(server.url()) as client,
    ):
        assert (await client.next())["event"] == "pusher:ping"
        assert (await client.next())["data"]["code"] == 4201
        assert await client.close_code() == 4201


async def test_a_peer_that_answers_pings_stays() -> None:
    async with (
        running_server(activity_timeout=0.05, pong_timeout=DEADLINE_SECONDS) as server,
        pusher_socket(server.url()) as client,
    ):
        for _ in range(5):
            assert (await client.next())["event"] == "pusher:ping"
            await client.say("pusher:pong", {})
        assert server.hub.connected == 1


async def test_shutting_down_asks_every_client_to_come_back() -> None:
    async with running_server() as server, pusher_socket(server.url()) as one, pusher_socket(server.url()) as two:
        await one.subscribe(CHANNEL)
        await server.hub.publish(CHANNEL, "changes", "{}")
        await server.stop()
        assert (await one.next())["event"] == "changes"
        assert await one.close_code() == 4200
        assert await two.close_code() == 4200
        assert server.hub.connected == 0


async def test_who_connects_to_a_closed_hub_is_asked_to_come_back() -> None:
    async with running_server() as server:
        await server.hub.close()
        async with connect(server.url(), proxy=None) as websocket:
            await websocket.wait_closed()
            assert websocket.close_code == 4200


async def test_a_client_that_leaves_is_forgotten() -> None:
    async with running_server() as server:
        async with pusher_socket(server.url()) as client:
            await client.subscribe(CHANNEL)
        await server.until_connected(0)
        assert await server.hub.publish(CHANNEL, "changes", "{}") == 0


async def test_a_peer_that_breaks_the_websocket_protocol_harms_no_publisher() -> None:
    async with running_server() as server, pusher_socket(server.url()) as good:
        await good.subscribe(CHANNEL)
        async with pusher_socket(server.url()) as bad:
            await bad.subscribe(CHANNEL)
            bad.websocket.transport.write(b"\x81\x05Hello")  # unmasked
            async with asyncio.timeout(DEADLINE_SECONDS):
                while await server.hub.publish(CHANNEL, "changes", "{}") == 2:
                    assert (await good.next())["event"] == "changes"
            assert (await good.next())["event"] == "changes"
            await server.until_connected(1)


async def test_a_slow_consumer_is_closed_and_costs_nobody_else_anything() -> None:
    event = json.dumps({"padding": "x" * 100_000})
    small_window = sockets.socket()
    small_window.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    async with running_server() as server, pusher_socket(server.url()) as fast:
        small_window.connect(("127.0.0.1", server.port))
        small_window.setblocking(False)
        async with pusher_socket(server.url(), sock=small_window, max_queue=1) as slow:
            await fast.subscribe(CHANNEL)
            await slow.subscribe(CHANNEL)
            published = 0
            async with asyncio.timeout(DEADLINE_SECONDS):
                while await server.hub.publish(CHANNEL, "changes", event) == 2:
                    published += 1
                    assert (await fast.next())["event"] == "changes"
            assert (await fast.next())["event"] == "changes"
            await server.until_connected(1)
            assert 10 <= published < 100, "the buffer is bounded"
            assert await server.hub.publish(CHANNEL, "changes", "{}") == 1
            assert (await fast.next())["data"] == {}
