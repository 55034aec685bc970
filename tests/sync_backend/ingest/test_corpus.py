"""What providers really send is stored, shown, or kept as unsupported: alone, twice, and among each other."""

from __future__ import annotations

import random
from typing import Any

import pytest
import sqlalchemy as sa

from sync_backend.database.tables import chats
from sync_backend.database.urls import Backend
from tests.sync_backend.databases import on
from tests.sync_backend.ingest.payloads import (
    Payload,
    meta_number,
    payloads,
    post_bridge,
    post_meta,
    seen,
    texts,
)
from tests.sync_backend.stage import Number, Stage, Team

META = list(payloads("meta"))
BRIDGE = list(payloads("bridge"))


@pytest.fixture
async def on_meta(stage: Stage, team: Team) -> Number:
    return await meta_number(stage, team)


def test_there_are_enough_of_them() -> None:
    assert len(META) >= 60
    assert len(BRIDGE) >= 30


@on(Backend.SQLITE)
@pytest.mark.parametrize("payload", META, ids=lambda each: each.name)
@pytest.mark.usefixtures("on_meta")
async def test_metas_webhook_shows_what_it_should_and_repeating_changes_nothing(
    stage: Stage, team: Team, payload: Payload
) -> None:
    for body in payload.posts:
        assert (await post_meta(stage, body)).status_code == 200
    assert await seen(stage, team) == payload.shows
    head = await stage.head(team)
    for body in payload.posts:
        assert (await post_meta(stage, body)).json() == {"success": True}
    assert await seen(stage, team) == payload.shows
    assert await stage.head(team) == head


@on(Backend.SQLITE)
@pytest.mark.parametrize("payload", BRIDGE, ids=lambda each: each.name)
async def test_the_bridges_webhook_shows_what_it_should_and_repeating_changes_nothing(
    stage: Stage, team: Team, number: Number, payload: Payload
) -> None:
    for _ in range(2):
        for event in payload.posts:
            assert (await post_bridge(stage, number, event)).status_code == 200
        assert await seen(stage, team) == payload.shows


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.usefixtures("on_meta")
async def test_all_in_one_body_none_takes_another_with_it(stage: Stage, team: Team, seed: int) -> None:
    """Each payload's people and ids are made its own, so that it may be told from the others."""
    own = [_of_its_own(payload, index) for index, payload in enumerate(META)]
    random.Random(seed).shuffle(own)
    entries = [entry for posts in own for body in posts for entry in body["entry"]]
    body = {"object": "whatsapp_business_account", "entry": entries}

    assert (await post_meta(stage, body)).status_code == 200

    shown = [line for each in await seen(stage, team) for line in each["messages"]]
    expected = [line for payload in META for line in texts(payload.shows)]
    assert sorted(map(_without_numbers, shown)) == sorted(map(_without_numbers, expected))


@pytest.mark.usefixtures("on_meta")
async def test_what_cannot_be_shown_is_kept_as_it_came(stage: Stage) -> None:
    [hologram] = [payload for payload in META if payload.name == "unknown-type"]
    for body in hologram.posts:
        await post_meta(stage, body)
    async with stage.services.reads.connect() as connection:
        metadata = await connection.scalar(sa.select(chats.c.metadata))
    assert metadata is not None
    assert metadata["raw"]["hologram"] == {"depth": 3}


def _of_its_own(payload: Payload, index: int) -> list[Any]:
    """The payload with ids, phones and user ids that no other has."""

    def own(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: own(each) for name, each in value.items()}
        if isinstance(value, list):
            return [own(each) for each in value]
        if isinstance(value, str) and value.startswith(("wamid.", "ID.", "Y2Fw")):
            return f"{value}.{index}"
        digits = str(value)
        if digits.startswith(("62812345678", "5511")):
            return type(value)(f"{digits[:2]}{index:03d}{digits[-7:]}")
        return value

    return [own(body) for body in payload.posts]


def _without_numbers(line: str) -> str:
    return "".join(character for character in line if not character.isdigit())
