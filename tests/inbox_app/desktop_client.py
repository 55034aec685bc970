"""The desktop client without its window: real cache and outbox files, the real engine, a network that is watched."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from inbox_app.feed import Feed
from inbox_app.online import Online
from inbox_app.sync.engine import Line
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import Act, OutgoingMessage
from local_cache.uuid7 import uuid7
from tests.e2e.waiting import until
from tests.inbox_app.backend import Backend
from tests.inbox_app.network import Network


class DesktopClient:
    """What one run of the program is, up to the presenters."""

    def __init__(self, backend: Backend, folder: Path, network: Network, token: str) -> None:
        self.network = network
        self.failures: list[tuple[str, BaseException]] = []
        self.refused: list[tuple[Act, str]] = []
        self.heard: list[tuple[Line, float]] = []
        self.tasks = Tasks(lambda name, error: self.failures.append((name, error)))
        self.cache = Cache(folder / "cache.db")
        self.outbox = Outbox(folder / "outbox.db")
        self.feed = Feed(cache=self.cache, outbox=self.outbox, loop=asyncio.get_running_loop())
        self.online = Online(
            account=backend.whose,
            token=token,
            cache=self.cache,
            outbox=self.outbox,
            tasks=self.tasks,
            clock=time.monotonic,
            client_version="0.1.0",
            on_line=lambda line: self.heard.append((line, time.monotonic())),
            act_refused=lambda act, reason: self.refused.append((act, reason)),
            transport=network,
        )
        self.feed.on_cache(self.online.cache_changed)
        self._typed = 0

    @property
    def line(self) -> str:
        return self.online.engine.line.kind

    @property
    def lines(self) -> list[Line]:
        """Every state that the line went through."""
        return [line for line, _ in self.heard]

    def waits(self) -> list[float]:
        """How many seconds each pause between two tries was to last."""
        return [line.retry_at - at for line, at in self.heard if line.retry_at is not None]

    async def close(self) -> None:
        """In the order of the composition root; fails when anything failed unseen."""
        self.feed.close()
        await self.online.close()
        await self.tasks.close()
        self.outbox.close()
        self.cache.close()

    # what a person sees

    def chats(self) -> list[str]:
        """Names of the chats that the cache lists, newest first."""
        return [each.name or "" for each in self.cache.conversations(limit=500)]

    def chat(self, name: str = "Budi") -> str:
        """A chat's id, by the name of its contact."""
        return next(each.id for each in self.cache.conversations(limit=500) if each.name == name)

    def texts(self, name: str = "Budi") -> list[str]:
        """What a chat holds, oldest first."""
        return [each.body for each in reversed(self.cache.messages(self.chat(name), limit=500))]

    def newest(self, name: str = "Budi") -> str:
        """The id of a chat's newest message."""
        return self.cache.messages(self.chat(name), limit=1)[0].id

    def status(self, uuid: str) -> str | None:
        """Of a message typed here, as the cache has it."""
        held = self.cache.message_by_uuid(uuid)
        return held.status if held is not None else None

    def type(self, body: str, name: str = "Budi") -> OutgoingMessage:
        """A message as the composer would make it; not handed over yet."""
        self._typed += 1
        moment = time.time_ns() // 1_000_000
        return OutgoingMessage(
            uuid=uuid7(moment, self._typed), conversation_id=self.chat(name), body=body, created_at_ms=moment
        )

    # waiting

    async def becomes(self, kind: str) -> None:
        """Waits until the line stands so."""
        await until(lambda: self.line == kind, f"line {kind}", seen=lambda: self.lines)

    async def has_text(self, body: str, name: str = "Budi") -> None:
        await until(lambda: name in self.chats() and body in self.texts(name), body[:40], seen=self.chats)

    async def outbox_empties(self) -> None:
        await until(lambda: not self.outbox.all(), "an empty outbox", seen=self.outbox.all)


@asynccontextmanager
async def opened(
    backend: Backend, folder: Path, network: Network | None = None, *, token: str | None = None
) -> AsyncIterator[DesktopClient]:
    """Not connected yet: `online.start()` does it. Nothing may have failed by the end."""
    client = DesktopClient(backend, folder, network or Network(), backend.token if token is None else token)
    try:
        yield client
    finally:
        await client.close()
    assert client.failures == []


@asynccontextmanager
async def live(backend: Backend, folder: Path, network: Network | None = None) -> AsyncIterator[DesktopClient]:
    """Connected and caught up."""
    async with opened(backend, folder, network) as client:
        client.online.start()
        await client.becomes("live")
        yield client
