"""Groups, one row per workspace however many of its numbers are in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.tables import whatsapp_groups
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.conversations import stamp_conversations_of
from sync_backend.store.identities import search_text
from sync_backend.store.inserting import insert_row
from wire.rows import Participant


async def find_group(connection: AsyncConnection, workspace_id: int, group_jid: str) -> int | None:
    """The group's id, or None."""
    parameters = {"workspace_id": workspace_id, "group_jid": group_jid}
    group_id: int | None = await connection.scalar(_held(()), parameters)
    return group_id


async def get_or_create_group(
    transaction: WorkspaceTransaction,
    account: Account,
    group_jid: str,
    now: int,
    *,
    name: str | None = None,
    description: str | None = None,
    owner_phone: str | None = None,
    participants: Sequence[Participant] | None = None,
) -> int:
    """The group's id; what is given is taken over, what is None stays as it is."""
    news: dict[str, Any] = {}
    if name:
        news |= {"name": name, "search_text": search_text(name)}
    if description is not None:
        news["description"] = description
    if owner_phone is not None:
        news["owner_phone"] = owner_phone
    if participants is not None:
        news |= {"participants": [asdict(each) for each in participants], "participants_count": len(participants)}
    parameters = {"workspace_id": transaction.workspace_id, "group_jid": group_jid}
    held = (await transaction.connection.execute(_held(tuple(news)), parameters)).one_or_none()
    if held is None:
        return await _create(transaction, account, group_jid, news, now)
    changes = {column: value for column, value in news.items() if held._mapping[column] != value}
    if changes:
        await transaction.connection.execute(
            sa.update(whatsapp_groups)
            .where(whatsapp_groups.c.id == held.id)
            .values(**changes, version=transaction.head, updated_at=now)
        )
        transaction.changed(Kind.GROUP, [held.id])
        if changes.keys() & {"name", "participants_count"}:
            await stamp_conversations_of(transaction, group_ids=[held.id])
    return int(held.id)


async def _create(
    transaction: WorkspaceTransaction, account: Account, group_jid: str, news: dict[str, Any], now: int
) -> int:
    group_id = await insert_row(
        transaction,
        whatsapp_groups,
        whatsapp_account_id=account.id,
        group_jid=group_jid,
        created_at=now,
        updated_at=now,
        **news,
    )
    transaction.changed(Kind.GROUP, [group_id])
    return group_id


@cache
def _held(columns: tuple[str, ...]) -> sa.Select[Any]:
    """The id and these columns of a group: its participants, up to a thousand, are read only to be compared."""
    return brief(
        sa.select(whatsapp_groups.c.id, *(whatsapp_groups.c[name] for name in columns)).where(
            whatsapp_groups.c.workspace_id == sa.bindparam("workspace_id"),
            whatsapp_groups.c.group_jid == sa.bindparam("group_jid"),
        )
    )
