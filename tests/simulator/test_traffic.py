"""Live traffic is what a shop's phone sees: customers, groups, answers from the phone, reactions and edits."""

from __future__ import annotations

import asyncio
from collections import Counter

from pydantic import TypeAdapter

from simulator.service import assembled, running
from simulator.settings import Mischief, WorldSize
from tests.simulator.parts import settings
from tests.simulator.receiver import REFUSE, Receiver
from wire.webhooks import EVENTS

SHOP = WorldSize(chats=40, groups=8, messages=2)


async def test_a_busy_hour_has_everything_and_every_event_is_the_contracts(receiver: Receiver) -> None:
    async with assembled(settings(receiver.url, size=SHOP)) as simulator:
        for _ in range(600):
            simulator.traffic.speak_next()
            await simulator.webhooks.room_for_more()
        await receiver.until(lambda: bool(receiver.events("message_ack")))
        await simulator.webhooks.drained()
    contract = {name: TypeAdapter(kind) for name, kind in EVENTS.items()}
    for raw, event in zip(receiver.raw, receiver.taken, strict=True):
        contract[event["event"]].validate_json(raw, strict=True)
    kinds = Counter(event["event"] for event in receiver.taken)
    assert kinds.keys() >= {"message", "message_ack", "reaction", "message_edit", "chat_read"}
    messages = receiver.events("message")
    assert {event["chat_type"] for event in messages} == {"private", "group"}
    assert {event["from_me"] for event in messages} == {True, False}
    assert any(event["has_media"] for event in messages)
    per_chat = Counter(event["contact_phone"] or event["group_jid"] for event in messages)
    assert len(per_chat) > 20
    assert per_chat.most_common(1)[0][1] > 3 * len(messages) / len(per_chat), "some chats are livelier than others"


async def test_reactions_and_edits_speak_of_messages_that_were_sent(receiver: Receiver) -> None:
    async with assembled(settings(receiver.url, size=SHOP)) as simulator:
        for _ in range(400):
            simulator.traffic.speak_next()
        await simulator.webhooks.drained()
    sent = {event["message_id"] for event in receiver.events("message")}
    spoken_of = {event["message_id"] for event in receiver.events("reaction") + receiver.events("message_edit")}
    assert spoken_of
    assert spoken_of <= sent


async def test_history_comes_before_live_traffic_and_at_once(receiver: Receiver) -> None:
    receiver.refusals.extend([REFUSE] * 10)
    async with running(settings(receiver.url, rate=500.0)) as simulator:
        async with asyncio.timeout(10):
            progress = await simulator.history_posted()
        assert len(receiver.taken) >= progress.total
        await receiver.until(lambda: len(receiver.taken) > progress.total + 20)
    told = [event["message_id"] for event in receiver.events("message")]
    assert len(set(told)) == len({(event["message_id"], event["session_id"]) for event in receiver.events("message")})


async def test_doubled_and_reordered_traffic_still_tells_everything(receiver: Receiver) -> None:
    mischief = Mischief(duplicate=0.3, reorder=0.3)
    async with running(settings(receiver.url, mischief=mischief)) as simulator:
        progress = await simulator.history_posted()
        posted = {record.message_id for record in simulator.ledger.webhooks() if record.event == "message"}
    told = [event["message_id"] for event in receiver.events("message")]
    assert set(told) == posted
    assert len(receiver.taken) > progress.total
