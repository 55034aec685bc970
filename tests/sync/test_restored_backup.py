"""What the plays found about restored backups: nothing typed is lost, sent twice, or sent to somebody else."""

from __future__ import annotations

from inbox_app.sync.stranded import stranded
from local_cache.outgoing import OutgoingState
from tests.sync.people import addresses, name_of
from tests.sync.server import FORGETFUL, WEBJS
from tests.sync.world import World


def chat_with(world: World, person: int, number: int = WEBJS) -> None:
    world.post(world.private_message(number, person, "phone"))
    world.pass_time(0.5)


def types(world: World, person: int) -> str:
    sari = world.desks[0]
    chat = next(each for each in sari.chats() if each.name == name_of(person))
    return str(world.at_desk(sari, sari.type(chat)).uuid)


def test_a_message_that_the_restored_server_does_not_know_is_shown_as_in_doubt(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    uuid = types(world, 0)
    world.pass_time(1.0)
    assert sari.outbox.all() == [], "handed over"
    world.restore_backup()
    world.heal()
    [doubtful] = sari.outbox.all()
    assert (doubtful.uuid, doubtful.state) == (uuid, OutgoingState.UNCONFIRMED)
    assert "backup" in str(doubtful.reason)
    assert len(world.whatsapp.ledger) == 1, "and it was not sent again"
    world.check_truth()


def test_a_message_that_the_restored_server_knows_stays_what_it_was(world: World) -> None:
    sari = world.desks[0]
    uuid = types(world, 0)
    world.heal()
    for _ in range(5):  # it is no longer among those that a snapshot brings
        world.post(world.private_message(WEBJS, 0, "phone"))
    world.server.back_up()
    world.restore_backup()
    world.heal()
    newest = "SELECT client_uuid FROM chats WHERE conversation_id = 1 ORDER BY sort_order DESC LIMIT 3"
    assert (uuid,) not in world.server.rows(newest)
    assert sari.outbox.all() == []
    world.check_truth()


def test_an_answer_of_a_life_that_is_over_hides_nothing(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    sari.way.mishaps.append("is answered late")
    uuid = types(world, 0)
    world.pass_time(0.1)
    world.restore_backup()
    sari.online.engine.wake_up()
    world.pass_time(0.5)
    assert sari.online.engine.line.kind == "live", "before the answer has come"
    world.heal()
    [doubtful] = sari.outbox.all()
    assert (doubtful.uuid, doubtful.state) == (uuid, OutgoingState.UNCONFIRMED)


def test_its_echo_takes_the_doubt_away(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    uuid = types(world, 0)
    world.pass_time(1.0)
    world.restore_backup()
    world.pass_time(20.0)
    world.post(world.echo(world.whatsapp.ledger[0]))
    world.pass_time(1.0)
    message = sari.cache.message_by_uuid(uuid)
    assert message is not None
    assert message.status == "sent"


def test_what_waited_in_the_backup_is_not_sent_a_second_time(world: World) -> None:
    chat_with(world, 3, FORGETFUL)
    world.whatsapp.moods.append("is away")
    types(world, 3)
    world.pass_time(0.2)
    world.server.back_up()  # it waits for its next try
    world.pass_time(5.0)
    assert len(world.whatsapp.ledger) == 1
    world.restore_backup()
    world.heal()
    assert len(world.whatsapp.ledger) == 1
    world.check_truth()


def test_what_was_typed_for_a_chat_that_is_lost_goes_to_nobody_else(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    chat_with(world, 2)
    sari.way.is_down = True
    types(world, 2)
    world.restore_backup()
    chat_with(world, 3)  # the next chat of the new life
    sari.way.is_down = False
    world.heal()
    assert all(entry.to in addresses(name_of(2)) for entry in world.whatsapp.ledger)
    assert len(sari.outbox.all()) == 1, "and it is kept"


def test_texts_for_a_chat_that_is_lost_are_shown_by_themselves(world: World) -> None:
    sari = world.desks[0]
    world.server.back_up()
    chat_with(world, 2)
    chat = next(each for each in sari.chats() if each.name == name_of(2))
    typed = world.at_desk(sari, sari.type(chat))
    draft = world.at_desk(sari, sari.draft(chat))
    world.pass_time(1.0)
    assert stranded(sari.cache, sari.outbox) == []
    world.restore_backup()
    world.heal()
    assert [each.text for each in stranded(sari.cache, sari.outbox)] == [typed.body, draft]


def test_a_backup_that_is_restored_twice_mixes_up_no_chats(world: World) -> None:
    """What was typed for a chat of the first life after it meets no chat of the second."""
    sari = world.desks[0]
    world.server.back_up()
    world.restore_backup()
    world.pass_time(5.0)
    chat_with(world, 2)
    sari.way.is_down = True
    types(world, 2)
    world.restore_backup()
    chat_with(world, 3)
    sari.way.is_down = False
    world.heal()
    assert all(entry.to in addresses(name_of(2)) for entry in world.whatsapp.ledger)
    assert len(stranded(sari.cache, sari.outbox)) == 1
    world.check_truth()
