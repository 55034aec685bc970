"""Whatever the bridge or the network does, the sender learns: surely sent, surely not, or perhaps."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from sync_backend.providers.base import Accepted, OutboundMessage, Recipient, Refused, Unavailable, Unconfirmed
from sync_backend.providers.bridge_client import BridgeAccount
from sync_backend.providers.webjs import WebJsProvider
from tests.sync_backend.fake_bridge import FakeBridge

SECRET = "shared with the bridge"
MESSAGE = OutboundMessage(
    client_uuid="0193e5a0-0000-7000-8000-000000000001",
    to=Recipient("phone", "+6281234567890"),
    body="Halo 👋",
    reply_to="3EB0",
)


@pytest.fixture
async def bridge() -> AsyncIterator[FakeBridge]:
    async with FakeBridge(SECRET).running() as bridge:
        yield bridge


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=0.5) as http:
        yield http


def provider_for(bridge: FakeBridge, http: httpx.AsyncClient, secret: str = SECRET) -> WebJsProvider:
    return WebJsProvider(http, BridgeAccount("7", bridge.url, secret))


async def test_an_accepted_message_comes_back_with_whatsapps_id(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    outcome = await provider_for(bridge, http).send(MESSAGE)

    assert isinstance(outcome, Accepted)
    assert outcome.provider_message_id == "WA000000000001"
    assert bridge.calls == [
        {
            "client_uuid": MESSAGE.client_uuid,
            "to": "6281234567890@c.us",
            "body": "Halo 👋",
            "reply_to": "3EB0",
            "media": None,
            "mentions": None,
        }
    ]
    assert bridge.paths == {"POST /sessions/7/messages": 1}


async def test_a_wrong_secret_is_a_refusal_that_says_so(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    outcome = await provider_for(bridge, http, secret="another").send(MESSAGE)

    assert isinstance(outcome, Refused)
    assert outcome.code == "unauthorised"
    assert "secret" in outcome.message


@pytest.mark.parametrize(("status", "code"), [(404, "unknown_session"), (422, "recipient_unknown"), (400, "invalid")])
async def test_what_the_bridge_refuses_is_final(
    bridge: FakeBridge, http: httpx.AsyncClient, status: int, code: str
) -> None:
    bridge.refuse_next(status, code)

    outcome = await provider_for(bridge, http).send(MESSAGE)

    assert isinstance(outcome, Refused)
    assert outcome.code == code
    bridge.accepted_exactly()


async def test_a_number_that_is_not_connected_is_worth_a_retry(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    bridge.refuse_next(503, "session_not_connected")

    assert isinstance(await provider_for(bridge, http).send(MESSAGE), Unavailable)


async def test_a_bridge_that_is_not_there_has_surely_not_sent(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    async with FakeBridge(SECRET).running() as gone:
        pass

    assert isinstance(await provider_for(gone, http).send(MESSAGE), Unavailable)


async def test_a_lost_answer_leaves_the_message_unconfirmed(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    bridge.accept_but_cut_next()

    assert isinstance(await provider_for(bridge, http).send(MESSAGE), Unconfirmed)
    bridge.accepted_exactly("Halo 👋")


async def test_an_answer_that_takes_too_long_leaves_it_unconfirmed(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    bridge.hold_next()

    assert isinstance(await provider_for(bridge, http).send(MESSAGE), Unconfirmed)


async def test_an_error_of_the_bridge_itself_leaves_it_unconfirmed(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    bridge.refuse_next(500, "internal")

    assert isinstance(await provider_for(bridge, http).send(MESSAGE), Unconfirmed)


async def test_asking_again_sends_nothing_twice(bridge: FakeBridge, http: httpx.AsyncClient) -> None:
    provider = provider_for(bridge, http)
    bridge.accept_but_cut_next()
    await provider.send(MESSAGE)

    assert isinstance(await provider.send(MESSAGE), Accepted)
    bridge.accepted_exactly("Halo 👋")


@pytest.mark.parametrize("url", ["", "bridge:8080", "ftp://127.0.0.1"])
async def test_an_unusable_bridge_url_is_said_in_words(http: httpx.AsyncClient, url: str) -> None:
    outcome = await WebJsProvider(http, BridgeAccount("7", url, SECRET)).send(MESSAGE)

    assert isinstance(outcome, Refused)
    assert "bridge URL" in outcome.message
