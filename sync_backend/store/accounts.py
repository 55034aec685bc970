"""The WhatsApp numbers: who they belong to, how they are connected, how far their import has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.tables import whatsapp_accounts
from sync_backend.ordering import Kind, WorkspaceTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One number, as ingest needs it."""

    id: int
    workspace_id: int
    provider_type: str
    hmac_secret: str | None
    strict_signatures: bool


async def find_account(connection: AsyncConnection, account_id: int) -> Account | None:
    """None also for a number that was removed."""
    row = (await connection.execute(_ACCOUNT, {"account_id": account_id})).one_or_none()
    return None if row is None else Account(**row._mapping)


async def change_account(transaction: WorkspaceTransaction, account_id: int, now: int, **values: Any) -> None:
    """Sets columns; what already has its value is left alone, and with it the version."""
    columns = [whatsapp_accounts.c[name] for name in values]
    own = whatsapp_accounts.c.id == account_id
    held = (await transaction.connection.execute(sa.select(*columns).where(own))).one()._mapping
    if all(held[name] == value for name, value in values.items()):
        return
    await transaction.connection.execute(
        sa.update(whatsapp_accounts).where(own).values(**values, updated_at=now, version=transaction.head)
    )
    transaction.changed(Kind.SESSION, [account_id])


async def add_unread(transaction: WorkspaceTransaction, account_id: int, difference: int) -> None:
    """Moves the number's counter, which lists show without counting."""
    if difference == 0:
        return
    await transaction.connection.execute(
        _ADD_UNREAD, {"account_id": account_id, "difference": difference, "head": transaction.head}
    )
    transaction.changed(Kind.SESSION, [account_id])


_ACCOUNT: Final = brief(
    sa.select(
        *(
            whatsapp_accounts.c[name]
            for name in ("id", "workspace_id", "provider_type", "hmac_secret", "strict_signatures")
        )
    ).where(whatsapp_accounts.c.id == sa.bindparam("account_id"), whatsapp_accounts.c.deleted_at.is_(None))
)

_ADD_UNREAD: Final = brief(
    sa.update(whatsapp_accounts)
    .where(whatsapp_accounts.c.id == sa.bindparam("account_id"))
    .values(
        unread_count=whatsapp_accounts.c.unread_count + sa.bindparam("difference", type_=sa.Integer),
        version=sa.bindparam("head"),
    )
)
