"""One person's client without its window: real files, the real engine, sender, reading and history; started, killed,
damaged as a test says. What the person typed is in a journal that no part of the client writes."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inbox_app.feed import Feed
from inbox_app.online import Online
from inbox_app.profile import Account
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.database import connect_plain
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage, OutgoingState
from local_cache.records import CachedConversation, CachedMessage
from local_cache.uuid7 import uuid7
from tests.sync.network import Line, Way
from tests.sync.people import person_at
from tests.sync.server import START_MS, USERS, WORKSPACE, Server
from tests.sync.virtual import Process
from wire.realtime import workspace_channel
from wire.rest import RealtimeSettings, User, Workspace


@dataclass
class Typed:
    """An obligation: somebody typed this for somebody (`person` as WhatsApp addresses them)."""

    uuid: str
    body: str
    person: str
    chat: str
    is_given_up: bool = False


@dataclass
class Journal:
    """What the person typed, and the texts that they left unsent."""

    typed: list[Typed] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)


class Desk:
    """`open` before anything else."""

    def __init__(self, place: int, folder: Path, server: Server, token: str, empty: Path) -> None:
        """`empty`: a folder with databases that hold nothing yet, to begin with."""
        self.name = USERS[place]
        self.line = Line(server, workspace_channel(WORKSPACE))
        self.way = Way(server)
        self.journal = Journal()
        self.failures: list[str] = []
        self.runs = 0
        self._server = server
        self._place = place
        self._token = token
        self._files = folder / self.name
        shutil.copytree(empty, self._files)
        self._counter = itertools.count(1)
        self._process: Process | None = None
        self._reader: sqlite3.Connection | None = None

    # the program

    @property
    def is_open(self) -> bool:
        return self._process is not None and self._process.alive

    async def open(self) -> None:
        self.runs += 1
        process = self._process = Process(f"{self.name} {self.runs}")
        await process.run(self._open(process))

    async def _open(self, process: Process) -> None:
        def connect(path: Path) -> sqlite3.Connection:
            connection = connect_plain(path)
            process.connections.append(connection)
            return connection

        loop = asyncio.get_running_loop()
        self.tasks = Tasks(lambda name, error: self._failed(process, name, error))
        self.outbox = Outbox(self._files / "outbox.db", connect=connect)
        self.cache = Cache(self._files / "cache.db", connect=connect)
        self.feed = Feed(cache=self.cache, outbox=self.outbox, loop=loop)
        self.online = Online(
            account=_account(self._place),
            token=self._token,
            cache=self.cache,
            outbox=self.outbox,
            tasks=self.tasks,
            clock=loop.time,
            client_version="0",
            on_line=lambda line: None,
            act_refused=lambda _act, _reason: None,
            transport=self.way,
        )
        self.online.engine._listen = self.line
        self.feed.on_cache(self.online.cache_changed)
        self.online.start()

    def _failed(self, process: Process, name: str, error: BaseException) -> None:
        if process.alive:
            self.failures.append(f"{name}: {error!r}")

    async def close(self) -> None:
        """In the order of the composition root."""
        process = self._process
        if process is None or not process.alive:
            return

        async def ending() -> None:
            self.feed.close()
            await self.online.close()
            await self.tasks.close()
            self.outbox.close()
            self.cache.close()

        self._close_reader()
        await process.run(ending())
        process.alive = False

    def kill(self) -> None:
        """As by kill -9."""
        self._close_reader()
        if self._process is not None and self._process.alive:
            self._process.die()

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def set_slow_disk(self, seconds: float) -> None:
        if self._process is not None:
            self._process.slowness = seconds

    def damage_cache(self) -> None:
        """The file is no database any more; the client must be closed."""
        assert not self.is_open
        file = self._files / "cache.db"
        for side in ("-wal", "-shm"):
            file.with_name(file.name + side).unlink(missing_ok=True)
        file.write_bytes(b"this is no database" * 300)

    async def run(self, work: object) -> None:
        """Runs a coroutine as part of the program; what it was doing when the program was killed is lost."""
        assert self._process is not None
        await self._process.run(work)  # type: ignore[arg-type]  # any coroutine

    def has_settled(self) -> bool:
        """Connected, and nothing waits to be told to the server."""
        live = self.online.engine.line.kind == "live"
        return live and not self.outbox.waiting_conversations() and not self.outbox.pending_reads()

    # what the person does

    def chats(self) -> list[CachedConversation]:
        return self.cache.conversations(limit=500)

    def chat(self, which: int) -> CachedConversation | None:
        """One of those listed, in an order that does not change with news."""
        listed = sorted(self.chats(), key=lambda each: int(each.id))
        return listed[which % len(listed)] if listed else None

    def person_of(self, chat: CachedConversation) -> str:
        """Whom the person at the desk believes to write to: a name that nobody shares, or a group's address.

        Somebody nameless is known by the address that the server has.
        """
        if chat.group_id is None:
            return chat.name or self._nameless(chat)
        [(jid,)] = self.rows("SELECT group_jid FROM groups WHERE id = ?", chat.group_id)
        return str(jid)

    def _nameless(self, chat: CachedConversation) -> str:
        query = "SELECT value FROM contact_identities WHERE contact_id = ?"
        [(address,), *_] = self._server.rows(query, chat.contact_id)
        return person_at(address.removeprefix("+"))

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Straight from the cache's file."""
        if self._reader is None:
            self._reader = sqlite3.connect(self._files / "cache.db", isolation_level=None)
        return self._reader.execute(query, parameters).fetchall()

    async def type(self, chat: CachedConversation) -> Typed:
        number = next(self._counter)
        milliseconds = START_MS + int(asyncio.get_running_loop().time() * 1000)
        body = f"{self.name} {number} for {self.person_of(chat)}"
        uuid = uuid7(milliseconds, self._place << 20 | number)
        message = OutgoingMessage(uuid=uuid, conversation_id=chat.id, body=body, created_at_ms=milliseconds)
        typed = Typed(uuid, body, self.person_of(chat), chat.id)
        await self.run(self.online.sender.send(message))
        self.journal.typed.append(typed)  # not before: the composer keeps the text until it is safe
        return typed

    async def retry(self, which: int) -> OutgoingMessage | None:
        """A message that failed here is typed again, the old one goes."""
        failed = [each for each in self.outbox.all() if each.state is OutgoingState.FAILED]
        chat = self.cache.conversation(failed[which % len(failed)].conversation_id) if failed else None
        if chat is None:
            return None
        old = failed[which % len(failed)]
        await self.type(chat)
        for each in self.journal.typed:
            each.is_given_up = each.is_given_up or each.uuid == old.uuid
        await self.run(_done(self.outbox.discard(old.uuid)))
        return old

    async def read(self, chat: CachedConversation) -> CachedMessage | None:
        """Down to the newest that is shown."""
        newest = self.cache.messages(chat.id, limit=1)
        if not newest:
            return None
        await self.run(self.online.reading.read_up_to(chat.id, newest[0].id))
        return newest[0]

    async def scroll_back(self, chat: CachedConversation) -> bool:
        """One page further, as the presenter does it; whether there may be more."""
        if chat.history_complete:
            return False
        oldest = self.cache.messages(chat.id, limit=500)
        below = None if chat.needs_history or not oldest else oldest[-1].id
        await self.run(self.online.history.fetch_below(chat.id, below))
        return True

    async def draft(self, chat: CachedConversation) -> str:
        """Replaces what stands in the composer."""
        text = f"draft {next(self._counter)} for {self.person_of(chat)}"
        replaced = self.outbox.draft(chat.id)
        await self.run(_done(self.outbox.set_draft(chat.id, text)))
        self.journal.drafts = [each for each in self.journal.drafts if each not in replaced.split("\n")]
        self.journal.drafts.append(text)
        return text


async def _done(future: object) -> None:
    await asyncio.wrap_future(future)  # type: ignore[arg-type]  # a concurrent.futures.Future of anything


def _account(place: int) -> Account:
    channel = workspace_channel(WORKSPACE)
    return Account(
        server="http://server.test",
        user=User(id=str(place + 1), name=USERS[place], email=f"{USERS[place]}@example.com", role="agent"),
        workspace=Workspace(id=str(WORKSPACE), name="Toko"),
        realtime=RealtimeSettings(key="k", host="server.test", port=80, tls=False, channel=channel, auth_endpoint=""),
    )
