"""Where the rounds are played: a simulated WhatsApp in the judge's own process, a real server and a real client."""

from __future__ import annotations

import asyncio
import itertools
import random
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inbox_app.profile import Account
from inbox_app.server.api import Api
from local_cache.uuid7 import uuid7
from simulator.events import edit_event, reaction_event
from simulator.meta.documents import wamid
from simulator.people import Person
from simulator.service import Simulator, running
from simulator.settings import Backoff, Liveliness, Mischief, Number, Settings, WorldSize
from simulator.texts import CUSTOMER, Line
from simulator.webhooks import Posting
from simulator.world import Room, unknown_contact
from tests.e2e.backend import PASSWORD, Backend, ReservedPort, Team
from tests.faults.client_process import ClientOptions
from tests.faults.crash import Order
from tests.faults.journal import Journal, MessageKey, Typed
from tests.faults.processes import ClientProcess, Gone, ServerProcess

HURRIED = 100.0
"""Receipts come within tens of milliseconds of a send."""

BUSY = 24
"""So many webhooks on their way are enough."""


@dataclass(frozen=True, slots=True)
class _Spoken:
    room: Room
    number: Number
    writer: Person
    message_id: str

    @property
    def key(self) -> MessageKey:
        """As the server names it: Meta wraps the ids that it gives out."""
        told = self.message_id if self.number.meta is None else wamid(self.message_id)
        return self.number.session_id, told


@dataclass
class Stage:
    """What people do, each act written into the journal as far as it was acknowledged."""

    folder: Path
    backend: Backend
    team: Team
    simulator: Simulator
    server: ServerProcess
    client: ClientProcess
    api: Api
    rng: random.Random
    history: frozenset[MessageKey] = frozenset()
    journal: Journal = field(default_factory=Journal)
    heard_since: int | None = None
    """The server's head from which on the client must have heard of all; None while it has not caught up at all."""
    _spoken: list[_Spoken] = field(default_factory=list)
    _reacted: set[MessageKey] = field(default_factory=set)
    _edited: set[MessageKey] = field(default_factory=set)
    _counter: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    # What people do

    async def act(self) -> None:
        """Something that happens on either side; nothing fails because one of them is dead."""
        acts = (self._say, self._type, self._react, self._edit, self._read, self._open)
        act = self.rng.choices(acts, (8, 5, 1, 1, 1, 1))[0]
        try:
            await act()
        except Gone:
            return

    async def act_until(self, happened: Callable[[], bool], *, seconds: float = 10.0) -> None:
        """People go on until it happened, or so long."""
        loop = asyncio.get_running_loop()
        ends = loop.time() + seconds
        while not happened() and loop.time() < ends:
            if self.simulator.webhooks.waiting < BUSY:
                await self.act()
            await asyncio.sleep(self.rng.random() * 0.004)

    async def act_times(self, times: int) -> None:
        for _ in range(times):
            await self.act()

    async def say_times(self, times: int) -> None:
        """Customers write, and the server has taken all of it when this returns."""
        for _ in range(times):
            await self._say()
        await self.simulator.webhooks.drained()

    async def _say(self) -> None:
        place = next(self._counter)
        room = self._stranger(place) if self.rng.random() < 0.08 else self.rng.choice(self.simulator.world.rooms)
        writer = room.who if isinstance(room.who, Person) else room.who.nth(place)
        body = self.rng.choice(("pesan {0}", "{0} 🙏 terima kasih kak", "السلام عليكم {0}", "x" * 3_000 + "{0}"))
        line = Line(CUSTOMER, "text", body.format(place))
        postings = self.simulator.traffic.utter(room, writer, line, message_id=f"SAY{place}")
        for number, posting in zip(room.numbers, postings, strict=True):
            spoken = _Spoken(room, number, writer, f"SAY{place}")
            self._spoken.append(spoken)
            _once_taken(posting, self.journal.said, spoken.key, line.text)

    async def _react(self) -> None:
        spoken = self._something_spoken(self._reacted)
        if spoken is not None:
            emoji = self.rng.choice("👍🙏😮")
            event = reaction_event(spoken.number, spoken.message_id, emoji, spoken.writer, int(time.time()))
            posting = self.simulator.webhooks.post(spoken.number, spoken.room.address, event)
            _once_taken(posting, self.journal.reacted, spoken.key, emoji)

    async def _edit(self) -> None:
        spoken = self._something_spoken(self._edited)
        if spoken is not None:
            body = f"dikoreksi: {spoken.message_id}"
            event = edit_event(spoken.number, spoken.message_id, body, int(time.time()))
            posting = self.simulator.webhooks.post(spoken.number, spoken.room.address, event)
            _once_taken(posting, self.journal.edited, spoken.key, body)

    async def _type(self) -> None:
        conversation = self._some_conversation()
        uuid = uuid7(time.time_ns() // 1_000_000, self.rng.getrandbits(74))
        typed = self.journal.typed[uuid] = Typed(conversation, f"jawaban {next(self._counter)}")
        await self.client.ask("type", conversation=conversation, uuid=uuid, body=typed.body)
        typed.kept = True

    async def _read(self) -> None:
        message = await self.client.ask("read", conversation=self._some_conversation())
        if message is not None:
            self.journal.read.add(message)

    async def _open(self) -> None:
        await self.client.ask("open", conversation=self._some_conversation())

    def _stranger(self, place: int) -> Room:
        number = self.rng.choice(self.team.numbers)
        return self.simulator.world.add(unknown_contact(number, f"+62856{place:08}", f"Tamu {place}", self.rng))

    def _something_spoken(self, but: set[MessageKey]) -> _Spoken | None:
        """Each once: two of one message could overtake each other within a second, and neither were the last."""
        spoken = self.rng.choice(self._spoken[-20:]) if self._spoken else None
        if spoken is None or spoken.key in but:
            return None
        but.add(spoken.key)
        return spoken

    def _some_conversation(self) -> str:
        """One on a number that sends through the bridge."""
        query = "SELECT id FROM conversations WHERE whatsapp_account_id = ? AND deleted_at IS NULL"
        return str(self.rng.choice(self.rows(query, int(self.team.numbers[0].session_id)))[0])

    # What the server holds

    @property
    def database(self) -> Path:
        return self.folder / "data" / "inbox.sqlite3"

    @property
    def cache(self) -> Path:
        return self.folder / "client" / "cache.db"

    def rows(self, query: str, *values: object) -> list[Any]:
        """Asks the server's database, whether the server runs or not."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10.0)) as connection:
            return connection.execute(query, values).fetchall()

    @property
    def head(self) -> int:
        return int(self.rows("SELECT head FROM workspaces WHERE id = ?", int(self.team.numbers[0].workspace_id))[0][0])

    # The client's life

    async def start_client(self, order: Order | None = None) -> None:
        await self.client.start(order)

    def wipe_cache(self) -> None:
        """While the client is dead; what was typed is in the outbox, and stays."""
        self.heard_since = None
        for file in self.cache.parent.glob("cache.db*"):
            file.unlink()


@asynccontextmanager
async def set_up(folder: Path, rng: random.Random) -> AsyncIterator[Stage]:
    """A stage with a past that both sides hold; both are alive."""
    async with AsyncExitStack() as stack:
        bridge = ReservedPort()
        stack.callback(bridge.give_back)
        backend = Backend(folder)
        stack.callback(backend.close)
        server = ServerProcess(folder, backend.port)
        await server.start()
        stack.push_async_callback(_bury, server)
        team = await backend.add_team(f"http://127.0.0.1:{bridge.number}")
        settings = Settings(
            backend=backend.url,
            numbers=team.numbers,
            seed=rng.randrange(2**31),
            size=WorldSize(chats=70, groups=8, messages=3),
            liveliness=Liveliness(rate=0.0, haste=HURRIED),
            mischief=Mischief(duplicate=0.05, reorder=0.05),
            backoff=Backoff(first=0.05, longest=0.3),
        )
        simulator = await stack.enter_async_context(running(settings, port=bridge.number))
        simulator.traffic.pause()
        await simulator.history_posted()
        await simulator.webhooks.drained()
        account, token = await _sign_in(backend.url, team)
        (folder / "client").mkdir()

        def options(socket: Path, order: Path) -> ClientOptions:
            files = folder / "client"
            return ClientOptions(
                cache=files / "cache.db",
                outbox=files / "outbox.db",
                account=account,
                token=token,
                socket=socket,
                order=order,
            )

        client = ClientProcess(folder, options)
        stack.push_async_callback(_bury, client)
        api = Api(backend.url, token)
        stack.push_async_callback(api.close)
        stage = Stage(folder, backend, team, simulator, server, client, api, rng)
        query = "SELECT whatsapp_account_id, provider_key FROM chats"
        stage.history = frozenset((str(account_id), key) for account_id, key in stage.rows(query))
        await client.start()
        yield stage


async def _sign_in(url: str, team: Team) -> tuple[Account, str]:
    api = Api(url)
    try:
        answer = await api.login(team.email, PASSWORD, "faults")
    finally:
        await api.close()
    return Account(server=url, user=answer.user, workspace=answer.workspace, realtime=answer.realtime), answer.token


async def _bury(victim: ServerProcess | ClientProcess) -> None:
    if victim.is_started:
        await victim.bury()


def _once_taken(posting: Posting, journal: dict[MessageKey, str], key: MessageKey, what: str) -> None:
    def note(ended: asyncio.Future[Any]) -> None:
        if not ended.cancelled() and ended.result().accepted_at_ms is not None:
            journal[key] = what

    posting.ended.add_done_callback(note)
