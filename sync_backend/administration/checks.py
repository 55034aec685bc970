"""What `sync-backend doctor` looks at: each check says how it stands, and what to do when it does not."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Literal

import httpx
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.administration.accounts import META
from sync_backend.database.tables import users, whatsapp_accounts
from sync_backend.providers.bridge_client import BridgeAccount, BridgeClient
from sync_backend.settings import CONFIG_FILE_VARIABLE, Settings, variable_of

BRIDGE_TIMEOUT_SECONDS: Final = 5.0

State = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Check:
    """`advice` is what to do about anything but `ok`."""

    name: str
    state: State
    finding: str
    advice: str | None = None


def check_environment() -> Check:
    known = {variable_of(name) for name in Settings.model_fields} | {CONFIG_FILE_VARIABLE}
    unknown = sorted(name for name in os.environ if name.startswith("INBOX_") and name not in known)
    if unknown:
        return Check("settings", "warning", f"Unknown: {', '.join(unknown)}", "Look for a slip of the pen.")
    return Check("settings", "ok", "All settings are known.")


def check_secrets(settings: Settings) -> Check:
    path = settings.secrets_file
    if not path.exists():
        return Check("secrets", "ok", "None yet; `sync-backend serve` makes them.")
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return Check("secrets", "failed", f"Others can read {path}.", f"chmod 600 {path}")
    return Check("secrets", "ok", f"Only this user can read {path}.")


async def check_people(engine: AsyncEngine) -> Check:
    query = sa.select(sa.func.count()).select_from(users).where(users.c.deleted_at.is_(None))
    async with engine.connect() as connection:
        count = await connection.scalar(query) or 0
    if count == 0:
        return Check("people", "warning", "Nobody can sign in.", "sync-backend user add --workspace ID --email …")
    return Check("people", "ok", f"{count} can sign in.")


async def check_numbers(engine: AsyncEngine, settings: Settings) -> AsyncIterator[Check]:
    """Asks each number's bridge whether it is there, takes our signature and is connected."""
    query = (
        sa.select(whatsapp_accounts).where(whatsapp_accounts.c.deleted_at.is_(None)).order_by(whatsapp_accounts.c.id)
    )
    async with engine.connect() as connection:
        numbers = (await connection.execute(query)).all()
    if not numbers:
        yield Check("numbers", "warning", "There are none.", "sync-backend account add --workspace ID …")
    async with httpx.AsyncClient(timeout=BRIDGE_TIMEOUT_SECONDS, trust_env=False) as http:
        for row in numbers:
            name = f"number {row.id}"
            secret = row.hmac_secret or settings.hmac_secret
            if row.bridge_url is None:
                yield _without_bridge(name, row.provider_type)
            elif secret is None:
                yield Check(name, "failed", "It has no secret.", "Set WHATSAPP_HMAC_SECRET, or add the number anew.")
            else:
                yield await _check_bridge(name, BridgeClient(http, BridgeAccount(str(row.id), row.bridge_url, secret)))


async def _check_bridge(name: str, bridge: BridgeClient) -> Check:
    try:
        answer = await bridge.call("GET", "/sessions")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Check(
            name, "failed", f"Its bridge does not answer ({type(error).__name__}).", "Start it, or correct its URL."
        )
    if answer.status_code == 401:
        advice = "Give the bridge this number's hmac_secret, and compare the two machines' clocks."
        return Check(name, "failed", "Its bridge refuses our signature.", advice)
    if not answer.is_success:
        return Check(name, "failed", f"Its bridge answers with HTTP {answer.status_code}.", "Look at the bridge's log.")
    return Check(name, "ok", "Its bridge answers.")


def _without_bridge(name: str, provider_type: str) -> Check:
    if provider_type == META:
        return Check(name, "warning", "Meta's Cloud API is not available yet.", "Give it a --bridge-url meanwhile.")
    return Check(name, "warning", "It has no bridge URL, so nothing can be sent from it.", "Add it with --bridge-url.")
