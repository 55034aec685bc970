"""One fault each, met head-on: what plays meet only now and then."""

from __future__ import annotations

from typing import Any

import pytest

from local_cache.outgoing import OutgoingState
from local_cache.records import CachedConversation
from tests.sync.desk import Desk
from tests.sync.network import LARGE_PAGE
from tests.sync.people import name_of
from tests.sync.server import WEBJS
from tests.sync.world import World

HEARTBEAT_SECONDS = 16.0


def chat_with(desk: Desk, person: int) -> CachedConversation:
    return next(each for each in desk.chats() if each.name == name_of(person))


def cursors(world: World) -> set[int | None]:
    return {desk.cache.position().cursor for desk in world.desks}


def head(world: World) -> int:
    [(number,)] = world.server.rows("SELECT head FROM workspaces WHERE id = 1")
    return int(number)


def test_a_heartbeat_tells_that_the_very_last_event_was_lost(world: World) -> None:
    for desk in world.desks:
        desk.line.holds = True
    world.post(world.private_message(WEBJS, 0, "phone"))
    world.pass_time(0.2)
    for desk in world.desks:
        desk.line.held.clear()
        desk.line.holds = False
    world.pass_time(HEARTBEAT_SECONDS)
    assert cursors(world) == {head(world)}


def test_whoever_connects_again_asks_for_what_was_missed(world: World) -> None:
    [sari, dewi] = world.desks
    for desk in (sari, dewi):
        desk.line.is_down = True
        desk.line.cut()
    world.post(world.private_message(WEBJS, 0, "phone"))
    for desk in (sari, dewi):
        desk.line.is_down = False
        desk.online.engine.wake_up()
    world.pass_time(4.0)
    assert cursors(world) == {head(world)}


def test_an_answer_that_was_lost_is_asked_for_again_and_is_the_same(world: World) -> None:
    sari = world.desks[0]
    sari.line.holds = True  # so that she learns of her message by the answer alone
    sari.way.mishaps.append("loses its answer")
    world.at_desk(sari, sari.type(chat_with(sari, 0)))
    for _ in range(20):
        world.pass_time(0.5)
        assert [each for each in sari.outbox.all() if each.state is OutgoingState.FAILED] == []
    assert sari.outbox.all() == []
    world.heal()
    world.check_truth()


@pytest.mark.parametrize("late", [0.0, 0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04])
def test_a_walk_ends_where_its_rows_were_read(world: World, late: float) -> None:
    sari = world.desks[0]
    sari.line.holds = True
    sari.way.page = LARGE_PAGE  # of several pages, a later one would bring what the first had missed
    world.post(world.private_message(WEBJS, 0, "phone"))
    sari.online.engine.wake_up()
    world.pass_time(late)
    world.post(world.private_message(WEBJS, 0, "phone"))
    world.pass_time(0.5)
    sari.line.held.clear()
    world.heal()
    world.check_truth()


def _two_chats_of_one(world: World) -> tuple[Desk, CachedConversation]:
    """A person whom everybody knows by phone writes under a privacy id too; the chat of that."""
    sari = world.desks[0]
    world.post(world.private_message(WEBJS, 1, "phone"))
    for _ in range(5):
        world.post(world.private_message(WEBJS, 1, "lid") | {"contact_name": None})
    world.pass_time(0.5)
    [lid] = [each for each in sari.chats() if each.name is None and each.group_id is None]
    return sari, lid


def _become_one(world: World) -> None:
    world.post(world.private_message(WEBJS, 1, "both"))


def test_what_was_typed_goes_along_when_two_chats_become_one(world: World) -> None:
    sari, lid = _two_chats_of_one(world)
    sari.way.is_down = True
    typed = world.at_desk(sari, sari.type(lid))
    draft = world.at_desk(sari, sari.draft(lid))
    _become_one(world)
    world.pass_time(1.0)
    one = chat_with(sari, 1)
    assert [each.uuid for each in sari.outbox.for_conversation(one.id)] == [typed.uuid]
    assert sari.outbox.draft(one.id) == draft
    world.heal()
    world.check_truth()


def test_a_page_in_flight_lands_in_the_survivor(world: World) -> None:
    sari, lid = _two_chats_of_one(world)
    sari.way.mishaps.append("is answered late")
    reading: list[Any] = [world.loop.create_task(sari.scroll_back(lid))]
    world.pass_time(0.5)
    _become_one(world)
    world.pass_time(5.0)
    assert reading[0].done()
    world.heal()
    world.check_truth()


def test_a_late_page_brings_nothing_back_that_was_deleted_meanwhile(world: World) -> None:
    dewi = world.desks[1]
    chat = chat_with(dewi, 0)
    dewi.way.mishaps.append("is answered late")
    reading: list[Any] = [world.loop.create_task(dewi.scroll_back(chat))]
    world.pass_time(0.5)
    world.post(world.news(WEBJS, "message_revoke", message_id="B0"))  # which she never held
    world.pass_time(5.0)
    assert reading[0].done()
    world.heal()
    world.check_truth()
