"""Measures a desktop that comes back: after a week offline with 20,000 changes, and after 100,000.

The real client with its window (offscreen) on its own loop, in a process of its own, against `serve` over loopback.
What counts is how long it takes until the line is live, and the longest time for which the window did not answer.
A busy machine lengthens that time; the CPU that the loop's thread used meanwhile is the program's own part.

    python -m benchmarks.resume [--chats 600] [--messages 20] [--changes 20000] [--more-changes 100000]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import uvloop

from benchmarks.first_sync import fill
from benchmarks.served.backend import Prepared, prepare, serving
from benchmarks.served.past import add_messages

GOAL_MS = 50
PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Return:
    """One start of the desktop, until it held what the server holds; the first is the one with an empty cache."""

    seconds: float
    longest_gap_ms: float
    longest_busy_ms: float
    messages: int


async def measure(chats: int, messages: int, changes: int, more_changes: int) -> dict[str, Return]:
    with tempfile.TemporaryDirectory(prefix="resume-") as name:
        folder = Path(name)
        prepared = await prepare(folder)
        await fill(prepared, chats, 1)
        database = folder / "inbox.sqlite3"
        add_messages(database, chats * messages, seed=1)
        async with serving(prepared) as server:
            url = f"http://127.0.0.1:{server.port}"
            returns = {"first start, snapshot": await come_back(prepared, url, folder / "desktop")}
            add_messages(database, changes * 4 // 5, receipts=changes // 5, seed=2)
            returns[f"{changes:,} changes behind"] = await come_back(prepared, url, folder / "desktop")
            add_messages(database, more_changes * 4 // 5, receipts=more_changes // 5, seed=3)
            returns[f"{more_changes:,} changes behind"] = await come_back(prepared, url, folder / "desktop")
            returns["the same by a snapshot"] = await come_back(prepared, url, folder / "other desktop")
        return returns


async def come_back(prepared: Prepared, url: str, profile: Path) -> Return:
    command = [sys.executable, "-m", "benchmarks.resume", "--desktop", str(profile), url, prepared.token]
    desktop = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    )
    said, _ = await asyncio.wait_for(desktop.communicate(), PATIENCE_SECONDS)
    if desktop.returncode:
        raise RuntimeError(f"the desktop ended with {desktop.returncode}")
    return Return(**json.loads(said))


def be_the_desktop(folder: Path, url: str, token: str) -> Return:
    """In a process of its own: Qt is imported here, and not by the process that starts the server."""
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop  # after PySide6: it takes whichever Qt is already imported

    from inbox_app.compose.client import Client

    app = QApplication([])

    async def watched() -> Return:
        profile, credentials = await _signed_in(folder, url, token)
        client = Client(app=app, profile=profile, credentials=credentials)
        running = asyncio.create_task(client.run(), name="desktop")
        try:
            return await asyncio.wait_for(_watch(client, await _head(url, token)), PATIENCE_SECONDS)
        finally:
            client.quit()
            await running

    with asyncio.Runner(loop_factory=lambda: QEventLoop(app)) as runner:
        return runner.run(watched())


async def _signed_in(folder: Path, url: str, token: str) -> Any:
    from inbox_app.credentials import MemoryCredentials
    from inbox_app.profile import Account, Profile
    from inbox_app.server.api import Api

    api = Api(url, token)
    try:
        me = await api.me()
    finally:
        await api.close()
    profile, credentials = Profile("benchmark", folder), MemoryCredentials()
    profile.remember(Account(server=url, user=me.user, workspace=me.workspace, realtime=me.realtime))
    credentials.save(profile.name, token)
    return profile, credentials


async def _head(url: str, token: str) -> int:
    from inbox_app.server.api import Api

    api = Api(url, token)
    try:
        return (await api.snapshot(None)).head
    finally:
        await api.close()


async def _watch(client: Any, head: int) -> Return:
    from inbox_app.demo.loop_watch import LoopWatch

    while client.inbox is None:  # noqa: ASYNC110  # the client tells nobody
        await asyncio.sleep(0)
    inbox = client.inbox
    newest = inbox.cache.conversations(limit=1)
    if newest:
        inbox.open_chat(newest[0].id)
    await asyncio.sleep(0)  # the window's first paint is another benchmark's
    begin, gaps, busy = time.perf_counter(), LoopWatch(), _Busy()
    gaps.start()
    busy.start()
    while (inbox.cache.position().cursor or 0) < head or inbox.online.engine.line.kind != "live":  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    seconds = time.perf_counter() - begin
    await asyncio.sleep(0.5)  # what the last page brought is painted
    gaps.stop()
    busy.stop()
    held = sum(len(inbox.cache.messages(each.id, limit=10**6)) for each in inbox.cache.conversations(limit=10**6))
    return Return(seconds, gaps.longest * 1000, busy.longest * 1000, held)


class _Busy:
    """The most CPU that the loop's thread used between two turns of the loop."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._probe(), name="cpu probe")

    def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _probe(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.004)
            self.longest = max(self.longest, time.thread_time() - before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=600)
    parser.add_argument("--messages", type=int, default=20, help="in each chat before the desktop goes, on average")
    parser.add_argument("--changes", type=int, default=20_000)
    parser.add_argument("--more-changes", type=int, default=100_000)
    parser.add_argument("--desktop", nargs=3, metavar=("FOLDER", "URL", "TOKEN"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.desktop:
        folder, url, token = asked.desktop
        sys.stdout.write(json.dumps(asdict(be_the_desktop(Path(folder), url, token))))
        return
    for name, back in uvloop.run(measure(asked.chats, asked.messages, asked.changes, asked.more_changes)).items():
        verdict = "met" if back.longest_gap_ms <= GOAL_MS else "MISSED"
        sys.stdout.write(
            f"{name:<28} live after {back.seconds:6.2f} s, {back.messages:,} messages shown; longest gap "
            f"{back.longest_gap_ms:.0f} ms ({back.longest_busy_ms:.0f} ms its own CPU), goal ≤ {GOAL_MS}: {verdict}\n"
        )


if __name__ == "__main__":
    main()
