"""`sync-backend worker`: does the queue's jobs in a process of its own, until it is stopped."""

from __future__ import annotations

import asyncio
import os
import signal

from sync_backend.cli.administrator import Nobody, make_ready
from sync_backend.cli.output import print_json
from sync_backend.clock import system_clock
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.logs import configure_logs
from sync_backend.memory import calm_garbage_collector
from sync_backend.metrics import Metrics
from sync_backend.settings import Settings, load_settings
from sync_backend.work import bridge_client, internet_client, make_worker, provider_directory


def work() -> None:
    """Returns after a graceful stop. Raises WorldError."""
    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    asyncio.run(work_on(settings))


async def work_on(settings: Settings) -> None:
    """Until SIGINT or SIGTERM. Raises WorldError."""
    await make_ready(settings)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    reads = open_read_engine(settings.database_url, pool_size=settings.database_connections)
    writes = open_write_engine(settings.database_url, pool_size=settings.database_connections)
    bridges, internet = bridge_client(settings), internet_client(settings)
    worker = make_worker(
        settings,
        reads=reads,
        writes=writes,
        queue=Queue(reads, writes, system_clock, Holder()),
        listener=Nobody(),
        providers=provider_directory(settings, bridges, internet),
        watch=Metrics(),
        clock=system_clock,
        apart=True,
    )
    calm_garbage_collector()
    try:
        await worker.start()
        print_json({"event": "ready", "pid": os.getpid()})
        await stopped.wait()
    finally:
        await worker.close()
        await bridges.aclose()
        await internet.aclose()
        await writes.dispose()
        await reads.dispose()
