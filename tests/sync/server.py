"""The real server in this process, on a real file: it can be killed at any statement, and its backup restored."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import orjson
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.api import conversations, groups, messages, sessions, sync
from sync_backend.api.sending import sending_router
from sync_backend.auth.tokens import Tokens
from sync_backend.broadcast import Broadcaster
from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.epoch import renew_epoch
from sync_backend.database.tables import users, whatsapp_accounts, workspaces
from sync_backend.error_answers import install_error_handlers
from sync_backend.ingest import webhook
from sync_backend.ingest.events import prepare
from sync_backend.ingest.validation import read_event
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import NewJob, Queue
from sync_backend.jobs.worker import Trade, Worker
from sync_backend.metrics import Metrics
from sync_backend.ordering import Committed, Turns, workspace_transaction
from sync_backend.sending.messages import Outgoing
from sync_backend.sending.outbox import SEND, Outbox
from sync_backend.sending.pace import Pace
from sync_backend.sending.sender import Sender
from sync_backend.sending.templates import Templates
from sync_backend.services import Services
from sync_backend.store.accounts import find_account
from tests.sync.provider import BridgeTransport, Directory, WhatsApp
from tests.sync.virtual import Killed, Process, forget
from wire.signatures import sign_body

START_MS = 1_763_894_400_000
SECRET = "a secret of the tests"
PATIENCE_SECONDS = 20.0
POLL_SECONDS = 3600.0
"""Nobody else puts jobs in."""
BRIDGE = "http://bridge.test"

WORKSPACE, OTHER_WORKSPACE = 1, 2
USERS = ("Sari", "Dewi")
WEBJS, FORGETFUL, FOREIGN = 1, 2, 3
"""The numbers: two of our workspace, one of the other."""

Publish = Callable[[str, str, str], None]


@dataclass(frozen=True)
class Template:
    """A founded database, to be copied, and the tokens of its users."""

    path: Path
    tokens: tuple[str, ...]


async def found(path: Path, first_messages: Iterable[dict[str, Any]]) -> Template:
    """Two workspaces, ours with two users, and some who wrote already."""
    url = f"sqlite+aiosqlite:///{path}"
    await migrate.upgrade(url)
    writes, reads = open_write_engine(url), open_read_engine(url)
    async with writes.begin() as connection:
        for number in (WORKSPACE, OTHER_WORKSPACE):
            values = {"id": number, "uuid": str(uuid.uuid4()), "name": f"Toko {number}"}
            await connection.execute(sa.insert(workspaces).values(values))
        for number, name in enumerate(USERS, 1):
            await connection.execute(
                sa.insert(users).values(
                    id=number,
                    uuid=str(uuid.uuid4()),
                    workspace_id=WORKSPACE,
                    name=name,
                    email=f"{name}@example.com",
                    password="never checked here",
                    role="agent",
                )
            )
        for number in (WEBJS, FORGETFUL, FOREIGN):
            await connection.execute(
                sa.insert(whatsapp_accounts).values(
                    id=number,
                    uuid=str(uuid.uuid4()),
                    workspace_id=OTHER_WORKSPACE if number == FOREIGN else WORKSPACE,
                    phone_number=f"+62811000000{number}",
                    provider_type="meta" if number == FORGETFUL else "webjs",
                    bridge_url=BRIDGE,
                    hmac_secret=SECRET,
                )
            )
    for event in first_messages:
        await _receive(writes, event)
    tokens = Tokens(writes, reads, lambda: START_MS)
    issued = tuple([(await tokens.issue(number, "test")).token for number in range(1, len(USERS) + 1)])
    await writes.dispose()
    await reads.dispose()
    return Template(path, issued)


async def _receive(writes: AsyncEngine, event: dict[str, Any]) -> None:
    class Nobody(Turns):
        def committed(self, news: Committed) -> None: ...

    async with workspace_transaction(writes, event["workspace_id"], Nobody()) as transaction:
        account = await find_account(transaction.connection, event["session_id"])
        assert account is not None
        await prepare(read_event(event))(transaction, account, START_MS)


class Lives:
    """What outlasts a process of the server because it is only expensive to make: routes and compiled statements."""

    def __init__(self, database: Path) -> None:
        self.database = database
        url = f"sqlite+aiosqlite:///{database}"
        self.writes, self.reads = open_write_engine(url), open_read_engine(url)
        self.metrics = Metrics()
        self.queue: Queue | None = None
        self.worker: Worker | None = None
        self.app = FastAPI()
        install_error_handlers(self.app)
        for module in (webhook, sessions, conversations, messages, groups, sync):
            self.app.include_router(module.router)
        outgoing = Outgoing(cast("Queue", self), self.wake, cast("Templates", None))
        self.app.include_router(sending_router(outgoing))

    async def put(self, connection: AsyncConnection, new: Sequence[NewJob]) -> None:
        assert self.queue is not None
        await self.queue.put(connection, new)

    def wake(self, kind: str) -> None:
        assert self.worker is not None
        self.worker.wake(kind)


class Server:
    """`publish` is told of everything broadcast; `now` in seconds of the virtual clock."""

    def __init__(
        self, lives: Lives, template: Template, whatsapp: WhatsApp, publish: Publish, now: Callable[[], float]
    ):
        self._lives = lives
        self._whatsapp = whatsapp
        self._publish = publish
        self._now = now
        self._life: Process | None = None
        self._broadcaster: Broadcaster | None = None
        self._countdown: int | None = None
        self._backup: Path | None = None
        self._reader: sqlite3.Connection | None = None
        self.deaths = 0
        self._remove_database()
        shutil.copy(template.path, lives.database)

    @property
    def is_up(self) -> bool:
        return self._life is not None and self._life.alive

    def clock(self) -> int:
        return START_MS + int(self._now() * 1000)

    async def start(self) -> None:
        self.deaths += 1
        life = self._life = Process(f"server {self.deaths}")
        life.tick = self._count_down
        with suppress(Killed):
            await life.run(self._start())

    async def _start(self) -> None:
        lives = self._lives
        broadcaster = self._broadcaster = Broadcaster(lives.reads, self, lives.metrics)
        lives.queue = Queue(lives.reads, lives.writes, self.clock, Holder())
        sender = Sender(
            Outbox(lives.reads, lives.writes, lives.queue, broadcaster, self.clock),
            Directory(httpx.AsyncClient(transport=BridgeTransport(self._whatsapp)), self._whatsapp),
            lives.metrics,
            self.clock,
            pace=Pace(lives.reads, self.clock, per_minute=0, per_hour=0),
            patience_seconds=PATIENCE_SECONDS,
        )
        trades = {SEND: Trade(sender.do, at_once=4, buried=sender.give_up)}
        lives.worker = Worker(lives.queue, trades, lives.metrics, self.clock, poll_seconds=POLL_SECONDS)
        lives.app.state.tokens = Tokens(lives.writes, lives.reads, self.clock)
        lives.app.state.services = Services(
            reads=lives.reads, writes=lives.writes, broadcaster=broadcaster, clock=self.clock
        )
        broadcaster.start()
        await lives.worker.start()

    async def stop(self) -> None:
        """In the order of the composition root."""
        life = self._life
        if life is None or not life.alive:
            return
        self._countdown = None
        with suppress(Killed):
            await life.run(self._stop())
        life.alive = False

    async def _stop(self) -> None:
        assert self._lives.worker is not None
        assert self._broadcaster is not None
        await self._lives.worker.close()
        await self._broadcaster.close()
        await self._lives.writes.dispose()
        await self._lives.reads.dispose()

    def kill(self) -> None:
        """Nothing of this life has any effect from now on."""
        self._countdown = None
        if self._life is not None and self._life.alive:
            self._life.die()
            self._lives.writes.sync_engine.dispose(close=False)
            self._lives.reads.sync_engine.dispose(close=False)

    def kill_after(self, statements: int) -> None:
        """The process will die when its database is asked for the last of so many statements."""
        self._countdown = statements

    def _count_down(self) -> None:
        if self._countdown is not None:
            self._countdown -= 1
            if self._countdown <= 0:
                self.kill()

    async def publish(self, channel: str, event: str, data: str) -> None:
        """See `sync_backend.broadcast.Publisher`."""
        self._publish(channel, event, data)

    # backups

    def back_up(self) -> None:
        self._backup = self._lives.database.with_suffix(".backup")
        source, target = sqlite3.connect(self._lives.database), sqlite3.connect(self._backup)
        source.backup(target)
        source.close()
        target.close()

    @property
    def has_backup(self) -> bool:
        return self._backup is not None

    def restore(self) -> None:
        """As docs say: stop the server, put the copy in place, remove the side files, begin a new epoch."""
        assert self._backup is not None
        assert not self.is_up
        self._remove_database()
        shutil.copy(self._backup, self._lives.database)

    async def begin_epoch(self) -> None:
        async with self._lives.writes.begin() as connection:
            await renew_epoch(connection, self.clock())
        await self._lives.writes.dispose()

    def close(self) -> None:
        """The end of the world."""
        self.kill()
        self._remove_database()

    def _remove_database(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        for suffix in ("", "-wal", "-shm"):
            self._lives.database.with_name(self._lives.database.name + suffix).unlink(missing_ok=True)

    # requests

    async def handle(self, request: httpx.Request) -> httpx.Response:
        """What its socket would answer; ConnectError while it is down, ReadError when it dies on the way."""
        life = self._life
        if life is None or not life.alive:
            raise httpx.ConnectError("nobody listens", request=request)
        task = life.spawn(httpx.ASGITransport(self._lives.app).handle_async_request(request), "request")
        await asyncio.wait([task])
        if not self.is_up or self._life is not life:
            forget(task)
            raise httpx.ReadError("the server died", request=request)
        return task.result()

    async def post(self, event: dict[str, Any]) -> int | None:
        """The bridge posts an event, signed; the answer's status, null when there was none."""
        body = orjson.dumps(event)
        headers = {"Content-Type": "application/json", "X-WhatsApp-Signature": sign_body(SECRET, body)}
        request = httpx.Request("POST", "http://server.test/api/whatsapp/webhook", content=body, headers=headers)
        try:
            return (await self.handle(request)).status_code
        except httpx.TransportError:
            return None

    def has_settled(self) -> bool:
        """Nothing is on its way to a provider, nor would be asked of one again."""
        asked_again = self.clock() - int((PATIENCE_SECONDS + 30.0) * 1000)
        return not self.rows(
            "SELECT 1 FROM chats WHERE type = 'outbound' AND client_uuid IS NOT NULL AND deleted_at IS NULL AND "
            "(status IN ('queued', 'sending') OR (status = 'unconfirmed' AND sent_at_ms > ?))",
            asked_again,
        )

    def rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """Straight from the file."""
        if self._reader is None:
            self._reader = sqlite3.connect(self._lives.database, isolation_level=None)
        return self._reader.execute(query, parameters).fetchall()
