"""Measures the time from a commit at the server until clients have applied it: for 1, 50 and 500 of them.

Real engines over real sockets, each with a cache file of its own, in one process beside the server's: so what 500
clients take in together they take in one after another, which 500 computers would not. Beside it therefore: one real
client among 499 that only listen. Webhooks come one at a time; the next one when all have applied the last.

    python -m benchmarks.commit_to_applied [--clients 1 50 500] [--events 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
import uvloop

from benchmarks.first_sync import fill
from benchmarks.served.backend import Prepared, prepare
from benchmarks.served.bridge import Bridge, Line
from benchmarks.served.desktop import listening
from inbox_app.online import Online
from inbox_app.profile import Account
from inbox_app.server.api import Api
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from sync_backend.app import create_app
from sync_backend.ordering import Committed
from sync_backend.realtime.endpoint import UVICORN_OPTIONS
from sync_backend.settings import Settings

CHATS = 50
GOAL_P50_MS = 10.0
PATIENCE_SECONDS = 300.0


class Client:
    """One desktop without its window."""

    def __init__(self, folder: Path, account: Account, token: str) -> None:
        folder.mkdir()
        self.applied_at: dict[int, float] = {}
        self._failures: list[BaseException] = []
        self._tasks = Tasks(lambda _name, error: self._failures.append(error))
        self._cache = Cache(folder / "cache.db")
        self._outbox = Outbox(folder / "outbox.db")
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._cache.subscribe(self._committed)
        self._online = Online(
            account=account,
            token=token,
            cache=self._cache,
            outbox=self._outbox,
            tasks=self._tasks,
            clock=time.monotonic,
            client_version="0",
            on_line=lambda _line: self._news.set(),
            act_refused=lambda _act, _reason: None,
        )
        self._online.start()

    def _committed(self, changed: Changed) -> None:
        """On the writer's thread."""
        self.applied_at.setdefault(changed.position.cursor or 0, time.perf_counter())
        self._loop.call_soon_threadsafe(self._news.set)

    async def reached(self, head: int) -> None:
        while (self._cache.position().cursor or 0) < head or self._online.engine.line.kind != "live":
            self._news.clear()
            await self._news.wait()
            if self._failures:
                raise self._failures[0]

    async def close(self) -> None:
        await self._online.close()
        await self._tasks.close()
        self._outbox.close()
        self._cache.close()


async def be_clients(url: str, token: str, count: int) -> None:
    """Reads heads from its input, one a line; answers each with `ok` once all have applied it, at last with times."""
    api = Api(url, token)
    me, head = await api.me(), (await api.snapshot(None)).head
    await api.close()
    account = Account(server=url, user=me.user, workspace=me.workspace, realtime=me.realtime)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    with tempfile.TemporaryDirectory(prefix="clients-") as folder:
        clients: list[Client] = []
        for place in range(count):
            clients.append(Client(Path(folder) / str(place), account, token))
            await clients[-1].reached(head)
        while True:
            _say("ok")
            line = (await reader.readline()).strip()
            if not line:
                break
            await asyncio.gather(*(client.reached(int(line)) for client in clients))
        _say(json.dumps([client.applied_at for client in clients]))
        for client in clients:
            await client.close()


async def measure(prepared: Prepared, clients: int, ears: int, events: int) -> list[float]:
    """Milliseconds of each event at each real client."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1_024)
    port = listener.getsockname()[1]
    folder = str(prepared.settings.data_dir)
    async with AsyncExitStack() as stack:
        server = await _program(stack, "--serve", folder, str(listener.fileno()), pass_fds=[listener.fileno()])
        listener.close()
        assert server.stdout is not None
        for _ in range(ears):
            await stack.enter_async_context(listening(prepared, port))
        others = await _program(stack, "--be", f"http://127.0.0.1:{port}", prepared.token, str(clients))
        assert others.stdin is not None
        assert others.stdout is not None
        await _expect_ok(others.stdout)
        bridge = await Line.open(Bridge(prepared, CHATS), port)
        committed: dict[int, float] = {}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            for _ in range(events):
                await bridge.post()
                committed |= {int(head): at for head, at in (await http.get("/commits")).json().items()}
                others.stdin.write(f"{max(committed)}\n".encode())
                await _expect_ok(others.stdout)
        await bridge.close()
        others.stdin.write_eof()
        applied: list[dict[str, float]] = json.loads(await others.stdout.readline())
        await others.wait()
    if not all(str(head) in times for times in applied for head in committed):
        raise RuntimeError("a client took several commits in at once: it pulled, where it should have been told")
    return [(times[str(head)] - at) * 1000 for times in applied for head, at in committed.items()]


async def _program(stack: AsyncExitStack, *arguments: str, pass_fds: Sequence[int] = ()) -> asyncio.subprocess.Process:
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.commit_to_applied", *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        limit=2**28,
        pass_fds=pass_fds,
    )

    async def end() -> None:
        if program.returncode is None:
            program.terminate()
        await program.wait()

    stack.push_async_callback(end)
    return program


async def _expect_ok(said: asyncio.StreamReader) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        if (await said.readline()).strip() != b"ok":
            raise RuntimeError("the clients ended")


def serve(folder: Path, descriptor: int) -> None:
    """The whole application, which notes when each commit was told to its broadcaster."""
    app = create_app(Settings(data_dir=folder, log_format="json", log_level="warning"))
    broadcaster, commits = app.state.services.broadcaster, {}
    tell = broadcaster.committed

    def note(news: Committed) -> None:
        commits[news.head] = time.perf_counter()
        tell(news)

    broadcaster.committed = note

    @app.get("/commits")
    async def heads() -> dict[int, Any]:
        return commits

    config = uvicorn.Config(app, loop="uvloop", log_level="error", access_log=False, **UVICORN_OPTIONS)
    uvicorn.Server(config).run([socket.socket(fileno=descriptor)])


async def run(counts: Sequence[int], events: int) -> None:
    plans = [(count, 0) for count in counts] + [(1, max(counts) - 1)]
    with tempfile.TemporaryDirectory() as folder:
        prepared = await prepare(Path(folder))
        prepared = replace(prepared, settings=Settings(data_dir=Path(folder), log_format="json"))
        await fill(prepared, CHATS, 1)
        for clients, ears in plans:
            milliseconds = sorted(await measure(prepared, clients, ears, events))
            p50, p99 = (milliseconds[int(len(milliseconds) * part)] for part in (0.5, 0.99))
            who = f"{clients} clients" if not ears else f"one client among {ears} listeners"
            _say(f"commit → applied, {who}: p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal p50 ≤ {GOAL_P50_MS:.0f})")


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 50, 500])
    parser.add_argument("--events", type=int, default=20)
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "DESCRIPTOR"), help=argparse.SUPPRESS)
    parser.add_argument("--be", nargs=3, metavar=("URL", "TOKEN", "COUNT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        os.environ.pop("INBOX_DATA_DIR", None)
        serve(Path(asked.serve[0]), int(asked.serve[1]))
    elif asked.be:
        asyncio.run(be_clients(asked.be[0], asked.be[1], int(asked.be[2])))
    else:
        uvloop.run(run(asked.clients, asked.events))


if __name__ == "__main__":
    main()
