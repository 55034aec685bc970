"""`sync-backend serve`: prepares what is missing, says how to sign in, and serves until it is stopped."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import typer
import uvicorn

from sync_backend.administration.first_start import ensure_someone_can_sign_in
from sync_backend.administration.users import AddedUser
from sync_backend.app import create_app
from sync_backend.auth.passwords import Passwords
from sync_backend.cli.administrator import database_in_words, make_ready
from sync_backend.cli.output import print_json
from sync_backend.clock import system_clock
from sync_backend.database.engine import open_write_engine
from sync_backend.errors import WorldError
from sync_backend.logs import configure_logs
from sync_backend.memory import calm_garbage_collector
from sync_backend.realtime.endpoint import UVICORN_OPTIONS, RealtimeServer
from sync_backend.realtime.hub import RealtimeHub
from sync_backend.settings import Settings, load_settings


def serve(host: str, port: int, *, with_worker: bool) -> None:
    """Returns after a graceful stop. Raises WorldError."""
    settings = load_settings()
    configure_logs(settings.log_level, settings.log_format)
    listener = _listen(host, port)
    made = asyncio.run(_prepare(settings))
    if made is not None:
        _say_how_to_sign_in(made)
    app = create_app(settings, with_worker=with_worker)
    calm_garbage_collector()
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=10,
        **UVICORN_OPTIONS,
    )
    _Server(config, app.state.hub, _address(host, listener)).run(sockets=[listener])


class _Server(RealtimeServer):
    """Says when it is ready, and takes a stop by signal for the success that it is."""

    def __init__(self, config: uvicorn.Config, hub: RealtimeHub, url: str) -> None:
        super().__init__(config, hub)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            port = int(self._url.rpartition(":")[2])
            print_json({"event": "ready", "url": self._url, "port": port, "pid": os.getpid()})

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            # uvicorn would raise the signal again, and end a graceful stop as a death.
            self._captured_signals.clear()


async def _prepare(settings: Settings) -> AddedUser | None:
    await make_ready(settings)
    engine = open_write_engine(settings.database_url)
    try:
        async with database_in_words(settings):
            return await ensure_someone_can_sign_in(engine, Passwords(), system_clock)
    finally:
        await engine.dispose()


def _say_how_to_sign_in(made: AddedUser) -> None:
    typer.echo("This is a new installation. Sign in with")
    typer.echo(f"  e-mail:   {made.user.email}")
    typer.echo(f"  password: {made.password}   (shown this once)")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        raise WorldError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}.",
            hint="Another program may use this port; choose one with --port, or 0 for any.",
        ) from None
    listener.setblocking(False)
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}"
