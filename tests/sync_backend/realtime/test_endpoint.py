"""The realtime endpoint over real sockets: who gets in, who hears what, who is closed and how."""

import json

from tests.sync_backend.realtime.running import pusher_socket, running_server

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
