"""The simulated bridge takes signed calls once each, and what a real one would report follows."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
from pydantic import TypeAdapter

from simulator.people import Person
from simulator.service import Simulator
from simulator.world import Group, Room
from tests.simulator.parts import MAIN, SECOND, Caller
from tests.simulator.receiver import Receiver
from wire.bridge import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    BridgeError,
    BridgeQr,
    BridgeSent,
    BridgeSessionList,
)


def room_of(simulator: Simulator, kind: type[Person | Group]) -> Room:
    return next(room for room in simulator.world.rooms if isinstance(room.who, kind) and MAIN in room.numbers)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, TypeAdapter(BridgeError).validate_json(answer.content).error.code


async def test_a_send_is_accepted_echoed_and_acknowledged_in_order(
    simulator: Simulator, bridge: Caller, receiver: Receiver
) -> None:
    room = room_of(simulator, Person)
    answer = await bridge.send(room.jid, "Halo kak 👋", "uuid-1")
    assert answer.status_code == 200
    sent = TypeAdapter(BridgeSent).validate_json(answer.content)
    assert sent.client_uuid == "uuid-1"
    await receiver.until(lambda: len(receiver.events("message_ack")) == 3)
    (echo,) = [event for event in receiver.events("message") if event["from_me"]]
    assert (echo["message_id"], echo["client_uuid"], echo["message_body"]) == (sent.message_id, "uuid-1", "Halo kak 👋")
    assert echo["contact_phone"] == room.address
    about_it = [event for event in receiver.taken if event.get("message_id") == sent.message_id]
    assert [event.get("ack") for event in about_it] == [None, 1, 2, 3]


async def test_people_answer_most_of_what_agents_write(
    simulator: Simulator, bridge: Caller, receiver: Receiver
) -> None:
    room = room_of(simulator, Person)
    for position in range(12):
        await bridge.send(room.jid, f"pertanyaan {position}", f"uuid-{position}")
    await receiver.until(lambda: any(not event["from_me"] for event in receiver.events("message")))
    answer = next(event for event in receiver.events("message") if not event["from_me"])
    assert answer["contact_phone"] == room.address


async def test_groups_are_written_to_like_any_chat(simulator: Simulator, bridge: Caller, receiver: Receiver) -> None:
    room = room_of(simulator, Group)
    assert (await bridge.send(room.jid, "Halo semua", "uuid-1")).status_code == 200
    await receiver.until(lambda: any(event["from_me"] for event in receiver.events("message")))
    assert receiver.events("message")[0]["group_jid"] == room.jid


async def test_the_same_uuid_is_sent_once_and_another_content_refused(
    simulator: Simulator, bridge: Caller, receiver: Receiver
) -> None:
    room = room_of(simulator, Person)
    answers = await asyncio.gather(*(bridge.send(room.jid, "Halo", "uuid-1") for _ in range(5)))
    assert len({answer.content for answer in answers}) == 1
    assert code_of(await bridge.send(room.jid, "Halo!", "uuid-1")) == (409, "uuid_conflict")
    await receiver.until(lambda: len(receiver.events("message_ack")) == 3)
    assert [event["from_me"] for event in receiver.events("message")].count(True) == 1
    (record,) = simulator.ledger.sends()
    assert (record.body, record.calls) == ("Halo", 6)


async def test_a_new_phone_becomes_a_chat_and_an_unknown_group_does_not(bridge: Caller, receiver: Receiver) -> None:
    assert (await bridge.send("6281100009999@c.us", "Halo", "uuid-1")).status_code == 200
    await receiver.until(lambda: bool(receiver.events("message")))
    assert receiver.events("message")[0]["contact_phone"] == "+6281100009999"
    assert code_of(await bridge.send("120363999@g.us", "Halo", "uuid-2")) == (404, "recipient_unknown")


@pytest.mark.parametrize(
    "path", ["/sessions", "/sessions/1/health", "/sessions/1/qr", "/sessions/9/health", "/sessions/1/messages"]
)
async def test_an_unsigned_or_wrongly_signed_call_learns_nothing(
    simulator: Simulator, bridge: Caller, client: httpx.AsyncClient, path: str
) -> None:
    method = "POST" if path.endswith("messages") else "GET"
    assert code_of(await client.request(method, simulator.url + path)) == (401, "unauthorised")
    assert code_of(await bridge.call(method, path, secret="wrong")) == (401, "unauthorised")
    assert simulator.ledger.sends() == []


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_or_early_call_is_refused(bridge: Caller, minutes: int) -> None:
    moment = int(time.time()) + minutes * 60
    assert code_of(await bridge.call("GET", "/sessions", timestamp=moment)) == (401, "unauthorised")


async def test_a_signature_serves_one_call_only(simulator: Simulator, client: httpx.AsyncClient) -> None:
    signed: list[httpx.Headers] = []
    async with httpx.AsyncClient(trust_env=False) as recorder:
        recorder.event_hooks = {"request": [_keep_headers(signed)]}
        assert (await Caller(recorder, simulator.url).call("GET", "/sessions/1/health")).status_code == 200
    stolen = {name: signed[0][name] for name in (SIGNATURE_HEADER, TIMESTAMP_HEADER)}
    answer = await client.post(simulator.url + "/sessions/1/logout", headers=stolen)
    assert code_of(answer) == (401, "unauthorised")


async def test_a_secret_opens_its_own_number_only(bridge: Caller) -> None:
    assert code_of(await bridge.call("GET", "/sessions/1/health", secret=SECOND.secret)) == (401, "unauthorised")
    answer = await bridge.call("GET", "/sessions", secret=SECOND.secret)
    listed = TypeAdapter(BridgeSessionList).validate_json(answer.content)
    assert [(session.id, session.status, session.phone_number) for session in listed.items] == [
        ("2", "connected", SECOND.phone)
    ]


async def test_a_session_that_does_not_exist_is_told_to_who_may_ask(bridge: Caller) -> None:
    assert code_of(await bridge.call("GET", "/sessions/9/health")) == (404, "unknown_session")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", "body"),
        (b'{"client_uuid": "u", "to": "x@c.us"}', "body"),
        (b'{"to": 7, "body": "", "client_uuid": "u"}', "to"),
    ],
)
async def test_a_malformed_send_is_told_what_is_wrong(bridge: Caller, body: bytes, field: str) -> None:
    answer = await bridge.call("POST", "/sessions/1/messages", body)
    assert code_of(answer) == (422, "invalid")
    assert field in TypeAdapter(BridgeError).validate_json(answer.content).error.message


async def test_a_logged_out_number_sends_nothing_until_its_code_is_scanned(
    simulator: Simulator, bridge: Caller, receiver: Receiver
) -> None:
    room = room_of(simulator, Person)
    assert (await bridge.call("POST", "/sessions/1/logout")).status_code == 200
    assert code_of(await bridge.send(room.jid, "Halo", "uuid-1")) == (503, "session_not_connected")
    await bridge.call("POST", "/sessions/1/start")
    await receiver.until(lambda: receiver.events("session_status")[-1]["status"] == "connected")
    told = [(event["status"], event["reason"]) for event in receiver.events("session_status")]
    states = ["logged_out", "connecting", "qr", "syncing", "connected"]
    assert [status for status, _ in dict.fromkeys(told)] == states
    assert told[0] == ("logged_out", "LOGOUT")
    assert (await bridge.send(room.jid, "Halo", "uuid-1")).status_code == 200


async def test_a_code_is_shown_only_while_one_is_to_be_scanned(simulator: Simulator, bridge: Caller) -> None:
    calm = TypeAdapter(BridgeQr).validate_json((await bridge.call("GET", "/sessions/1/qr")).content)
    assert (calm.status, calm.qr) == ("connected", None)


async def test_the_bridge_answers_without_waiting_for_more_to_send(bridge: Caller) -> None:
    """Nagle's algorithm and delayed acknowledgements together cost 40 ms per call."""
    seconds = []
    for _ in range(21):
        started = time.perf_counter()
        await bridge.call("GET", "/sessions/1/health")
        seconds.append(time.perf_counter() - started)
    assert statistics.median(seconds) < 0.03


def _keep_headers(kept: list[httpx.Headers]) -> Callable[[httpx.Request], Awaitable[None]]:
    async def keep(request: httpx.Request) -> None:
        kept.append(request.headers)

    return keep
