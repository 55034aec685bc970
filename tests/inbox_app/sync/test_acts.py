"""What a person does to a message reaches the server, over restarts and outages, and is undone where it is refused."""

from __future__ import annotations

from pathlib import Path

from local_cache.outgoing import Act, ActKind
from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.desktop_client import live, opened
from tests.inbox_app.network import Network

DISCARDING = r"DELETE /api/v1/messages/\d+"


async def test_what_was_given_up_offline_is_told_after_a_restart(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        backend.bridge.refuse_next(422, "invalid")
        message = client.type("gagal")
        await client.online.sender.send(message)
        await client.outbox_empties()
        await until(lambda: client.status(message.uuid) == "failed", "it failed", seen=lambda: client.texts())
    async with opened(backend, desk, token="") as client:
        held = client.cache.message_by_uuid(message.uuid)
        assert held is not None
        await client.online.acts.perform(Act(held.id, ActKind.DISCARD, held.conversation_id))
    async with live(backend, desk) as client:
        await until(lambda: not client.outbox.acts(), "it was told")
        assert client.texts() == ["halo"]


async def test_an_act_whose_answer_was_lost_is_told_again(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    network = Network()
    async with live(backend, desk, network) as client:
        backend.bridge.refuse_next(422, "invalid")
        message = client.type("gagal")
        await client.online.sender.send(message)
        await until(lambda: client.status(message.uuid) == "failed", "it failed")
        held = client.cache.message_by_uuid(message.uuid)
        assert held is not None
        network.lose_next_answer(DISCARDING)
        await client.online.acts.perform(Act(held.id, ActKind.DISCARD, held.conversation_id))
        await until(lambda: not client.outbox.acts(), "it was told")
        assert len(network.made(DISCARDING)) == 2
        assert client.texts() == ["halo"]
        assert client.refused == []


async def test_a_refused_act_is_undone_and_said(backend: Backend, desk: Path) -> None:
    await backend.says("halo")
    async with live(backend, desk) as client:
        act = Act(client.newest(), ActKind.DISCARD, client.chat())
        await client.online.acts.perform(act)
        await until(lambda: client.refused, "the refusal")
        assert client.refused == [(act, "This message was sent meanwhile.")]
        assert client.outbox.acts() == []
