"""Payloads of the corpus, spoilt in ways that nobody thought of: `python -m tests.sync_backend.ingest.mutating`.

Whatever comes, no webhook answers with a 5xx, and no good element is lost for an odd one beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import itertools
import json
import random
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, Final

import httpx
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_backend.database.tables import chats
from sync_backend.database.urls import with_driver
from tests.sync_backend.ingest.payloads import NUMBER_ID, meta_number, payloads, post_bridge, post_meta
from tests.sync_backend.stage import Number, Stage, Team, migrated_file, open_stage

_ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 7, 10**40, 1.5e308, "", " ", "x", "x" * 70_000, "\x00", "\ud83d", "é" * 300, "7" * 30,
    [], {}, [[[]]], [None], {"": ""}, {"id": {"id": {"id": []}}}, "6281234567890", "wamid.IN1",
)  # fmt: skip
_META: Final = [body for payload in payloads("meta") for body in payload.posts]
_BRIDGE: Final = [event for payload in payloads("bridge") for event in payload.posts]

spoilings = st.tuples(st.integers(0, 10**6), st.integers(1, 5), st.randoms(use_true_random=False))
"""Which payload, how often it is spoilt, and how."""


def spoilt(bodies: list[Any], spoiling: tuple[int, int, random.Random]) -> Any:
    index, times, chance = spoiling
    body = copy.deepcopy(bodies[index % len(bodies)])
    for _ in range(times):
        places = list(_places(body))
        if places:
            _spoil(*chance.choice(places), chance)
    return body


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each container with each of its keys."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield value, key
        yield from _places(inner)


def _spoil(container: Any, key: Any, chance: random.Random) -> None:
    held = container[key]
    match chance.randrange(5):
        case 0:
            del container[key]
        case 1 if isinstance(container, list):
            container.insert(chance.randrange(len(container) + 1), copy.deepcopy(held))
        case 2 if isinstance(container, dict):
            container[chance.choice(["id", "from", "type", "messages", "text", "hologram"])] = copy.deepcopy(held)
        case 3 if isinstance(held, str):
            container[key] = held[: len(held) // 2] + chance.choice(["", "\x00", "\ud83d", "é", "9"])
        case _:
            container[key] = copy.deepcopy(chance.choice(_ODD))


class World:
    """One backend under both webhooks; neighbours are counted, so that each is known by its id."""

    def __init__(self, stage: Stage, team: Team, bridge: Number) -> None:
        self._stage = stage
        self._team = team
        self._bridge = bridge
        self._ids = itertools.count()

    async def take_metas(self, body: Any) -> None:
        """Good neighbours stand in every list of messages that is left, and in an entry of their own."""
        neighbours = self._add_neighbours(body)
        answer = await post_meta(self._stage, body)
        assert answer.status_code == 200, answer.text
        assert await self._lost(neighbours) == []

    async def take_bridges(self, event: Any) -> None:
        answer = await self._post_to_bridges(event)
        assert answer.status_code in (200, 401, 422), answer.text
        neighbour = f"neighbour.{next(self._ids)}"
        good = {"chat_type": "private", "contact_phone": "628111@c.us", "message_body": "x", "message_id": neighbour}
        assert (await self._post_to_bridges(good)).status_code == 200
        assert await self._lost([neighbour]) == []

    async def _post_to_bridges(self, event: Any) -> httpx.Response:
        return await post_bridge(self._stage, self._bridge, event if isinstance(event, dict) else {"event": event})

    def _add_neighbours(self, body: Any) -> list[str]:
        metadata = {"phone_number_id": NUMBER_ID}
        entry = {"changes": [{"value": {"metadata": metadata, "messages": []}}]}
        if isinstance(body.get("entry"), list):
            body["entry"].append(entry)
        else:
            body["entry"] = [entry]
        neighbours = []
        for container, key in list(_places(body)):
            value = container[key]
            if key != "value" or not isinstance(value, dict) or not isinstance(value.get("messages"), list):
                continue
            own = value.get("metadata")
            # A neighbour of a nested value that Meta would not send there is nobody's.
            if isinstance(own, dict) and own.get("phone_number_id") == NUMBER_ID and _is_a_change(body, value):
                neighbours.append(f"neighbour.{next(self._ids)}")
                good = {"from": "628111", "id": neighbours[-1], "type": "text", "text": {"body": "x"}}
                value["messages"].insert(0, good)
        return neighbours

    async def _lost(self, neighbours: list[str]) -> list[str]:
        async with self._stage.services.reads.connect() as connection:
            found = await connection.scalars(
                sa.select(chats.c.provider_key).where(chats.c.provider_key.in_(neighbours))
            )
            return sorted(set(neighbours) - set(found))


def _is_a_change(body: Any, value: Any) -> bool:
    return any(
        change.get("value") is value
        for entry in body["entry"]
        if isinstance(entry, dict) and isinstance(entry.get("changes"), list)
        for change in entry["changes"]
        if isinstance(change, dict)
    )


def search(folder: Path, examples: int) -> None:
    """Raises with the smallest payload that breaks the promise."""
    with asyncio.Runner() as runner:
        url = f"sqlite:///{runner.run(migrated_file(folder / 'inbox.sqlite3'))}"
        stages = open_stage(with_driver(url))
        stage = runner.run(stages.__aenter__())
        try:
            world = runner.run(_world(stage))
            _play(runner, world, examples)
        finally:
            runner.run(stages.__aexit__(None, None, None))


def _play(runner: asyncio.Runner, world: World, examples: int) -> None:
    def run(play: Coroutine[Any, Any, None], told: Any) -> None:
        try:
            runner.run(play)
        except Exception as error:
            error.add_note(json.dumps(told)[:5000])
            raise

    @settings(max_examples=examples, deadline=None, database=None)
    @given(spoilings, st.booleans())
    def plays(spoiling: tuple[int, int, random.Random], bridge: bool) -> None:
        if bridge:
            event = spoilt(_BRIDGE, spoiling)
            run(world.take_bridges(event), event)
        else:
            body = spoilt(_META, spoiling)
            run(world.take_metas(body), body)

    plays()


async def _world(stage: Stage) -> World:
    team = await stage.team()
    await meta_number(stage, team)
    return World(stage, team, await stage.number(team, phone_number="+628110000002"))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.sync_backend.ingest.mutating", description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="payloads-") as folder:
        search(Path(folder), chosen.examples)
    sys.stdout.write(f"{chosen.examples} spoilt payloads: none answered with a 5xx, no good element lost.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
