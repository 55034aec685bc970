"""Measures what storing a number's past costs, from the bytes of its batches to the committed rows.

Beside it, in turn: the same rows of messages by the fastest means of the database alone (`executemany` on SQLite, COPY
into a temporary table and INSERT … SELECT on PostgreSQL), and message by message through an ORM, as the original does.

    python -m benchmarks.chats_ingest [--chats 500] [--messages 50] [--rounds 3] [--url postgresql+asyncpg://…]

`--url` names an empty database, which is emptied again at the end.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvloop
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session, registry

from benchmarks.served.backend import Prepared, prepare
from benchmarks.served.past_chats import batches
from sync_backend.cli.administrator import Nobody
from sync_backend.clock import system_clock
from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.tables import chats, conversations
from sync_backend.database.urls import is_sqlite
from sync_backend.importing.endpoint import jobs_of
from sync_backend.importing.job import Importer
from sync_backend.importing.limits import SyncLimits
from sync_backend.importing.progress import IMPORT
from sync_backend.importing.reading import read_chats
from sync_backend.ingest.payload import read_json
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.logs import configure_logs
from sync_backend.memory import calm_garbage_collector
from sync_backend.store.accounts import find_account

ORM_MESSAGES = 1_000
GOALS = {"sqlite": (20.0, 2.5), "postgresql": (30.0, 2.0)}
"""How many times faster than the ORM, at most how many times slower than the raw way."""


class Message:
    """A row of `chats`, as an ORM sees it."""


class Conversation:
    """A row of `conversations`, as an ORM sees it."""


async def ours(prepared: Prepared, reads: AsyncEngine, writes: AsyncEngine, bodies: list[bytes]) -> float:
    """Seconds: parsed and understood, queued, taken, stored with all that follows, finished."""
    queue = Queue(reads, writes, system_clock, Holder())
    importer = Importer(writes, queue, Nobody(), system_clock, SyncLimits())
    async with reads.connect() as connection:
        account = await find_account(connection, prepared.session_id)
    assert account is not None
    begin = time.perf_counter()
    for body in bodies:
        usable, rejected = read_chats(account, read_json(body)["chats"])
        assert not rejected
        async with writes.begin() as connection:
            await queue.put(connection, jobs_of(account, "batch", usable))
        while taken := await queue.take([IMPORT], 1):
            await importer.do(taken[0])
    return time.perf_counter() - begin


async def raw(writes: AsyncEngine, rows: list[dict[str, Any]], per_batch: int) -> float:
    """Seconds: the messages alone, in as many transactions."""
    statement = str(sa.insert(chats).compile(writes.sync_engine))
    names = [column.name for column in chats.c]
    async with writes.connect() as connection:
        values = _driver_values(connection, rows, names)
    seconds = 0.0
    for at in range(0, len(values), per_batch):
        part = values[at : at + per_batch]
        async with writes.begin() as connection:
            begin = time.perf_counter()
            if connection.dialect.name == "postgresql":
                await _copy(connection, names, part)
            else:
                await connection.exec_driver_sql(statement, part)
            seconds += time.perf_counter() - begin
    return seconds


async def _copy(connection: AsyncConnection, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    await connection.exec_driver_sql("CREATE TEMP TABLE IF NOT EXISTS incoming (LIKE chats) ON COMMIT DELETE ROWS")
    driver: Any = (await connection.get_raw_connection()).driver_connection
    await driver.copy_records_to_table("incoming", records=rows, columns=names)
    await connection.exec_driver_sql("INSERT INTO chats SELECT * FROM incoming ON CONFLICT DO NOTHING")


def _driver_values(connection: AsyncConnection, rows: list[dict[str, Any]], names: list[str]) -> list[tuple[Any, ...]]:
    dialect = connection.dialect
    converters = [chats.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    return [
        tuple(
            row[name] if convert is None or row[name] is None else convert(row[name])
            for name, convert in zip(names, converters, strict=True)
        )
        for row in rows
    ]


async def by_orm(url: str, writes: AsyncEngine, rows: list[dict[str, Any]]) -> float:
    """Seconds: each message looked for, added, flushed, and shown by its conversation."""
    if not is_sqlite(url):
        async with AsyncSession(writes) as session:
            begin = time.perf_counter()
            await session.run_sync(_add_one_by_one, rows)
            await session.commit()
            return time.perf_counter() - begin
    # Without a thread between: an ORM alone would not have one.
    engine = sa.create_engine(url.replace("+aiosqlite", ""))
    with Session(engine) as plain:
        begin = time.perf_counter()
        _add_one_by_one(plain, rows)
        plain.commit()
        seconds = time.perf_counter() - begin
    engine.dispose()
    return seconds


def _add_one_by_one(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        held = session.execute(
            sa.select(Message).where(
                chats.c.whatsapp_account_id == row["whatsapp_account_id"],
                chats.c.type == row["type"],
                chats.c.provider_key == row["provider_key"],
            )
        ).scalar_one_or_none()
        if held is not None:
            continue
        message: Any = Message()
        for name, value in row.items():
            setattr(message, name, value)
        session.add(message)
        session.flush()
        conversation: Any = session.get(Conversation, row["conversation_id"])
        conversation.last_message_id = message.id
        conversation.last_message_at_ms = row["sent_at_ms"]


async def run(chats_count: int, messages: int, rounds: int, url: str | None) -> None:
    configure_logs("error", "json")
    calm_garbage_collector()  # as the server does
    mapped = registry()
    mapped.map_imperatively(Message, chats)
    mapped.map_imperatively(Conversation, conversations)
    taken: dict[str, list[float]] = {"first": [], "again": [], "raw": [], "orm": []}
    rates: list[dict[str, float]] = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            rates.append(await _round(Path(folder), chats_count, messages, url))
    for name, own in taken.items():
        own.extend(each[name] for each in rates)
    first, again, floor, orm = (statistics.median(taken[name]) for name in ("first", "again", "raw", "orm"))
    kind = "sqlite" if url is None else sa.make_url(url).get_backend_name()
    faster, slower = GOALS.get(kind, (0.0, 0.0))
    sys.stdout.write(
        f"{kind}: {chats_count} chats of {messages} messages, medians of {rounds}: {first:,.0f} messages/s with "
        f"all that belongs to them; again {again:,.0f}/s; messages alone, raw {floor:,.0f}/s; by an ORM {orm:,.0f}/s\n"
        f"{first / orm:.1f} times as fast as the ORM (goal ≥ {faster:g}), {floor / first:.2f} times as slow as raw "
        f"(goal ≤ {slower:g}), a repetition takes {first / again:.2f} of the first time (goal ≤ 1)\n"
    )


async def _round(folder: Path, chats_count: int, messages: int, url: str | None) -> dict[str, float]:
    prepared = await prepare(folder) if url is None else await prepare(folder, url)
    database = prepared.settings.database_url
    reads, writes = open_read_engine(database), open_write_engine(database)
    total = chats_count * messages
    try:
        bodies = list(batches(prepared, chats_count, messages))
        first = await ours(prepared, reads, writes, bodies)
        again = await ours(prepared, reads, writes, bodies)
        async with writes.begin() as connection:
            rows = [dict(row._mapping) for row in await connection.execute(sa.select(chats).order_by(chats.c.id))]
            assert len(rows) == total, f"{len(rows)} of {total} messages are there"
            await connection.execute(sa.delete(chats))
        floor = await raw(writes, rows, total // len(bodies))
        async with writes.begin() as connection:
            await connection.execute(sa.delete(chats))
        orm = await by_orm(database, writes, rows[:ORM_MESSAGES])
    finally:
        await writes.dispose()
        await reads.dispose()
        if url is not None:
            await migrate.downgrade(url, "base")
    return {"first": total / first, "again": total / again, "raw": total / floor, "orm": ORM_MESSAGES / orm}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=500)
    parser.add_argument("--messages", type=int, default=50, help="in each chat")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--url", help="an empty database; without, SQLite")
    asked = parser.parse_args()
    uvloop.run(run(asked.chats, asked.messages, asked.rounds, asked.url))


if __name__ == "__main__":
    main()
