"""Measures the chat list: the original's query over all messages against ours over conversations, as both grow.

On SQLite, PostgreSQL and MariaDB, whichever answer. Both are asked through the same driver, one after the other in
turn, so that their ratio holds on a busy machine. Databases are made under names of their own, and dropped.

    python -m benchmarks.chat_list_query [--sizes 50000 200000 1000000] [--databases sqlite postgresql mariadb]
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import sqlalchemy as sa
import structlog
from fastapi import FastAPI
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from benchmarks.served.chat_list_past import WORKSPACE, add_past, people_of
from sync_backend.administration.users import add_user
from sync_backend.app import create_app
from sync_backend.auth.passwords import Passwords
from sync_backend.clock import system_clock
from sync_backend.database.urls import Backend
from sync_backend.services import Services
from sync_backend.settings import Settings
from tests.sync_backend.databases import Databases, open_databases

GOAL_RATIO: Final = {Backend.SQLITE: 500, Backend.POSTGRESQL: 200, Backend.MARIADB: 500}
GOAL_SEARCH_MS: Final = {Backend.SQLITE: 2.0, Backend.POSTGRESQL: 2.0, Backend.MARIADB: 5.0}
GOAL_GROWTH: Final = 1.5
_PAGES: Final = 21
_ROUNDS: Final = 15
_SECONDS_FOR_THE_ORIGINAL: Final = 40.0

# `getChatList` of the original's design, as its ORM would write it; without the second query that counts all pages.
_ORIGINAL: Final = """
SELECT contacts.*, latest_chat.id AS latest_chat_id, latest_chat.metadata AS last_message_metadata,
  latest_chat.created_at AS last_message_at, latest_chat.chat_type, latest_chat.provider_type, latest_chat.is_read,
  whatsapp_groups.name AS group_name, whatsapp_groups.participants AS group_participants
FROM contacts
LEFT JOIN (
  SELECT contact_id, group_id, id, metadata, created_at, chat_type, provider_type, is_read,
    ROW_NUMBER() OVER (PARTITION BY COALESCE(contact_id, group_id) ORDER BY created_at DESC) AS rn
  FROM chats WHERE workspace_id = 1 AND deleted_at IS NULL
) AS latest_chat ON contacts.id = latest_chat.contact_id AND latest_chat.rn = 1
LEFT JOIN whatsapp_groups ON latest_chat.group_id = whatsapp_groups.id AND latest_chat.chat_type = 'group'
WHERE contacts.workspace_id = 1 AND contacts.deleted_at IS NULL
ORDER BY last_message_at DESC LIMIT 50
"""

Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds, medians."""

    original: float
    first_page: float
    page_21: float
    search: dict[str, float]


async def measure(databases: Databases, messages: int, folder: Path) -> Times:
    async with databases.empty() as url:
        settings = Settings(data_dir=folder, database_url=url)
        began = time.perf_counter()
        await add_past(url, messages)
        _say(f"   {messages:>9,} messages, {people_of(messages):,} people: made in {time.perf_counter() - began:.0f} s")
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            services: Services = app.state.services
            client = await _signed_in(app, services)
            async with client:
                first, cursor = await _page(services.reads, client, {})
                for _ in range(_PAGES - 2):
                    _, cursor = await _page(services.reads, client, {"cursor": cursor})
                later, _ = await _page(services.reads, client, {"cursor": cursor})
                words = {"a rare name": f"n{messages // 40}x", "a part of a number": "0000123", "a common name": "budi"}
                searches = {}
                for name, word in words.items():
                    searches[name], _ = await _page(services.reads, client, {"search": word})
            async with services.reads.connect() as connection:
                run = await _runner(connection)
                asked: dict[str, Sequence[Statement]] = {"first": first, "later": later, **searches}
                return await _timed(run, asked)


async def _timed(run: Callable[[Statement], Awaitable[None]], asked: dict[str, Sequence[Statement]]) -> Times:
    taken: dict[str, list[float]] = {name: [] for name in asked}
    original: list[float] = []
    spent = 0.0
    for round_ in range(_ROUNDS):
        if round_ < 3 or spent < _SECONDS_FOR_THE_ORIGINAL / 8:
            original.append(await _once(run, [(_ORIGINAL, ())]))
            spent += original[-1] / 1000
        for _ in range(3):
            for name, statements in asked.items():
                taken[name].append(await _once(run, statements))
        if spent > _SECONDS_FOR_THE_ORIGINAL and round_ >= 2:
            break
    own = {name: statistics.median(times) for name, times in taken.items()}
    return Times(statistics.median(original), own.pop("first"), own.pop("later"), own)


async def _once(run: Callable[[Statement], Awaitable[None]], statements: Sequence[Statement]) -> float:
    began = time.perf_counter()
    for statement in statements:
        await run(statement)
    return (time.perf_counter() - began) * 1000


async def _runner(connection: AsyncConnection) -> Callable[[Statement], Awaitable[None]]:
    """Asks the driver itself: what is compared is what databases do."""
    driver: Any = (await connection.get_raw_connection()).driver_connection

    async def on_sqlite(statement: Statement) -> None:
        driver._conn.execute(*statement).fetchall()

    async def on_postgresql(statement: Statement) -> None:
        await driver.fetch(statement[0], *statement[1])

    async def on_mariadb(statement: Statement) -> None:
        async with driver.cursor() as cursor:
            await cursor.execute(statement[0], statement[1] or None)
            await cursor.fetchall()

    match connection.dialect.name:
        case "sqlite":
            return on_sqlite
        case "postgresql":
            return on_postgresql
    return on_mariadb


async def _page(engine: AsyncEngine, client: httpx.AsyncClient, query: dict[str, Any]) -> tuple[list[Statement], str]:
    """The statements by which the route answers, without those that look after the token; and the next cursor."""
    statements: list[Statement] = []

    def remember(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if "access_tokens" not in statement:
            statements.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    answer = await client.get("/api/v1/conversations", params={"limit": 50, **query})
    event.remove(engine.sync_engine, "before_cursor_execute", remember)
    assert answer.status_code == 200, answer.text
    return statements, answer.json()["next_cursor"]


async def _signed_in(app: FastAPI, services: Services) -> httpx.AsyncClient:
    user = await add_user(
        services.writes, Passwords(), system_clock, workspace_id=WORKSPACE, email="a@example.com", role="agent"
    )
    token = (await app.state.tokens.issue(user.user.id, "benchmark")).token
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inbox.test", headers=headers)


def _report(backend: Backend, times: dict[int, Times]) -> bool:
    """Prints ratios beside their goals; whether all were reached."""
    reached = []

    def line(name: str, value: float, goal: float, *, at_least: bool = False, unit: str = "") -> None:
        good = value >= goal if at_least else value <= goal
        reached.append(good)
        sign = "≥" if at_least else "≤"
        _say(f"   {name:<58}{value:>9.2f}{unit}   goal {sign} {goal:g}{unit}   {'reached' if good else 'NOT REACHED'}")

    smallest, largest = min(times), max(times)
    for size, each in times.items():
        _say(f"   {size:>9,}: the original {each.original:,.1f} ms, ours {each.first_page:.2f} ms")
    first = times[smallest]
    line(f"the original ÷ ours, {smallest:,}", first.original / first.first_page, GOAL_RATIO[backend], at_least=True)
    if largest != smallest:
        growth = times[largest].first_page / first.first_page
        line(f"ours, {largest:,} ÷ {smallest:,}", growth, GOAL_GROWTH)
        _say(f"   the original, the same: {times[largest].original / first.original:.1f}")
    line(f"page {_PAGES} ÷ page 1, {largest:,}", times[largest].page_21 / times[largest].first_page, GOAL_GROWTH)
    for name, milliseconds in times[largest].search.items():
        line(f"search for {name}, {largest:,}", milliseconds, GOAL_SEARCH_MS[backend], unit=" ms")
    return all(reached)


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  # this command's output


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chat_list_query", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 200_000, 1_000_000])
    names = {backend.name.lower(): backend for backend in Backend}
    parser.add_argument("--databases", nargs="+", choices=list(names), default=list(names))
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in chosen.databases:
        _say(f"-- {names[name]}")
        with tempfile.TemporaryDirectory(prefix="chat-list-") as folder:
            try:
                with open_databases(names[name], Path(folder)) as databases:
                    times = {size: asyncio.run(measure(databases, size, Path(folder))) for size in chosen.sizes}
            except (OSError, sa.exc.DBAPIError) as error:
                _say(f"   not measured: {error}")
                continue
        _report(names[name], times)
    return 0


if __name__ == "__main__":
    sys.exit(main())
