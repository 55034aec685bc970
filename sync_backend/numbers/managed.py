"""A number as those need it who manage it: where its bridge is, and what is known of its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.tables import whatsapp_accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedNumber:
    """`whatsapp_accounts`, a few columns of it."""

    id: int
    workspace_id: int
    phone_number: str
    display_name: str | None
    provider_type: str
    status: str
    status_reason: str | None
    bridge_url: str | None
    hmac_secret: str | None
    sync_status: str
    synced_count: int
    total_count: int | None


async def find_managed(connection: AsyncConnection, workspace_id: int, account_id: int) -> ManagedNumber | None:
    """None for another workspace's number, and for one that was removed."""
    found = await connection.execute(_NUMBER, {"workspace_id": workspace_id, "account_id": account_id})
    row = found.one_or_none()
    return None if row is None else ManagedNumber(**row._mapping)


_NUMBER: Final = sa.select(*(whatsapp_accounts.c[name] for name in ManagedNumber.__dataclass_fields__)).where(
    whatsapp_accounts.c.id == sa.bindparam("account_id"),
    whatsapp_accounts.c.workspace_id == sa.bindparam("workspace_id"),
    whatsapp_accounts.c.deleted_at.is_(None),
)
