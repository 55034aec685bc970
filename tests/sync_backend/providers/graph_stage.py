"""The simulator's Graph API, served, with one number on it; where its webhooks go is a backend's or nobody's."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from simulator.faults import Fault
from simulator.service import Simulator, running
from simulator.settings import Backoff, Liveliness, MetaNumber, Number, Settings, WorldSize
from sync_backend.providers.meta.graph import GraphAccount, GraphClient
from sync_backend.providers.meta.provider import MetaProvider

NUMBER = Number(
    session_id="1",
    workspace_id="1",
    secret="the app's secret",
    phone="+6281100000001",
    name="Toko Melati",
    meta=MetaNumber(phone_number_id="106540352242922", access_token="EAAG"),
)


@dataclass(frozen=True)
class GraphStage:
    simulator: Simulator
    http: httpx.AsyncClient

    def graph(self, *, token: str = "EAAG", number_id: str = "106540352242922", url: str | None = None) -> GraphClient:
        account = GraphAccount(
            phone_number_id=number_id, access_token=token, url=url or self.simulator.url, version="v26.0"
        )
        return GraphClient(self.http, account)

    def provider(self, *, token: str = "EAAG", url: str | None = None) -> MetaProvider:
        return MetaProvider(self.graph(token=token, url=url), clock=lambda: 1_763_894_400.0)

    def heard_from(self, phone: str) -> None:
        """The person behind a phone wrote to us just now."""
        digits = phone.removeprefix("+")
        for room in self.simulator.world.rooms:
            if room.jid == f"{digits}@c.us":
                self.simulator.traffic.remember(room, 10**12)

    def fault(self, **fault: object) -> None:
        self.simulator.faults.add(Fault(**fault))  # type: ignore[arg-type]  # a test's own words

    def bodies(self) -> list[str]:
        """What the provider accepted, each as often as it did."""
        return [record.body for record in self.simulator.ledger.sends()]


@asynccontextmanager
async def graph_stage(backend: str = "http://127.0.0.1:9") -> AsyncIterator[GraphStage]:
    settings = Settings(
        backend=backend,
        numbers=(NUMBER,),
        size=WorldSize(chats=3, groups=0, messages=2),
        liveliness=Liveliness(rate=0, haste=300.0),
        backoff=Backoff(first=0.01, longest=0.05, timeout=1.0),
    )
    async with running(settings) as simulator, httpx.AsyncClient(timeout=0.5, trust_env=False) as http:
        yield GraphStage(simulator, http)
