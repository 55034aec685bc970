"""Measures how fast `/changes` gives out what a desktop missed, beside reading the same rows raw with sqlite3.

Through `serve` over loopback, page after page, as the desktop walks; the floor reads each page's rows by the same
index in the same run, and does nothing with them.

    python -m benchmarks.changes_throughput [--changes 20000] [--chats 600] [--rounds 5]
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import httpx
import uvloop

from benchmarks.first_sync import Walk, fill, walk
from benchmarks.served.backend import prepare, serving
from benchmarks.served.past import add_messages

PAGE = 500


def raw_rows_per_second(database: Path, since: int) -> float:
    """All columns of all messages above `since`, a page of 500 at a time."""
    with closing(sqlite3.connect(database)) as connection:
        read, version, row_id = 0, since, 0
        begin = time.perf_counter()
        while page := connection.execute(_PAGE, (version, row_id, PAGE)).fetchall():
            read += len(page)
            version, row_id = page[-1][:2]
        return read / (time.perf_counter() - begin)


_PAGE = (
    "SELECT version, id, * FROM chats WHERE workspace_id = 1 AND (version, id) > (?, ?) ORDER BY version, id LIMIT ?"
)


async def run(changes: int, chats: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared = await prepare(Path(folder))
        await fill(prepared, chats, 1)
        database = Path(folder) / "inbox.sqlite3"
        with closing(sqlite3.connect(database)) as connection:
            [(since,)] = connection.execute("SELECT head FROM workspaces").fetchall()
        add_messages(database, changes * 4 // 5, receipts=changes // 5)
        headers = {"Authorization": f"Bearer {prepared.token}"}
        walks: list[Walk] = []
        floors: list[float] = []
        async with serving(prepared) as server:
            url = f"http://127.0.0.1:{server.port}/api/v1"
            async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=60) as http:
                for _ in range(rounds + 1):
                    walks.append(await walk(http, server, "/changes", since=since))
                    floors.append(raw_rows_per_second(database, since))
    del walks[0], floors[0]  # warm
    rate = statistics.median(each.rows / each.seconds for each in walks)
    cpu = statistics.median(each.cpu_seconds / each.rows for each in walks)
    floor = statistics.median(floors)
    sys.stdout.write(
        f"/changes: {walks[0].rows:,} rows on {walks[0].pages} pages, {rate:,.0f} rows/s, {cpu * 1e6:.0f} µs of the"
        f" server's CPU a row; raw sqlite3 {floor:,.0f} rows/s; ratio {floor / rate:.1f}\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=20_000)
    parser.add_argument("--chats", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    uvloop.run(run(asked.changes, asked.chats, asked.rounds))


if __name__ == "__main__":
    main()
