"""What routes work with; the composition root builds it, routes reach it as `request.app.state.services`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.broadcast import Broadcaster
from sync_backend.clock import Clock
from sync_backend.importing.limits import DEFAULT_LIMITS, SyncLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Collaborators of one running backend; `webhook_secret` serves accounts that have none of their own."""

    reads: AsyncEngine
    writes: AsyncEngine
    broadcaster: Broadcaster
    clock: Clock
    webhook_secret: str | None = None
    sync_limits: SyncLimits = DEFAULT_LIMITS


async def services_of(request: Request) -> Services:
    """Asynchronous, because FastAPI takes others to a thread."""
    services: Any = request.app.state.services
    assert isinstance(services, Services)
    return services


RequestServices = Annotated[Services, Depends(services_of)]
