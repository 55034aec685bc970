"""The composition root of the server: builds everything, connects it, and closes it again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from sync_backend.api import conversations, groups, messages, sessions, sync
from sync_backend.api.auth import AuthCollaborators, auth_router
from sync_backend.api.deeds import deeds_router
from sync_backend.api.health import health_router
from sync_backend.api.numbers import numbers_router
from sync_backend.api.sending import sending_router
from sync_backend.auth.passwords import Passwords
from sync_backend.auth.throttle import LoginThrottle
from sync_backend.auth.tokens import Tokens
from sync_backend.broadcast import Broadcaster
from sync_backend.clock import Clock, system_clock
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.urls import is_sqlite
from sync_backend.error_answers import install_error_handlers
from sync_backend.importing.endpoint import Intake, chats_sync_router
from sync_backend.ingest import webhook
from sync_backend.ingest.meta import webhook as meta_webhook
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.metrics import Metrics
from sync_backend.numbers.commands import NumberCommands
from sync_backend.realtime.endpoint import realtime_router
from sync_backend.realtime.hub import RealtimeHub
from sync_backend.request_context import RequestContext
from sync_backend.secrets_file import load_secrets
from sync_backend.sending.messages import Outgoing
from sync_backend.sending.templates import Templates
from sync_backend.services import Services
from sync_backend.settings import Settings
from sync_backend.work import KINDS, bridge_client, internet_client, make_worker, provider_directory
from wire.rest import ErrorAnswer


def create_app(settings: Settings, clock: Clock = system_clock, *, with_worker: bool = True) -> FastAPI:
    """The database's schema must be current; without the worker, `sync-backend worker` must do the jobs.

    Raises WorldError when the secrets file cannot be used.
    """
    secrets = load_secrets(settings)
    metrics = Metrics()
    hub = RealtimeHub()
    metrics.watch_clients(lambda: hub.connected)
    reads = open_read_engine(settings.database_url, pool_size=settings.database_connections)
    writes = open_write_engine(settings.database_url, pool_size=settings.database_connections)
    others_write = not with_worker or not is_sqlite(settings.database_url)
    broadcaster = Broadcaster(reads, hub, metrics, looks_for_others=others_write)
    bridges, internet = bridge_client(settings), internet_client(settings)
    providers = provider_directory(settings, bridges, internet)
    queue = Queue(reads, writes, clock, Holder())
    worker = make_worker(
        settings,
        reads=reads,
        writes=writes,
        queue=queue,
        listener=broadcaster,
        providers=providers,
        watch=metrics,
        clock=clock,
        apart=False,
    )
    numbers = NumberCommands(
        reads=reads,
        writes=writes,
        listener=broadcaster,
        clock=clock,
        http=bridges,
        bridge_url=str(settings.bridge_url) if settings.bridge_url else None,
        shared_secret=settings.hmac_secret,
        sync_enabled=settings.sync_enabled,
        sync_limits=settings.sync_limits,
    )
    tokens = Tokens(writes, reads, clock)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        broadcaster.start()
        if with_worker:
            await worker.start()
        try:
            yield
        finally:
            await worker.close()
            await broadcaster.close()
            await hub.close()
            await bridges.aclose()
            await internet.aclose()
            await writes.dispose()
            await reads.dispose()

    app = FastAPI(
        title="WhatsApp inbox",
        version=version("whatsapp-inbox"),
        description="The server of a realtime desktop inbox for WhatsApp.",
        lifespan=running,
        responses={"4XX": {"model": ErrorAnswer, "description": "Refused: what was wrong, where, and what to do."}},
        docs_url=None,
        redoc_url=None,
    )
    app.state.hub = hub
    app.state.tokens = tokens
    app.state.services = Services(
        reads=reads,
        writes=writes,
        broadcaster=broadcaster,
        clock=clock,
        webhook_secret=settings.hmac_secret,
        sync_limits=settings.sync_limits,
    )
    app.add_middleware(RequestContext, max_request_bytes=settings.max_request_bytes, metrics=metrics)
    install_error_handlers(app)
    auth = AuthCollaborators(
        reader=reads,
        passwords=Passwords(),
        tokens=tokens,
        throttle=LoginThrottle(time.monotonic),
        secrets=secrets,
        public_url=str(settings.public_url) if settings.public_url else None,
    )
    app.include_router(auth_router(auth))
    for module in (sessions, conversations, messages, groups, sync, webhook, meta_webhook):
        app.include_router(module.router)
    intake = Intake(queue, worker.wake, most_waiting=settings.queue_depth, is_enabled=settings.sync_enabled)
    app.include_router(chats_sync_router(intake))
    app.include_router(sending_router(Outgoing(queue, worker.wake, Templates(reads, providers, clock))))
    app.include_router(numbers_router(numbers))
    app.include_router(deeds_router(providers))
    app.include_router(health_router(metrics, KINDS))
    app.include_router(
        realtime_router(hub, app_id=secrets.pusher_app_id, key=secrets.pusher_app_key, secret=secrets.pusher_app_secret)
    )
    return app
