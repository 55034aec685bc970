"""The simulated bridge plays numbers that come and go: taken in, scanned, imported with progress, logged out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from simulator.people import Person
from simulator.service import Simulator, running
from simulator.settings import Liveliness, WorldSize
from tests.simulator.parts import MAIN, SECRETS, Caller, settings
from tests.simulator.receiver import Receiver, receiving
from wire.chats_sync import PastChat

SHARED = "shared between bridge and backend"
NEW = {"workspace_id": "1", "phone_number": "+6289912345678", "display_name": "Gudang"}
CHATS = 7


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRETS | {"9": SHARED}) as receiver:
        yield receiver


@pytest.fixture
async def patient(receiver: Receiver) -> AsyncIterator[Simulator]:
    """Its people take their time, so that nothing is scanned or imported before a test says so."""
    asked = replace(
        settings(receiver.url),
        secret=SHARED,
        newcomer=WorldSize(chats=CHATS, groups=2, messages=2),
        liveliness=Liveliness(rate=0.0, haste=50.0),
    )
    async with running(asked) as simulator:
        await simulator.history_posted()
        yield simulator


@pytest.fixture
def bridge(patient: Simulator, client: httpx.AsyncClient) -> Caller:
    return Caller(client, patient.url)


def told(receiver: Receiver, session_id: str = "9") -> list[str]:
    """The states of a number, repetitions left out."""
    states = [event["status"] for event in receiver.events("session_status") if event["session_id"] == session_id]
    return [state for place, state in enumerate(states) if place == 0 or states[place - 1] != state]


def progress(receiver: Receiver, session_id: str = "9") -> list[dict[str, Any]]:
    return [event for event in receiver.events("sync_progress") if event["session_id"] == session_id]


async def test_a_new_number_is_taken_in_scanned_connected_and_imported(
    patient: Simulator, bridge: Caller, receiver: Receiver
) -> None:
    before = {room.who.phone for room in patient.world.rooms if isinstance(room.who, Person)} - {None}
    assert (await bridge.call("POST", "/sessions/9/start", NEW, secret=SHARED)).status_code == 200
    await receiver.until(lambda: bool(progress(receiver)) and progress(receiver)[-1]["status"] == "completed")
    assert told(receiver) == ["connecting", "qr", "syncing", "connected"]
    counts = [(event["synced_count"], event["total_count"]) for event in progress(receiver)]
    assert counts == sorted(counts)
    assert counts[-1] == (CHATS, CHATS)
    chats = [chat for batch in receiver.batches for chat in batch["chats"]]
    assert {batch["session_id"] for batch in receiver.batches} == {"9"}
    assert len({chat["group_jid"] or chat["contact_phone"] for chat in chats}) == len(chats) == CHATS
    assert not before & {chat["contact_phone"] for chat in chats}, "nobody the other numbers know"
    times = [chat["timestamp"] for chat in chats]
    assert times == sorted(times, reverse=True), "newest first"
    for chat in chats:
        assert TypeAdapter(PastChat).validate_python(chat).messages
        spoken = [message["timestamp"] for message in chat["messages"]]
        assert spoken == sorted(spoken)
        assert spoken[-1] == chat["timestamp"]
    assert all(each["session_id"] != "9" for each in receiver.events("message")), "nothing of it is news"


async def test_a_batch_is_posted_again_until_it_is_taken(bridge: Caller, receiver: Receiver) -> None:
    await bridge.call("POST", "/sessions/9/start", NEW, secret=SHARED)
    await receiver.until(lambda: bool(progress(receiver)))
    receiver.refusals.extend([(503, {}), (429, {"retry-after": "0"})])
    await receiver.until(lambda: progress(receiver)[-1]["status"] == "completed")
    assert sum(len(batch["chats"]) for batch in receiver.batches) == CHATS


async def test_codes_follow_each_other_until_one_is_scanned(
    patient: Simulator, bridge: Caller, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    scan = {"session_id": "9", "does": "scan"}
    await bridge.call("POST", "/sessions/9/start", NEW, secret=SHARED)
    assert (await client.post(f"{patient.url}/simulator/phone", json=scan)).status_code == 409
    codes: set[str | None] = set()
    while len(codes) < 2:
        codes.add((await bridge.call("GET", "/sessions/9/qr", secret=SHARED)).json()["qr"])
        codes.discard(None)
    assert all(len(code or "") > 150 for code in codes), "as dense as WhatsApp's"
    assert (await client.post(f"{patient.url}/simulator/phone", json=scan)).status_code == 204
    await receiver.until(lambda: told(receiver)[-1:] == ["connected"])


async def test_only_the_shared_secret_brings_a_new_number(bridge: Caller, patient: Simulator) -> None:
    for secret in (MAIN.secret, "guessed"):
        answer = await bridge.call("POST", "/sessions/9/start", NEW, secret=secret)
        assert answer.status_code == (404 if secret == MAIN.secret else 401)
    assert patient.world.number("9") is None
    known = await bridge.call("POST", "/sessions/1/start", NEW, secret=SHARED)
    assert known.status_code == 401, "a number with a secret of its own does not listen to another"


async def test_an_import_is_done_again_and_cancelled(bridge: Caller, receiver: Receiver) -> None:
    async def last(status: str) -> None:
        await receiver.until(lambda: [event["status"] for event in progress(receiver, "1")][-1:] == [status])

    for method, expected in (("POST", "running"), ("DELETE", "cancelled")):
        assert (await bridge.call(method, "/sessions/1/sync")).status_code == 202
        await last(expected)
    assert (await bridge.call("DELETE", "/sessions/1/sync")).status_code == 202
    assert (await bridge.call("POST", "/sessions/1/sync")).status_code == 202
    await last("completed")
    assert [event["status"] for event in progress(receiver, "1")].count("cancelled") == 1


async def test_what_happens_on_the_phone_is_reported(
    patient: Simulator, bridge: Caller, receiver: Receiver, client: httpx.AsyncClient
) -> None:
    phone = f"{patient.url}/simulator/phone"
    await client.post(phone, json={"session_id": "1", "does": "fail", "reason": "Chromium crashed"})
    await receiver.until(lambda: told(receiver, "1")[-1] == "failed")
    assert (await bridge.call("GET", "/sessions/1/health")).json()["reason"] == "Chromium crashed"
    assert (await bridge.call("POST", "/sessions/1/sync")).status_code == 503
    await bridge.call("POST", "/sessions/1/start")
    await receiver.until(lambda: told(receiver, "1")[-1] == "connected")
    assert "qr" not in told(receiver, "1"), "its phone is still linked"
    await client.post(phone, json={"session_id": "1", "does": "unlink"})
    await receiver.until(lambda: told(receiver, "1")[-1] == "logged_out")
    assert (await client.post(phone, json={"session_id": "77", "does": "scan"})).status_code == 404
