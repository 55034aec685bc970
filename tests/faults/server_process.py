"""The real `sync-backend serve` in a process that dies where it is ordered to; its code is the product's, unchanged."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from sync_backend.__main__ import main
from sync_backend.broadcast import Broadcaster
from sync_backend.cli import serve as _imported_before_the_fork  # noqa: F401  # or each start would import it
from sync_backend.ordering import Committed
from sync_backend.providers.base import OutboundMessage, Outcome
from sync_backend.providers.webjs import WebJsProvider
from sync_backend.realtime.hub import RealtimeHub
from tests.faults.crash import CrashPoints, die_with_the_judge

BEFORE_COMMIT = "before_commit"
AFTER_COMMIT = "after_commit"
BEFORE_PUBLISH = "before_publish"
BRIDGE_ASKED = "bridge_asked"
BRIDGE_ACCEPTED = "bridge_accepted"


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """`order` is the file that crash orders come in."""

    data_dir: Path
    port: int
    log: Path
    order: Path


def run(options: ServerOptions) -> None:
    """Serves until it is stopped or killed."""
    die_with_the_judge()
    log = os.open(options.log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ["INBOX_DATA_DIR"] = str(options.data_dir)
    os.environ["INBOX_LOG_LEVEL"] = "warning"
    # People here type in seconds what a number may send in minutes.
    os.environ["INBOX_SEND_PER_MINUTE"] = os.environ["INBOX_SEND_PER_HOUR"] = "0"
    _install(CrashPoints(options.order))
    sys.argv = ["sync-backend", "serve", "--port", str(options.port)]
    main()


def _install(points: CrashPoints) -> None:
    """Points at the seams between the server's parts, not inside of any."""
    publish = RealtimeHub.publish
    committed = Broadcaster.committed
    send = WebJsProvider.send

    @event.listens_for(sa.Engine, "commit")
    def before_commit(_connection: sa.Connection) -> None:
        points.reached(BEFORE_COMMIT)

    def after_commit(broadcaster: Broadcaster, news: Committed) -> None:
        points.reached(AFTER_COMMIT)
        committed(broadcaster, news)

    async def before_publish(hub: RealtimeHub, *arguments: Any, **named: Any) -> int:
        points.reached(BEFORE_PUBLISH)
        return await publish(hub, *arguments, **named)

    async def around_the_bridge(provider: WebJsProvider, message: OutboundMessage) -> Outcome:
        points.reached(BRIDGE_ASKED)
        outcome = await send(provider, message)
        points.reached(BRIDGE_ACCEPTED)
        return outcome

    Broadcaster.committed = after_commit  # type: ignore[method-assign, assignment]  # this process exists for it
    RealtimeHub.publish = before_publish  # type: ignore[method-assign, assignment]
    WebJsProvider.send = around_the_bridge  # type: ignore[method-assign, assignment]
