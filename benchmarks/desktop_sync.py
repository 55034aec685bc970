"""Measures how fast the desktop takes in what the server has: a first snapshot from a real backend, then live events.

The engine with its cache file, without a window. Beside each figure: raw sqlite3 that writes the same rows with
`executemany`, a transaction per page or per event as the cache has it.

    python -m benchmarks.desktop_sync [--chats 600] [--messages 5] [--events 2000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from benchmarks.first_sync import fill
from benchmarks.served.backend import Prepared, Serving, prepare, serving
from inbox_app.server.api import Api
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.engine import Line, SyncEngine
from inbox_app.sync.pull import Puller
from inbox_app.tasks import Tasks
from local_cache import columns
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.database import Database
from local_cache.storing import Rows
from local_cache.tables import SCHEMA_VERSION, schema
from wire.pusher.client import Ended
from wire.realtime import ChangedRows, ChangesEvent, Heartbeat
from wire.rest import ChangePage
from wire.rows import Conversation, LastMessage, Message
from wire.times import to_iso

STEADY_PER_SECOND = 200
PATIENCE_SECONDS = 120.0
Statement = tuple[str, list[tuple[object, ...]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One round."""

    rows: int
    snapshot_seconds: float
    raw_snapshot_seconds: float
    burst_seconds: float
    raw_burst_seconds: float
    delays: list[float]


class Feed:
    """A realtime connection that says what the benchmark gives it, decoded as the client decodes a frame's data."""

    def __init__(self) -> None:
        self._frames: asyncio.Queue[bytes] = asyncio.Queue()
        self.heard_at: dict[int, float] = {}

    async def __call__(
        self, on_subscribed: Callable[[], None], on_news: Callable[[ChangesEvent | Heartbeat], None]
    ) -> Ended:
        on_subscribed()
        while True:
            frame = await self._frames.get()
            received = time.perf_counter()
            event = msgspec.json.decode(frame, type=ChangesEvent)
            self.heard_at[event.seq] = received
            on_news(event)

    def say(self, frame: bytes) -> None:
        self._frames.put_nowait(frame)


class Watch:
    """When each position was committed to the cache; told on the writer's thread."""

    def __init__(self) -> None:
        self.reached_at: dict[int, float] = {}
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()

    def __call__(self, changed: Changed) -> None:
        if changed.position.cursor is not None:
            self.reached_at.setdefault(changed.position.cursor, time.perf_counter())
        self._loop.call_soon_threadsafe(self._news.set)

    async def reached(self, cursor: int) -> float:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while cursor not in self.reached_at:
                self._news.clear()
                await self._news.wait()
        return self.reached_at[cursor]


async def measure(prepared: Prepared, server: Serving, folder: Path, events: int) -> Measured:
    api = Api(f"http://127.0.0.1:{server.port}", prepared.token)
    pages = await _walk(api)
    head, epoch = pages[-1].head, pages[-1].epoch
    burst, steady = _events(pages, head, epoch, events)
    raw_snapshot = _raw_seconds(folder / "raw-snapshot.db", pages)
    raw_burst = _raw_seconds(folder / "raw-burst.db", [event.rows for event in burst if event.rows is not None])

    cache, feed, watch, live = Cache(folder / "cache.db"), Feed(), Watch(), asyncio.Event()
    cache.subscribe(watch)
    failures: list[BaseException] = []
    tasks = Tasks(lambda _name, error: failures.append(error))

    def line_changed(line: Line) -> None:
        if line.kind == "live":
            live.set()

    engine = SyncEngine(
        cache=cache,
        puller=Puller(api, cache),
        listen=feed,
        backoff=Backoff(1.0, 30.0, lambda: 1.0),
        tasks=tasks,
        clock=time.monotonic,
        on_line=line_changed,
    )
    try:
        begin = time.perf_counter()
        tasks.spawn(engine.run(), "engine")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await live.wait()
        snapshot = time.perf_counter() - begin

        frames = [msgspec.json.encode(event) for event in burst]
        begin = time.perf_counter()
        for frame in frames:
            feed.say(frame)
        burst_seconds = await watch.reached(burst[-1].seq) - begin

        for event in steady:
            feed.say(msgspec.json.encode(event))
            await asyncio.sleep(1 / STEADY_PER_SECOND)
        await watch.reached(steady[-1].seq)
        delays = [watch.reached_at[event.seq] - feed.heard_at[event.seq] for event in steady]
    finally:
        await tasks.close()
        await api.close()
        cache.close()
    if failures:
        raise failures[0]
    rows = sum(len(statement[1]) for page in pages for statement in _statements(page))
    return Measured(rows, snapshot, raw_snapshot, burst_seconds, raw_burst, delays)


async def _walk(api: Api) -> list[ChangePage]:
    pages = [await api.snapshot(None)]
    while pages[-1].next_cursor is not None:
        pages.append(await api.snapshot(pages[-1].next_cursor))
    return pages


def _events(
    pages: Sequence[ChangePage], head: int, epoch: str, count: int
) -> tuple[list[ChangesEvent], list[ChangesEvent]]:
    """`count` at once and then a tenth of that steadily: an inbound message each, that lifts its chat."""
    chats = [chat for page in pages for chat in page.conversations]
    made = [_event(chats[place % len(chats)], head + place, epoch) for place in range(1, count + count // 10 + 1)]
    return made[:count], made[count:]


def _event(chat: Conversation, seq: int, epoch: str) -> ChangesEvent:
    at = to_iso(time.time_ns() // 1_000_000 + seq)
    message = Message(
        id=f"live-{seq}",
        uuid=f"live-{seq}",
        conversation_id=chat.id,
        session_id=chat.session_id,
        direction="inbound",
        message_type="text",
        body=f"Halo, apakah pesanan nomor {seq} sudah dikirim? Terima kasih.",
        status="delivered",
        created_at=at,
        order=f"{at}{seq:012d}",
        arrival=seq,
        version=seq,
    )
    last = LastMessage(
        id=message.id, body=message.body, message_type="text", direction="inbound", status="delivered", created_at=at
    )
    lifted = replace(chat, last_message=last, last_message_at=at, unread_count=chat.unread_count + 1, version=seq)
    return ChangesEvent(epoch=epoch, seq=seq, rows=ChangedRows(conversations=[lifted], messages=[message]))


def _raw_seconds(file: Path, transactions: Iterable[Rows]) -> float:
    """What bare sqlite3 takes for the same rows in the same tables, prepared beforehand."""
    Database(file, schema, version=SCHEMA_VERSION, synchronous="NORMAL", other_version="rebuild")
    prepared = [_statements(rows) for rows in transactions]
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    begin = time.perf_counter()
    for statements in prepared:
        connection.execute("BEGIN IMMEDIATE")
        for sql, parameters in statements:
            connection.executemany(sql, parameters)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - begin
    connection.close()
    return seconds


def _statements(rows: Rows) -> list[Statement]:
    by_table = (
        ("sessions", [columns.session_columns(row) for row in rows.sessions]),
        ("contacts", [columns.contact_columns(row) for row in rows.contacts]),
        ("groups", [columns.group_columns(row) for row in rows.groups]),
        ("conversations", [columns.conversation_columns(row) for row in rows.conversations]),
        ("messages", [columns.message_columns(row, row.conversation_id) for row in rows.messages]),
    )
    return [_insert(table, found) for table, found in by_table if found]


def _insert(table: str, rows: Sequence[columns.Columns]) -> Statement:
    names = ", ".join(f'"{name}"' for name in rows[0])
    marks = ", ".join("?" * len(rows[0]))
    return f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", [tuple(row.values()) for row in rows]


async def run(chats: int, messages: int, events: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "backend").mkdir()
        prepared = await prepare(Path(folder) / "backend")
        await fill(prepared, chats, messages)
        measured = []
        async with serving(prepared) as server:
            for number in range(rounds):
                (Path(folder) / str(number)).mkdir()
                measured.append(await measure(prepared, server, Path(folder) / str(number), events))
    for line in _in_words(measured, events):
        sys.stdout.write(f"{line}\n")


def _in_words(measured: Sequence[Measured], events: int) -> list[str]:
    snapshot = statistics.median(each.snapshot_seconds for each in measured)
    raw_snapshot = statistics.median(each.raw_snapshot_seconds for each in measured)
    burst = statistics.median(each.burst_seconds for each in measured)
    raw_burst = statistics.median(each.raw_burst_seconds for each in measured)
    delays = sorted(delay for each in measured for delay in each.delays)
    p50, p99 = (delays[int(len(delays) * part)] * 1000 for part in (0.5, 0.99))
    rows = measured[0].rows
    return [
        f"first snapshot, backend to cache: {rows:,} rows in {snapshot:.2f} s, {rows / snapshot:,.0f} rows/s; "
        f"raw executemany {raw_snapshot:.3f} s, ratio {snapshot / raw_snapshot:.1f}",
        f"{events:,} events at once: {burst:.2f} s, {events / burst:,.0f} events/s; "
        f"raw executemany {raw_burst:.2f} s, ratio {burst / raw_burst:.1f}",
        f"{STEADY_PER_SECOND} events/s: heard → in the cache p50 {p50:.1f} ms, p99 {p99:.1f} ms (goal p50 ≤ 10 ms)",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=600)
    parser.add_argument("--messages", type=int, default=5, help="in each chat")
    parser.add_argument("--events", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    asyncio.run(run(asked.chats, asked.messages, asked.events, asked.rounds))


if __name__ == "__main__":
    main()
