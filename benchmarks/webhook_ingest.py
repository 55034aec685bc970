"""Measures what a webhook costs, from its bytes to the committed rows and the event that tells of them.

In process: the application's own CPU per message, as a ratio to raw sqlite3 writing the same rows, one commit each.
Over loopback: webhooks/s through `serve` with 1 and with 16 senders. Live: webhook sent → `changes` at a socket.

    python -m benchmarks.webhook_ingest [--messages 800] [--live-seconds 8]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.served.backend import Prepared, prepare, serving
from benchmarks.served.bridge import Bridge, Line
from benchmarks.served.desktop import listening
from benchmarks.served.in_process import count_statements, cpu_milliseconds, listened_app
from benchmarks.served.raw_floor import raw_milliseconds
from sync_backend.logs import configure_logs

WARM_UP = 200
ROUNDS = 5
SENDERS = (1, 16)
RATES_PER_SECOND = (1, 5, 20)
GOAL_RATIO = 12.0


async def measure_cpu(prepared: Prepared, messages: int) -> str:
    """In process; the medians of rounds that alternate with the floor."""
    own, raw = [], []
    folder = prepared.settings.data_dir
    with (folder / "log").open("w") as log:
        configure_logs("info", "json", log)
        async with listened_app(prepared) as app:
            bridge = Bridge(prepared)
            await cpu_milliseconds(app, bridge, WARM_UP)
            statements = await count_statements(app, bridge)
            for _ in range(ROUNDS):
                own.append(await cpu_milliseconds(app, bridge, messages // ROUNDS))
                raw.append(raw_milliseconds(folder / "inbox.sqlite3", messages // ROUNDS))
    each, floor = statistics.median(own), statistics.median(raw)
    return (
        f"in process: {each:.2f} ms CPU a webhook, {statements} statements; raw sqlite3 {floor:.3f} ms; "
        f"ratio {each / floor:.1f} (goal ≤ {GOAL_RATIO:g})"
    )


async def measure_throughput(prepared: Prepared, senders: int, messages: int) -> str:
    """Through `serve`, one listener connected."""
    async with serving(prepared) as server, listening(prepared, server.port) as desktop:
        bridge = Bridge(prepared)
        lines = [await Line.open(bridge, server.port) for _ in range(senders)]
        for _ in range(WARM_UP):
            await lines[0].post()
        begin, used = time.perf_counter(), server.cpu_seconds()
        taken = [seconds for each in await _all_post(lines, messages // senders) for seconds in each]
        rate = len(taken) / (time.perf_counter() - begin)
        await desktop.heard(WARM_UP + len(taken))
        each = (server.cpu_seconds() - used) / len(taken) * 1000
        for line in lines:
            await line.close()
    return (
        f"{senders:>2} sender{'s' if senders > 1 else ' '}: {rate:,.0f} webhooks/s, {_percentiles(taken)}; "
        f"{each:.2f} ms CPU a webhook, HTTP and socket included"
    )


async def _all_post(lines: Sequence[Line], messages: int) -> list[list[float]]:
    async def post(line: Line) -> list[float]:
        return [await line.post() for _ in range(messages)]

    return await asyncio.gather(*(post(line) for line in lines))


async def measure_live(prepared: Prepared, seconds: float) -> list[str]:
    """Webhook sent → its `changes` frame at the socket, at a steady rate."""
    measured = []
    async with serving(prepared) as server, listening(prepared, server.port) as desktop:
        line = await Line.open(Bridge(prepared), server.port)
        sent = await _post_steadily(line, WARM_UP, 50)
        for rate in RATES_PER_SECOND:
            before = len(sent)
            sent += await _post_steadily(line, max(int(rate * seconds), 5), rate)
            heard = await desktop.heard(len(sent))
            delays = [ear - mouth for mouth, ear in zip(sent[before:], heard[before:], strict=True)]
            measured.append(f"live, {rate:>2}/s: sent → changes at a socket {_percentiles(delays)}")
        await line.close()
    return measured


async def _post_steadily(line: Line, messages: int, rate: float) -> list[float]:
    """When each was sent."""
    sent = []
    for _ in range(messages):
        # Between 0.5 and 1.5 intervals: not in step with anything periodic.
        await asyncio.sleep((0.5 + random.random()) / rate)
        sent.append(time.perf_counter())
        await line.post()
    return sent


def _percentiles(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(int(len(ordered) * part), len(ordered) - 1)] * 1000 for part in (0.5, 0.99))
    return f"p50 {p50:.1f} ms, p99 {p99:.1f} ms"


async def run(messages: int, live_seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        prepared = await prepare(Path(folder))
        _say(await measure_cpu(prepared, messages))
        for senders in SENDERS:
            _say(await measure_throughput(prepared, senders, messages))
        for line in await measure_live(prepared, live_seconds):
            _say(line)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=800, help="of each measurement")
    parser.add_argument("--live-seconds", type=float, default=8.0, help="for each rate")
    asked = parser.parse_args()
    uvloop.run(run(asked.messages, asked.live_seconds))


if __name__ == "__main__":
    main()
