"""Puts together what does the queue's jobs: inside the server, or in a process of its own (`sync-backend worker`)."""

from __future__ import annotations

from typing import Final, Protocol

import httpx
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.clock import Clock
from sync_backend.importing.job import Importer
from sync_backend.importing.progress import IMPORT
from sync_backend.jobs.queue import Queue
from sync_backend.jobs.worker import JobWatch, Trade, Worker
from sync_backend.ordering import CommitListener
from sync_backend.providers.directory import ProviderDirectory
from sync_backend.sending.outbox import SEND, Outbox
from sync_backend.sending.pace import Pace
from sync_backend.sending.sender import Sender, SendWatch
from sync_backend.settings import Settings

KINDS: Final = (IMPORT, SEND)
"""Of jobs."""

_POLL_SECONDS: Final = 1.0
_POLL_APART_SECONDS: Final = 0.2
"""Nobody tells a worker of its own that a job was put in: an agent waits for the tick."""
_IMPORTS_AT_ONCE: Final = 2
"""One is prepared while another is written; those of one workspace write in turn."""
_DIRECTLY: Final = {"all://localhost": None, "all://127.0.0.1": None}
"""Whatever proxy the environment names: the simulator plays the Graph API on this machine."""


class WorkWatch(JobWatch, SendWatch, Protocol):
    """Counts for operators."""


def bridge_client(settings: Settings) -> httpx.AsyncClient:
    """Bridges are called directly, whatever proxy the environment names for the rest of the world."""
    return httpx.AsyncClient(timeout=settings.send_timeout_seconds, trust_env=False)


def internet_client(settings: Settings) -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=settings.send_timeout_seconds, mounts=_DIRECTLY)


def provider_directory(
    settings: Settings, bridges: httpx.AsyncClient, internet: httpx.AsyncClient
) -> ProviderDirectory:
    return ProviderDirectory(
        bridges=bridges,
        internet=internet,
        shared_secret=settings.hmac_secret,
        graph_url=str(settings.graph_url),
        graph_version=settings.graph_version,
    )


def make_worker(
    settings: Settings,
    *,
    reads: AsyncEngine,
    writes: AsyncEngine,
    queue: Queue,
    listener: CommitListener,
    providers: ProviderDirectory,
    watch: WorkWatch,
    clock: Clock,
    apart: bool,
) -> Worker:
    """`apart`: in a process of its own. With imports switched off, theirs wait in the queue."""
    sender = Sender(
        Outbox(reads, writes, queue, listener, clock),
        providers,
        watch,
        clock,
        pace=Pace(reads, clock, per_minute=settings.send_per_minute, per_hour=settings.send_per_hour),
        patience_seconds=settings.send_patience_seconds,
    )
    trades = {SEND: Trade(sender.do, at_once=settings.send_concurrency, buried=sender.give_up)}
    if settings.sync_enabled:
        importer = Importer(writes, queue, listener, clock, settings.sync_limits)
        trades[IMPORT] = Trade(importer.do, at_once=_IMPORTS_AT_ONCE, buried=importer.give_up)
    poll = _POLL_APART_SECONDS if apart else _POLL_SECONDS
    return Worker(queue, trades, watch, clock, poll_seconds=poll)
