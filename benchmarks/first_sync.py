"""Measures how fast a desktop that holds nothing yet is given everything: `/snapshot`, and the same rows by `/changes`.

Through `serve` over loopback, page after page, as the desktop walks; 600 chats of 5 messages unless told otherwise.

    python -m benchmarks.first_sync [--chats 600] [--messages 5] [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvloop

from benchmarks.served.backend import Prepared, Serving, prepare, serving
from benchmarks.served.bridge import Bridge
from benchmarks.served.in_process import listened_app, post
from sync_backend.logs import configure_logs

_KINDS = ("sessions", "contacts", "groups", "conversations", "messages")


@dataclass(frozen=True, slots=True)
class Walk:
    """One walk from its first page to its last."""

    rows: int
    pages: int
    seconds: float
    first_page_seconds: float
    cpu_seconds: float


async def walk(http: httpx.AsyncClient, server: Serving, path: str, **query: Any) -> Walk:
    rows, pages, first = 0, 0, 0.0
    begin, used = time.perf_counter(), server.cpu_seconds()
    while True:
        answer = await http.get(path, params=query)
        answer.raise_for_status()
        page = orjson.loads(answer.content)
        pages += 1
        first = first or time.perf_counter() - begin
        rows += sum(len(page[kind]) for kind in _KINDS)
        if page["next_cursor"] is None:
            return Walk(rows, pages, time.perf_counter() - begin, first, server.cpu_seconds() - used)
        query["cursor"] = page["next_cursor"]


async def fill(prepared: Prepared, chats: int, messages: int) -> None:
    configure_logs("warning", "json")
    async with listened_app(prepared) as app:
        bridge = Bridge(prepared, chats)
        for _ in range(chats * messages):
            await post(app, bridge)


async def run(chats: int, messages: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared = await prepare(Path(folder))
        await fill(prepared, chats, messages)
        headers = {"Authorization": f"Bearer {prepared.token}"}
        async with serving(prepared) as server:
            url = f"http://127.0.0.1:{server.port}/api/v1"
            async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
                await walk(http, server, "/snapshot")
                await walk(http, server, "/changes", since=0)
                snapshots, changes = [], []
                for _ in range(rounds):
                    snapshots.append(await walk(http, server, "/snapshot"))
                    changes.append(await walk(http, server, "/changes", since=0))
    for name, walks in (("snapshot", snapshots), ("changes", changes)):
        sys.stdout.write(f"{_in_words(name, walks)}\n")


def _in_words(name: str, walks: list[Walk]) -> str:
    seconds = statistics.median(each.seconds for each in walks)
    first = statistics.median(each.first_page_seconds for each in walks)
    cpu = statistics.median(each.cpu_seconds for each in walks)
    rows, pages = walks[0].rows, walks[0].pages
    return (
        f"/{name}: {rows:,} rows on {pages} pages in {seconds:.2f} s, {rows / seconds:,.0f} rows/s, "
        f"first page {first * 1000:.0f} ms; server {cpu / rows * 1e6:.0f} µs CPU a row"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=600)
    parser.add_argument("--messages", type=int, default=5, help="in each chat")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    uvloop.run(run(asked.chats, asked.messages, asked.rounds))


if __name__ == "__main__":
    main()
