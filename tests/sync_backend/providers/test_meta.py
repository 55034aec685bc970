"""Whatever Meta or the network does, the sender learns: surely sent, surely not, or perhaps; and what would help."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from simulator.meta.documents import user_id
from sync_backend.providers.base import (
    Accepted,
    OutboundMessage,
    OutboundReaction,
    Reacted,
    Recipient,
    Refused,
    Remedy,
    TemplateMessage,
    Unavailable,
    Unconfirmed,
)
from sync_backend.providers.meta.failures import FAILURES
from sync_backend.providers.meta.media import MediaUnavailableError, fetch_media
from tests.sync_backend.providers.graph_stage import GraphStage, graph_stage

BUDI = Recipient("phone", "+6281234567890")
UUID = "0193e5a0-0000-7000-8000-000000000001"


@pytest.fixture
async def meta() -> AsyncIterator[GraphStage]:
    async with graph_stage() as stage:
        yield stage


def text(body: str = "Halo 👋", to: Recipient = BUDI, reply_to: str | None = None) -> OutboundMessage:
    return OutboundMessage(client_uuid=UUID, to=to, body=body, reply_to=reply_to)


def template(name: str, *values: str) -> OutboundMessage:
    components = [{"type": "body", "parameters": [{"type": "text", "text": value} for value in values]}]
    chosen = TemplateMessage(name=name, language="id", components=components)
    return OutboundMessage(client_uuid=UUID, to=BUDI, body="", template=chosen)


async def test_an_accepted_message_comes_back_with_metas_id_and_bears_our_uuid(meta: GraphStage) -> None:
    outcome = await meta.provider().send(text(reply_to="wamid.X"))

    assert isinstance(outcome, Accepted)
    assert outcome.provider_message_id.startswith("wamid.")
    assert outcome.sent_at == 1_763_894_400_000
    [record] = meta.simulator.ledger.sends()
    assert (record.client_uuid, record.to, record.body) == (UUID, "6281234567890", "Halo 👋")
    assert (record.reply_to, record.message_id) == ("wamid.X", outcome.provider_message_id)


async def test_somebody_without_a_phone_is_written_to_by_user_id(meta: GraphStage) -> None:
    [hidden, *_] = [room.who for room in meta.simulator.world.rooms]
    meta.simulator.world._by_jid["1", "77@lid"] = meta.simulator.world.rooms[0]
    assert hidden is not None

    outcome = await meta.provider().send(text(to=Recipient("user_id", user_id("77"))))

    assert isinstance(outcome, Accepted)
    assert [record.to for record in meta.simulator.ledger.sends()] == ["ID.77"]


async def test_a_template_is_filled_in(meta: GraphStage) -> None:
    assert isinstance(await meta.provider().send(template("konfirmasi_pesanan", "Budi", "besok")), Accepted)
    assert meta.bodies() == ["Halo Budi, pesanan Anda akan dikirim besok."]


@pytest.mark.parametrize(("values", "code"), [(("Budi",), "132000"), (("a", "b", "c"), "132000")])
async def test_a_template_that_does_not_fit_is_refused(meta: GraphStage, values: tuple[str, ...], code: str) -> None:
    outcome = await meta.provider().send(template("konfirmasi_pesanan", *values))
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.remedy) == (code, Remedy.NONE)


async def test_reactions_and_reading_are_told(meta: GraphStage) -> None:
    provider = meta.provider()
    reaction = OutboundReaction(to=BUDI, message_id="wamid.IN1", from_me=False, emoji="👍")
    assert await provider.react(reaction) == Reacted()
    assert await provider.mark_read("wamid.IN1", typing=True)
    assert not await meta.provider(token="old").mark_read("wamid.IN1")


async def test_every_error_that_we_know_has_words_and_never_leaves_a_doubt(meta: GraphStage) -> None:
    for code, expected in FAILURES.items():
        meta.fault(kind="status", status=400, code=int(code))

        outcome = await meta.provider().send(text())

        if expected.remedy is Remedy.WAIT:
            assert outcome == Unavailable(code, expected.words, expected.pause)
        else:
            assert outcome == Refused(code, expected.words, expected.remedy)
    assert meta.bodies() == []


async def test_an_expired_token_is_the_accounts_trouble(meta: GraphStage) -> None:
    outcome = await meta.provider(token="expired").send(text())
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.remedy) == ("190", Remedy.ACCOUNT)
    assert "token" in outcome.message


async def test_a_refusal_that_we_do_not_know_keeps_metas_words(meta: GraphStage) -> None:
    meta.fault(kind="status", status=400, code=999_999)
    assert await meta.provider().send(text()) == Refused("999999", "a fault was asked for", Remedy.NONE)


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_an_answer_that_is_not_the_graph_apis_leaves_a_doubt(meta: GraphStage, status: int) -> None:
    meta.fault(kind="status", status=status)
    assert isinstance(await meta.provider().send(text()), Unconfirmed)


async def test_a_lost_answer_leaves_the_message_unconfirmed(meta: GraphStage) -> None:
    meta.fault(kind="accept_then_drop")
    assert isinstance(await meta.provider().send(text()), Unconfirmed)
    assert meta.bodies() == ["Halo 👋"]


async def test_an_answer_that_takes_too_long_leaves_it_unconfirmed(meta: GraphStage) -> None:
    meta.fault(delay_ms=2000)
    assert isinstance(await meta.provider().send(text()), Unconfirmed)
    assert meta.bodies() == ["Halo 👋"]


async def test_what_never_reached_meta_is_surely_not_sent(meta: GraphStage) -> None:
    assert isinstance(await meta.provider(url="http://127.0.0.1:9").send(text()), Unavailable)


async def test_asking_again_would_send_twice(meta: GraphStage) -> None:
    """The simulator is as forgetful as Meta: who resends blindly is found out."""
    provider = meta.provider()
    assert not provider.idempotent
    await provider.send(text())
    await provider.send(text())
    assert meta.bodies() == ["Halo 👋", "Halo 👋"]


async def test_too_many_to_one_person_are_refused_for_a_while(meta: GraphStage) -> None:
    provider = meta.provider()
    outcomes = [await provider.send(text(f"no. {index}")) for index in range(46)]
    assert isinstance(outcomes[44], Accepted)
    assert outcomes[45] == Unavailable("131056", FAILURES["131056"].words, 6.0)


@pytest.mark.parametrize("url", ["", "graph:8080", "ftp://127.0.0.1"])
async def test_an_unusable_address_is_said_in_words(meta: GraphStage, url: str) -> None:
    outcome = await meta.provider(url=url or " ").send(text())
    assert isinstance(outcome, Refused)
    assert outcome.remedy is Remedy.ACCOUNT


async def test_a_text_that_is_too_long_never_leaves(meta: GraphStage) -> None:
    outcome = await meta.provider().send(text("x" * 4097))
    assert isinstance(outcome, Refused)
    assert (outcome.code, meta.bodies()) == ("too_long", [])


async def test_an_address_with_a_version_keeps_it(meta: GraphStage) -> None:
    assert isinstance(await meta.provider(url=f"{meta.simulator.url}/v25.0/").send(text()), Accepted)


class TestMedia:
    async def test_they_are_fetched_by_id(self, meta: GraphStage) -> None:
        fetched = await fetch_media(meta.graph(), "media-7")
        assert fetched.content.endswith(b"media-7")
        assert fetched.mime_type == "image/png"

    async def test_what_is_gone_is_gone_for_good(self, meta: GraphStage) -> None:
        with pytest.raises(MediaUnavailableError) as error:
            await fetch_media(meta.graph(), "gone")
        assert error.value.is_final

    async def test_a_silent_meta_is_worth_another_try(self, meta: GraphStage) -> None:
        with pytest.raises(MediaUnavailableError) as error:
            await fetch_media(meta.graph(url="http://127.0.0.1:9"), "media-7")
        assert not error.value.is_final
