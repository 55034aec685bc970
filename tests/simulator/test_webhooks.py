"""A webhook is signed, arrives once and in its chat's order, however often the backend refuses it first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import TypeAdapter

from simulator.ledger import Ledger
from simulator.poster import Poster
from simulator.settings import Backoff, Mischief, Number
from simulator.webhooks import META_WEBHOOK_PATH, WEBHOOK_PATH, Webhooks
from tests.simulator.parts import MAIN, SECOND, SECRETS
from tests.simulator.receiver import REFUSE, Receiver, free_port, receiving
from wire.webhooks import MessageEvent


@asynccontextmanager
async def posting(
    url: str, mischief: Mischief | None = None, backoff: Backoff | None = None
) -> AsyncIterator[tuple[Webhooks, Ledger]]:
    ledger = Ledger()
    poster, meta_poster = Poster(url + WEBHOOK_PATH), Poster(url + META_WEBHOOK_PATH)
    webhooks = Webhooks(
        poster,
        ledger,
        meta_poster=meta_poster,
        backoff=backoff or Backoff(first=0.01, longest=0.05, timeout=5.0),
        mischief=mischief or Mischief(),
        rng=random.Random(1),
    )
    try:
        yield webhooks, ledger
    finally:
        await webhooks.close()
        await poster.close()
        await meta_poster.close()


def message(position: int, chat: str = "+6281100000001", number: Number = MAIN) -> MessageEvent:
    return MessageEvent(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        chat_type="private",
        contact_phone=chat,
        message_body=f"pesan ke-{position} 👋",
        message_id=f"{chat}/{position}",
        timestamp=1_763_894_400 + position,
    )


def post_all(webhooks: Webhooks, chats: int, each: int) -> None:
    for position in range(each):
        for chat in range(chats):
            phone = f"+62811000000{chat:02d}"
            webhooks.post(MAIN, phone, message(position, phone))


def by_chat(receiver: Receiver) -> dict[str, list[str]]:
    chats: dict[str, list[str]] = {}
    for event in receiver.taken:
        chats.setdefault(event["contact_phone"], []).append(event["message_id"])
    return chats


async def test_both_signatures_are_right_and_the_body_is_the_contracts(receiver: Receiver) -> None:
    async with posting(receiver.url) as (webhooks, _):
        record = await webhooks.post(SECOND, "+6281100000001", message(1, number=SECOND)).ended
    assert record.statuses == [200]
    assert TypeAdapter(MessageEvent).validate_json(receiver.raw[0], strict=True) == message(1, number=SECOND)


async def test_refused_for_a_while_each_message_still_arrives_once_and_in_order(receiver: Receiver) -> None:
    receiver.refusals.extend([REFUSE] * 25)
    async with posting(receiver.url) as (webhooks, ledger):
        post_all(webhooks, chats=6, each=5)
        await webhooks.drained()
    assert by_chat(receiver) == {
        f"+62811000000{chat:02d}": [f"+62811000000{chat:02d}/{position}" for position in range(5)] for chat in range(6)
    }
    assert sum(record.statuses.count(503) for record in ledger.webhooks()) == 25
    assert all(record.accepted_at_ms for record in ledger.webhooks())


async def test_a_try_again_is_known_by_the_same_webhook_id(receiver: Receiver) -> None:
    receiver.refusals.extend([REFUSE, REFUSE])
    async with posting(receiver.url) as (webhooks, _):
        await webhooks.post(MAIN, "a", message(1)).ended
        await webhooks.post(MAIN, "a", message(2)).ended
    first, second, third, other = receiver.tries
    assert first == second == third != other


async def test_a_restarted_simulator_does_not_repeat_webhook_ids(receiver: Receiver) -> None:
    for _ in range(2):
        async with posting(receiver.url) as (webhooks, _ledger):
            await webhooks.post(MAIN, "a", message(1)).ended
    assert len(set(receiver.tries)) == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_the_backends_retry_after_is_heeded(receiver: Receiver, status: int) -> None:
    receiver.refusals.append((status, {"retry-after": "1"}))
    async with posting(receiver.url) as (webhooks, _):
        record = await webhooks.post(MAIN, "a", message(1)).ended
    assert record.statuses == [status, 200]
    assert record.accepted_at_ms is not None
    assert record.accepted_at_ms - record.sent_at_ms >= 1000


async def test_a_final_refusal_is_recorded_and_does_not_hold_up_the_chat(receiver: Receiver) -> None:
    receiver.refusals.append((422, {}))
    async with posting(receiver.url) as (webhooks, _):
        refused = await webhooks.post(MAIN, "a", message(1)).ended
        taken = await webhooks.post(MAIN, "a", message(2)).ended
    assert (refused.accepted_at_ms, refused.first_status) == (None, 422)
    assert taken.accepted_at_ms is not None


async def test_what_was_said_while_the_backend_was_down_arrives_when_it_is_back() -> None:
    port = free_port()
    async with posting(f"http://127.0.0.1:{port}") as (webhooks, ledger):
        first = webhooks.post(MAIN, "+6281100000000", message(0, "+6281100000000"))
        webhooks.post(MAIN, "+6281100000000", message(1, "+6281100000000"))
        webhooks.post(MAIN, "+6281100000001", message(0, "+6281100000001"))
        done, _ = await asyncio.wait([first.ended], timeout=0.2)
        assert not done
        async with receiving(SECRETS, port) as receiver:
            await webhooks.drained()
    assert by_chat(receiver) == {
        "+6281100000000": ["+6281100000000/0", "+6281100000000/1"],
        "+6281100000001": ["+6281100000001/0"],
    }
    assert 0 in {status for record in ledger.webhooks() for status in record.statuses}


async def test_one_stuck_chat_does_not_hold_up_the_others(receiver: Receiver) -> None:
    receiver.refusals.append((503, {"retry-after": "30"}))
    async with posting(receiver.url) as (webhooks, _):
        stuck = webhooks.post(MAIN, "stuck", message(1))
        await receiver.until(lambda: not receiver.refusals)
        async with asyncio.timeout(5):
            await webhooks.post(MAIN, "free", message(2)).ended
        assert not stuck.ended.done()
        assert webhooks.waiting == 1
    assert stuck.ended.cancelled()


async def test_doubling_posts_the_same_bytes_twice_and_records_them_once(receiver: Receiver) -> None:
    async with posting(receiver.url, Mischief(duplicate=1.0)) as (webhooks, ledger):
        await webhooks.post(MAIN, "a", message(1)).ended
        await receiver.until(lambda: len(receiver.taken) == 2)
    assert receiver.raw[0] == receiver.raw[1]
    assert len(ledger.webhooks()) == 1


async def test_reordering_lets_later_messages_pass_but_loses_none(receiver: Receiver) -> None:
    async with posting(receiver.url, Mischief(reorder=0.5)) as (webhooks, _):
        post_all(webhooks, chats=1, each=20)
        await webhooks.drained()
    (arrived,) = by_chat(receiver).values()
    sent = [f"+6281100000000/{position}" for position in range(20)]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent
