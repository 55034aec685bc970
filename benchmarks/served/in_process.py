"""Webhooks to an application in this process, without an HTTP client or server: only its own work is counted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import event
from starlette.types import Message

from benchmarks.served.backend import Prepared
from benchmarks.served.bridge import WEBHOOK_PATH, Bridge
from sync_backend.app import create_app
from sync_backend.services import Services
from wire.realtime import workspace_channel


class _Ear:
    """A socket's place in the hub: events are encoded only when somebody listens."""

    socket_id = "1.1"

    def deliver(self, frame: str) -> bool:
        return True

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed with {code}: {reason}")


@asynccontextmanager
async def listened_app(prepared: Prepared) -> AsyncIterator[FastAPI]:
    """The application with one listener on the workspace's channel."""
    app = create_app(prepared.settings)
    async with app.router.lifespan_context(app):
        ear = _Ear()
        app.state.hub.add(ear)
        app.state.hub.join(ear, workspace_channel(prepared.workspace_id), None)
        try:
            yield app
        finally:
            app.state.hub.remove(ear)


async def cpu_milliseconds(app: FastAPI, bridge: Bridge, messages: int) -> float:
    """Per webhook, all threads of the process."""
    begin = time.process_time()
    for _ in range(messages):
        await post(app, bridge)
    return (time.process_time() - begin) / messages * 1000


async def count_statements(app: FastAPI, bridge: Bridge) -> int:
    """Of one webhook, its broadcast included."""
    services: Services = app.state.services
    engines = [engine.sync_engine for engine in (services.reads, services.writes)]
    executed: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        executed.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await post(app, bridge)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return len(executed)


async def post(app: FastAPI, bridge: Bridge) -> None:
    """Returns when the commit was published too, so that no work is left uncounted."""
    body = bridge.message()
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(_scope(bridge.headers(body)), receive, send)
    if statuses != [200]:
        raise RuntimeError(f"the webhook was answered with {statuses}")
    services: Services = app.state.services
    await services.broadcaster.settled()


def _scope(headers: list[tuple[bytes, bytes]]) -> dict[str, object]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": WEBHOOK_PATH,
        "raw_path": WEBHOOK_PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 80),
    }
