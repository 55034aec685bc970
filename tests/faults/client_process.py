"""The desktop client without its window: real cache, outbox and line to the server, obeying one command per line.

It is told what to do over a socket, as a person would with keys and mouse, and answers when it is done. It dies where
it is ordered to: at a statement of one of its databases, or around a request that sends a message.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import websockets.asyncio.client as _imported_before_the_fork  # noqa: F401  # or each start would import it

from inbox_app.feed import Feed
from inbox_app.online import Online
from inbox_app.profile import Account
from inbox_app.sync.engine import Line
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.database import Connect, connect_plain
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage
from tests.faults.crash import CrashPoints, die_with_the_judge

CACHE_STATEMENT = "cache_statement"
OUTBOX_STATEMENT = "outbox_statement"
SEND_ASKED = "send_asked"
SEND_ANSWERED = "send_answered"

SMALL_PAGE = 20
"""Rows a page of changes, so that a walk over what a round did has several."""

_WRITES = ("INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT")


@dataclass(frozen=True, kw_only=True)
class ClientOptions:
    """`order` is the file that crash orders come in, `socket` the one that commands come through."""

    cache: Path
    outbox: Path
    account: Account
    token: str
    socket: Path
    order: Path


def run(options: ClientOptions) -> None:
    """Until the other end hangs up."""
    die_with_the_judge()
    asyncio.run(_run(options))


async def _run(options: ClientOptions) -> None:
    reader, writer = await asyncio.open_unix_connection(options.socket)
    client = HeadlessClient(options)
    client.start()
    async for line in reader:
        answer = await client.obey(json.loads(line))
        writer.write(json.dumps(answer).encode() + b"\n")
    await client.close()
    writer.close()


class HeadlessClient:
    """What the composition root builds, less everything that can be seen."""

    def __init__(self, options: ClientOptions) -> None:
        points = CrashPoints(options.order)
        self._failures: list[str] = []
        self._tasks = Tasks(lambda name, error: self._failures.append(f"{name}: {error!r}"))
        self._outbox = Outbox(options.outbox, connect=_dying(points, OUTBOX_STATEMENT))
        self._cache = Cache(options.cache, connect=_dying(points, CACHE_STATEMENT))
        self._line = Line(kind="connecting")
        self._online = Online(
            account=options.account,
            token=options.token,
            cache=self._cache,
            outbox=self._outbox,
            tasks=self._tasks,
            clock=time.monotonic,
            client_version="faults",
            on_line=self._line_changed,
            act_refused=lambda _act, _reason: None,
            transport=_Transport(points),
        )
        self._feed = Feed(cache=self._cache, outbox=self._outbox, loop=asyncio.get_running_loop())
        self._commands: dict[str, Callable[..., Any]] = {
            "type": self._type,
            "read": self._read,
            "open": self._open,
            "wake": self._wake,
            "report": self._report,
        }

    def start(self) -> None:
        self._feed.on_cache(self._online.cache_changed)
        self._online.start()

    async def close(self) -> None:
        self._feed.close()
        await self._online.close()
        await self._tasks.close()
        self._outbox.close()
        self._cache.close()

    async def obey(self, command: dict[str, Any]) -> Any:
        """The answer to a command, once what it asks for is safe on disk."""
        return await self._commands[command.pop("do")](**command)

    async def _type(self, conversation: str, uuid: str, body: str) -> str:
        message = OutgoingMessage(
            uuid=uuid, conversation_id=conversation, body=body, created_at_ms=time.time_ns() // 1_000_000
        )
        await self._online.sender.send(message)
        return uuid

    async def _read(self, conversation: str) -> str | None:
        """Reads a chat down to its newest message, and names that."""
        newest = self._cache.messages(conversation, limit=1)
        if not newest:
            return None
        await self._online.reading.read_up_to(conversation, newest[0].id)
        return newest[0].id

    async def _open(self, conversation: str) -> bool:
        return await self._online.history.fetch_below(conversation, None)

    async def _wake(self) -> None:
        self._online.engine.wake_up()

    async def _report(self) -> dict[str, Any]:
        position = self._cache.position()
        return {
            "line": self._line.kind,
            "reason": self._line.reason,
            "epoch": position.epoch,
            "cursor": position.cursor,
            "waiting": [[message.uuid, message.state, message.reason] for message in self._outbox.all()],
            "reads": self._outbox.pending_reads(),
            "damaged": [str(kept.moved_aside) for kept in (self._cache, self._outbox) if kept.moved_aside],
            "failures": self._failures,
        }

    def _line_changed(self, line: Line) -> None:
        self._line = line


def _dying(points: CrashPoints, point: str) -> Connect:
    """Connections that reach the point with each statement that writes, before SQLite carries it out."""

    def note(statement: str) -> None:
        if statement.lstrip().upper().startswith(_WRITES):
            points.reached(point)

    def connect(path: Path) -> sqlite3.Connection:
        connection = connect_plain(path)
        connection.set_trace_callback(note)
        return connection

    return connect


class _Transport(httpx.AsyncHTTPTransport):
    """Reaches a point before a message is sent and when that is answered; asks for small pages."""

    def __init__(self, points: CrashPoints) -> None:
        super().__init__()
        self._points = points

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "limit" in request.url.params:
            request.url = request.url.copy_set_param("limit", str(SMALL_PAGE))
        sends = request.method == "POST" and request.url.path.endswith("/messages")
        if sends:
            self._points.reached(SEND_ASKED)
        response = await super().handle_async_request(request)
        if sends:
            self._points.reached(SEND_ANSWERED)
        return response
