"""A receiver and a simulator that posts to it, both real servers on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from simulator.service import Simulator, running
from tests.simulator.parts import SECRETS, Caller, settings
from tests.simulator.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving(SECRETS) as receiver:
        yield receiver


@pytest.fixture
async def simulator(receiver: Receiver) -> AsyncIterator[Simulator]:
    """Running, its history taken by the receiver and forgotten there."""
    async with running(settings(receiver.url)) as simulator:
        await simulator.history_posted()
        await simulator.webhooks.drained()
        for memory in (receiver.taken, receiver.raw, receiver.headers, receiver.tries):
            memory.clear()
        yield simulator


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client


@pytest.fixture
def bridge(simulator: Simulator, client: httpx.AsyncClient) -> Caller:
    return Caller(client, simulator.url)
