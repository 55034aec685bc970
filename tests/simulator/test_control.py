"""Tests and the demo steer the simulator, make trouble with it and read what it did."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from simulator.people import Person
from simulator.service import Simulator, running
from simulator.settings import WorldSize
from simulator.world import Group
from tests.simulator.parts import MAIN, Caller, settings
from tests.simulator.receiver import Receiver


async def say(client: httpx.AsyncClient, simulator: Simulator, **what: Any) -> httpx.Response:
    return await client.post(f"{simulator.url}/simulator/say", json={"session_id": "1", **what})


async def ledger(client: httpx.AsyncClient, simulator: Simulator, since: int = 0) -> dict[str, Any]:
    page: dict[str, Any] = (await client.get(f"{simulator.url}/simulator/ledger", params={"since": since})).json()
    return page


async def faults(client: httpx.AsyncClient, simulator: Simulator, **fault: Any) -> None:
    assert (await client.post(f"{simulator.url}/simulator/faults", json=fault)).status_code == 204


async def test_said_now_it_arrives_now_and_the_moment_is_told(
    simulator: Simulator, client: httpx.AsyncClient, receiver: Receiver
) -> None:
    before = time.time() * 1000
    said = (await say(client, simulator, chat="+62 811-0000-8888", body="Halo <b>", name="Budi")).json()
    await receiver.until(lambda: bool(receiver.events("message")))
    assert before <= said["sent_at_ms"] <= time.time() * 1000
    (event,) = receiver.events("message")
    assert event["message_id"] == said["message_id"]
    assert (event["contact_phone"], event["contact_name"]) == ("+6281100008888", "Budi")
    assert (event["message_body"], event["from_me"]) == ("Halo <b>", False)


async def test_a_known_chat_and_a_new_group_can_be_spoken_in(
    simulator: Simulator, client: httpx.AsyncClient, receiver: Receiver
) -> None:
    room = next(room for room in simulator.world.rooms if isinstance(room.who, Person) and MAIN in room.numbers)
    await say(client, simulator, chat=room.address, body="lagi")
    await say(client, simulator, chat="120363000000009999@g.us", body="pagi", name="Grup Baru", member=2)
    await say(client, simulator, chat="120363000000009999@g.us", body="", message_type="image", from_me=True)
    await receiver.until(lambda: len(receiver.events("message")) == 3)
    private, group, own = receiver.events("message")
    assert (private["contact_phone"], private["contact_name"]) == (room.address, room.who.name)
    assert (group["group_jid"], group["group_name"]) == ("120363000000009999@g.us", "Grup Baru")
    assert group["sender_phone"]
    assert (own["from_me"], own["has_media"], own["message_body"]) == (True, True, "")


async def test_in_a_shared_group_both_numbers_hear_it(client: httpx.AsyncClient, receiver: Receiver) -> None:
    async with running(settings(receiver.url, size=WorldSize(chats=60, groups=25, messages=1))) as simulator:
        await simulator.history_posted()
        room = next(room for room in simulator.world.rooms if isinstance(room.who, Group) and len(room.numbers) == 2)
        said = (await say(client, simulator, chat=room.jid, body="halo dua-duanya")).json()
        await simulator.webhooks.drained()
    heard = [event for event in receiver.events("message") if event["message_id"] == said["message_id"]]
    assert {event["session_id"] for event in heard} == {"1", "2"}


@pytest.mark.parametrize(
    ("what", "status"),
    [
        ({"session_id": "9", "chat": "+6281100000001", "body": "x"}, 404),
        ({"chat": "nobody", "body": "x"}, 422),
        ({"chat": "123@lid", "body": "x"}, 404),
        ({"body": "x"}, 422),
    ],
)
async def test_what_cannot_be_said_is_refused(
    simulator: Simulator, client: httpx.AsyncClient, what: dict[str, Any], status: int
) -> None:
    assert (await say(client, simulator, **what)).status_code == status


async def test_the_ledger_tells_what_was_posted_and_only_the_news_when_asked(
    simulator: Simulator, client: httpx.AsyncClient, bridge: Caller
) -> None:
    start = (await ledger(client, simulator))["next_since"]
    said = (await say(client, simulator, chat="+6281100008888", body="catat ini")).json()
    await bridge.send("6281100008888@c.us", "dicatat", "uuid-1")
    await simulator.webhooks.drained()
    page = await ledger(client, simulator, since=start)
    entry = page["webhooks"][0]
    assert (entry["message_id"], entry["session_id"], entry["chat"]) == (said["message_id"], "1", "+6281100008888")
    assert (entry["body"], entry["first_status"], entry["statuses"]) == ("catat ini", 200, [200])
    assert entry["sent_at_ms"] == said["sent_at_ms"] <= entry["accepted_at_ms"]
    assert [(send["client_uuid"], send["body"], send["calls"]) for send in page["sends"]] == [("uuid-1", "dicatat", 1)]
    assert (await ledger(client, simulator, since=page["next_since"]))["next_since"] >= page["next_since"]


async def test_asked_to_the_bridge_refuses_and_then_takes(
    simulator: Simulator, client: httpx.AsyncClient, bridge: Caller
) -> None:
    await faults(client, simulator, kind="status", status=503, count=2)
    statuses = [(await bridge.send("6281100008888@c.us", "Halo", "uuid-1")).status_code for _ in range(3)]
    assert statuses == [503, 503, 200]
    assert [send.calls for send in simulator.ledger.sends()] == [1]


@pytest.mark.parametrize(("kind", "calls_before"), [("accept_then_drop", 1), ("disconnect", 0)])
async def test_asked_to_the_bridge_cuts_the_line_before_or_after_taking(
    simulator: Simulator, client: httpx.AsyncClient, bridge: Caller, kind: str, calls_before: int
) -> None:
    await faults(client, simulator, kind=kind)
    with pytest.raises(httpx.TransportError):
        await bridge.send("6281100008888@c.us", "Halo", "uuid-1")
    assert [send.calls for send in simulator.ledger.sends()] == [1] * calls_before
    again = await bridge.send("6281100008888@c.us", "Halo", "uuid-1")
    assert again.status_code == 200
    (record,) = simulator.ledger.sends()
    assert (record.message_id, record.calls) == (again.json()["message_id"], calls_before + 1)


async def test_asked_to_the_bridge_answers_late(
    simulator: Simulator, client: httpx.AsyncClient, bridge: Caller
) -> None:
    await faults(client, simulator, delay_ms=150)
    started = time.monotonic()
    assert (await bridge.send("6281100008888@c.us", "Halo", "uuid-1")).status_code == 200
    assert time.monotonic() - started >= 0.15


async def test_faults_can_be_called_off(simulator: Simulator, client: httpx.AsyncClient, bridge: Caller) -> None:
    await faults(client, simulator, kind="status", count=50)
    await faults(client, simulator, clear=True, count=0)
    assert (await bridge.send("6281100008888@c.us", "Halo", "uuid-1")).status_code == 200


async def test_traffic_can_be_stopped_and_goes_on(client: httpx.AsyncClient, receiver: Receiver) -> None:
    async with running(settings(receiver.url, rate=200.0)) as simulator:
        await simulator.history_posted()
        await client.post(f"{simulator.url}/simulator/pause")
        await simulator.webhooks.drained()
        state = (await client.get(f"{simulator.url}/simulator/state")).json()
        assert state["paused"] is True
        assert state["history"]["sent"] == state["history"]["total"] > 0
        said_before = len(receiver.events("message"))
        await say(client, simulator, chat="+6281100008888", body="satu saja")
        await client.post(f"{simulator.url}/simulator/resume")
        await receiver.until(lambda: len(receiver.events("message")) > said_before + 20)
