"""What operators and load balancers ask: is it alive, can it work, how does it do."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from sync_backend.database.epoch import read_epoch
from sync_backend.errors import ApiError
from sync_backend.jobs.dead_letters import depths
from sync_backend.metrics import Metrics
from sync_backend.services import RequestServices

log = structlog.stdlib.get_logger("sync_backend.health")


def health_router(metrics: Metrics, job_kinds: Sequence[str]) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="The process lives")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/readyz", summary="The database answers")
    async def readyz(services: RequestServices) -> dict[str, str]:
        try:
            async with services.reads.connect() as connection:
                await read_epoch(connection)
        except (SQLAlchemyError, OSError, RuntimeError):
            log.exception("not ready")
            raise ApiError(503, "unavailable", "The database does not answer.", headers={"Retry-After": "5"}) from None
        return {"status": "ok"}

    @router.get("/metrics", summary="Figures for Prometheus", response_class=Response)
    async def figures(services: RequestServices) -> Response:
        async with services.reads.connect() as connection:
            found = await depths(connection, job_kinds)
        now = services.clock()
        for each in found:
            age = 0.0 if each.oldest_ms is None else (now - each.oldest_ms) / 1000
            metrics.queue_seen(each.kind, waiting=each.waiting, dead=each.dead, oldest_seconds=age)
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    return router
