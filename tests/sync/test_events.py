"""For each kind of event: what was held before, and the events in whatever order, make what a fresh fetch brings."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.sync.network import News
from tests.sync.people import group_jid, name_of, phone_jid
from tests.sync.server import WEBJS
from tests.sync.world import World


def private_messages(world: World) -> None:
    for age in (0, 400, -3_600):
        world.post(world.private_message(WEBJS, 0, "phone", age_seconds=age))
    world.post(world.private_message(WEBJS, 2, "phone"))


def group_messages(world: World) -> None:
    world.post(world.group_message(WEBJS, 0, 2))
    world.post(world.group_message(WEBJS, 1, 2, group_name="Kantor"))


def messages_written_on_the_phone(world: World) -> None:
    world.post(world.private_message(WEBJS, 0, "phone", from_me=True))
    world.post(world.private_message(WEBJS, 3, "phone", from_me=True))


def ticks(world: World) -> None:
    sent = world.private_message(WEBJS, 0, "phone", from_me=True)
    world.post(sent)
    for ack in (3, 1, 2):
        world.post(world.news(WEBJS, "message_ack", message_id=sent["message_id"], ack=ack))


def edits(world: World) -> None:
    for second in (2, 1, 3):
        at = {"message_body": f"edited {second}", "timestamp": second}
        world.post(world.news(WEBJS, "message_edit", message_id="B4", **at))


def revocations(world: World) -> None:
    world.post(world.news(WEBJS, "message_revoke", message_id="B4"))
    world.post(world.news(WEBJS, "message_revoke", message_id="B0"))  # older than what a snapshot brings


def reactions(world: World) -> None:
    for emoji, message_id in (("👍", "B4"), ("❤️", "B4"), ("", "B3"), ("👍", "B0")):
        world.post(world.news(WEBJS, "reaction", message_id=message_id, emoji=emoji, sender_phone=phone_jid(0)))


def reading_on_the_phone(world: World) -> None:
    world.post(world.news(WEBJS, "chat_read", chat_type="private", contact_phone=phone_jid(0)))
    world.post(world.private_message(WEBJS, 0, "phone"))


def status_of_a_number(world: World) -> None:
    for status in ("reconnecting", "connected", "logged_out"):
        world.post(world.news(WEBJS, "session_status", status=status))


def progress_of_an_import(world: World) -> None:
    for count in (10, 20):
        world.post(world.news(WEBJS, "sync_progress", status="running", synced_count=count, total_count=20))
    world.post(world.news(WEBJS, "sync_progress", status="completed", synced_count=20, total_count=20))


def renamed_groups(world: World) -> None:
    for name in ("Alumni", "Arisan"):
        world.post(world.news(WEBJS, "group_update", group_jid=group_jid(0), group_name=name))


def people_who_become_one(world: World) -> None:
    world.post(world.private_message(WEBJS, 0, "lid"))
    world.post(world.private_message(WEBJS, 0, "both"))


def a_colleague_who_answers(world: World) -> None:
    [_, dewi] = world.desks
    chat = next(each for each in dewi.chats() if each.name == name_of(0))
    world.at_desk(dewi, dewi.type(chat))
    world.pass_time(0.5)


def a_colleague_who_reads(world: World) -> None:
    [_, dewi] = world.desks
    for chat in dewi.chats():
        world.at_desk(dewi, dewi.read(chat))
    world.pass_time(0.5)


KINDS: tuple[Callable[[World], None], ...] = (
    private_messages,
    group_messages,
    messages_written_on_the_phone,
    ticks,
    edits,
    revocations,
    reactions,
    reading_on_the_phone,
    status_of_a_number,
    progress_of_an_import,
    renamed_groups,
    people_who_become_one,
    a_colleague_who_answers,
    a_colleague_who_reads,
)

ORDERS: dict[str, Callable[[list[News]], list[News]]] = {
    "as they came": lambda events: events,
    "backwards": lambda events: events[::-1],
    "each twice, shuffled": lambda events: random.Random(7).sample(events * 2, len(events) * 2),
    "shuffled": lambda events: random.Random(8).sample(events, len(events)),
    "without the first": lambda events: events[1:],
    "without the last": lambda events: events[:-1],
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("happen", KINDS, ids=lambda kind: kind.__name__)
def test_state_and_events_equal_a_fresh_fetch(world: World, happen: Callable[[World], None], order: str) -> None:
    [sari, _] = world.desks
    sari.line.holds = True
    happen(world)
    world.pass_time(0.5)
    heard = ORDERS[order](list(sari.line.held))
    assert len(sari.line.held) > 0
    sari.line.held[:] = heard
    while sari.line.held:
        sari.line.deliver(0, again=False)
        world.loop.pass_turns(4)
        world.check()
    world.heal()
    world.check_truth()
