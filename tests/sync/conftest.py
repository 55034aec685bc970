"""A workshop for the scenarios of a module, and a world for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sync.world import Workshop, World, workshop


@pytest.fixture(scope="module")
def own() -> Iterator[Workshop]:
    with workshop() as own:
        yield own


@pytest.fixture
def world(own: Workshop) -> Iterator[World]:
    """Both clients hold what the server holds."""
    world = World(own)
    world.pass_time(2.0)
    yield world
    world.close()
