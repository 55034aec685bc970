"""What the plays found about read marks: one that has done its work is let go, and none that has not."""

from __future__ import annotations

from tests.sync.people import name_of
from tests.sync.server import WEBJS
from tests.sync.world import World


def reads(world: World, place: int, person: int = 0) -> None:
    desk = world.desks[place]
    chat = next(each for each in desk.chats() if each.name == name_of(person))
    world.at_desk(desk, desk.read(chat))


def test_a_mark_goes_when_a_later_page_than_the_chats_brings_what_was_read(world: World) -> None:
    world.post(world.private_message(WEBJS, 0, "phone"))
    reads(world, 1)  # before the new message has come through
    world.post(world.group_message(WEBJS, 0, 1))
    world.stop_server(kill=True)
    world.heal()
    assert world.desks[1].outbox.pending_reads() == {}
    world.check_truth()


def test_a_restored_server_is_told_again_what_was_read(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    sari.line.holds = True  # so that she does not hear of what her own mark did
    reads(world, 0)
    world.pass_time(0.05)
    world.restore_backup()
    world.heal()
    assert sari.outbox.pending_reads() == {}
    assert [chat.unread_count for chat in sari.chats() if chat.name == name_of(0)] == [0]
    world.check_truth()
