"""What a person typed reaches the server: in order, once, over lost answers, restarts and restored backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_cache.outgoing import OutgoingMessage, OutgoingState
from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import DesktopClient, live, opened
from tests.inbox_app.network import Network

SENDING = r"POST /api/v1/conversations/\d+/messages"


async def send(client: DesktopClient, *bodies: str, name: str = "Budi") -> list[OutgoingMessage]:
    messages = [client.type(body, name) for body in bodies]
    for message in messages:
        await client.online.sender.send(message)
    return messages


async def has_state(client: DesktopClient, message: OutgoingMessage, state: OutgoingState) -> OutgoingMessage:
    """Waits until the outbox holds it so."""

    def held() -> list[OutgoingMessage]:
        return [each for each in client.outbox.all() if each.uuid == message.uuid and each.state is state]

    await until(held, f"{message.body} {state}", seen=client.outbox.all)
    return held()[0]


async def send_without_an_answer(client: DesktopClient, network: Network, body: str) -> OutgoingMessage:
    """The server has it, the desktop does not know; from then on the network is down."""
    network.lose_next_answer(SENDING)
    [message] = await send(client, body)
    await until(lambda: network.made(SENDING), "it is under way")
    network.go_down()
    await has_state(client, message, OutgoingState.QUEUED)
    return message


async def test_messages_of_a_conversation_go_out_in_the_order_typed(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        bodies = [f"jawaban {number}" for number in range(8)]
        await send(client, *bodies)
        await client.outbox_empties()
        assert await backend.texts(client.chat()) == ["halo", *bodies]


async def test_a_message_is_in_the_cache_before_it_leaves_the_outbox(backend: Backend, desk: Path) -> None:
    """Else its bubble would be gone for a moment."""
    await backend.says("halo")
    async with live(backend, desk) as client:
        seen: list[bool] = []
        [message] = [client.type("baik")]

        def look(_conversation: str) -> None:
            waiting = any(each.uuid == message.uuid for each in client.outbox.all())
            seen.append(waiting or bool(client.cache.known_uuids([message.uuid])))

        client.outbox.subscribe(look)
        await client.online.sender.send(message)
        await client.outbox_empties()
        assert len(seen) >= 3
        assert all(seen)


async def test_a_lost_answer_is_asked_for_again_and_nothing_is_sent_twice(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        network.lose_next_answer(SENDING)
        await send(client, "sekali saja", "lalu ini")
        await client.outbox_empties()
        assert await backend.texts(client.chat()) == ["halo", "sekali saja", "lalu ini"]
        await backend.bridge.was_called(2)
        backend.bridge.accepted_exactly("sekali saja", "lalu ini")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [({"body": "   "}, "needs a text"), ({"uuid": "no uuid"}, "not a uuid"), ({"reply_to": "999"}, "no such message")],
)
async def test_what_the_server_refuses_fails_with_its_words_and_the_next_goes_out(
    backend: Backend, desk: Path, spoil: dict[str, str], words: str
) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        bad = client.type("salah")._replace(**spoil)  # type: ignore[arg-type]  # a test's own fields
        await client.online.sender.send(bad)
        await send(client, "benar")
        failed = await has_state(client, bad, OutgoingState.FAILED)
        assert words in (failed.reason or "")
        await until(lambda: len(client.outbox.all()) == 1, "only the failed one left")
        assert (await backend.texts(client.chat()))[-1] == "benar"


async def test_a_uuid_that_names_another_message_fails_in_words(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        held = network.hold_next(SENDING)
        [message] = await send(client, "yang ini")
        await until(lambda: network.made(SENDING), "it is under way")
        await backend.post_message(client.chat(), message.uuid, "yang lain")
        held.set()
        failed = await has_state(client, message, OutgoingState.FAILED)
        assert "uuid" in (failed.reason or "")


async def test_a_conversation_that_is_gone_fails_in_words(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        message = client.type("ke mana?")._replace(conversation_id="987654")
        await client.online.sender.send(message)
        failed = await has_state(client, message, OutgoingState.FAILED)
        assert "conversation" in (failed.reason or "")


async def test_a_person_tries_a_failed_message_again_as_a_new_one(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        message = client.type("coba")._replace(reply_to="999")
        await client.online.sender.send(message)
        await has_state(client, message, OutgoingState.FAILED)
        await client.online.sender.send_again(message.uuid, client.type("coba"))
        await client.outbox_empties()
        assert await backend.texts(client.chat()) == ["halo", "coba"]


async def test_an_expired_token_keeps_what_was_typed(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        await backend.revoke_token()
        await send(client, "satu", "dua")
        await client.becomes("signed_out")
        assert [(each.body, each.state) for each in client.outbox.all()] == [
            ("satu", OutgoingState.QUEUED),
            ("dua", OutgoingState.QUEUED),
        ]


async def test_what_was_left_goes_out_after_a_restart(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        network.hold_next(SENDING)
        await send(client, "sedang dikirim", "menunggu")
        await until(lambda: network.made(SENDING), "the first is under way")
    async with live(backend, desk) as client:
        await client.outbox_empties()
        assert await backend.texts(client.chat()) == ["halo", "sedang dikirim", "menunggu"]


async def test_typed_while_the_server_is_away_goes_out_when_it_is_back(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        await backend.stop()
        await client.becomes("reconnecting")
        [message] = await send(client, "nanti saja")
        await has_state(client, message, OutgoingState.QUEUED)
        await backend.start()
        client.online.engine.wake_up()
        await client.outbox_empties()
        assert await backend.texts(client.chat()) == ["halo", "nanti saja"]


async def test_a_stuck_conversation_holds_up_no_other(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    await backend.says("permisi", phone="6282222222222", name="Citra")
    network = Network()
    async with live(backend, desk, network) as client:
        held = network.hold_next(SENDING)
        await send(client, "macet", name="Budi")
        await until(lambda: network.made(SENDING), "the first is under way")
        await send(client, "lancar", name="Citra")
        await client.has_text("lancar", "Citra")
        await until(lambda: [each.body for each in client.outbox.all()] == ["macet"], "only the stuck one is left")
        held.set()
        await client.outbox_empties()


async def test_what_was_tried_before_a_restored_backup_is_left_to_a_person(backend: Backend, desk: Path) -> None:
    """The server may have sent it and forgotten; asking again could send it twice."""
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        message = await send_without_an_answer(client, network, "terkirim?")
        await backend.stop()
        await client.becomes("reconnecting")
        tries = len(network.made(SENDING))
        network.come_up()
        await backend.forget_outbound()
        await backend.restore_backup()
        await backend.start()
        client.online.engine.wake_up()
        left = await has_state(client, message, OutgoingState.UNCONFIRMED)
        assert "backup" in (left.reason or "")
        assert len(network.made(SENDING)) == tries


async def test_what_the_restored_server_does_know_is_confirmed(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        await send_without_an_answer(client, network, "terkirim")
        await backend.stop()
        await client.becomes("reconnecting")
        network.come_up()
        await backend.restore_backup()
        await backend.start()
        client.online.engine.wake_up()
        await client.outbox_empties()
        assert client.texts() == ["halo", "terkirim"]


@pytest.mark.parametrize("typed_while_away", [True, False])
async def test_a_conversation_that_is_merged_takes_what_waits_along(
    backend: Backend, desk: Path, typed_while_away: bool
) -> None:
    await backend.says("halo")
    await backend.says("ini saya juga", contact_phone="777@lid", contact_name="Budi Lama")
    network = Network()
    async with live(backend, desk, network) as client:
        survivor = client.chat("Budi")
        if typed_while_away:
            network.go_down()
        held = network.hold_next(SENDING)
        await send(client, "masih antre", "ini juga", name="Budi Lama")
        await until(lambda: network.made(SENDING), "the first is under way")
        await backend.knows_both("777", "6281111111111", "kami satu orang")
        await until(lambda: len(client.chats()) == 1, "one chat is left", seen=client.chats)
        network.come_up()
        held.set()
        await client.outbox_empties()
        assert (await backend.texts(survivor))[-2:] == ["masih antre", "ini juga"]


async def test_without_a_token_nothing_is_asked_of_the_server(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk):
        pass
    network = Network()
    async with opened(backend, desk, network, token="") as client:
        [message] = await send(client, "kapan-kapan")
        await client.online.reading.read_up_to(client.chat(), client.newest())
        assert not await client.online.history.fetch_below(client.chat(), None)
        assert network.requests == []
        await has_state(client, message, OutgoingState.QUEUED)
