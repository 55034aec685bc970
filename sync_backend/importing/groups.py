"""The groups of a batch, one row per workspace however many of its numbers are in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import whatsapp_groups
from sync_backend.importing.history import HistoryChat
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.bulk import insert_rows, new_uuids
from sync_backend.store.conversations import stamp_conversations_of

_NEWS: Final = (
    "name",
    "search_text",
    "description",
    "owner_phone",
    "participants",
    "participants_count",
    "invite_code",
    "settings",
    "group_created_at",
)


async def settle_groups(
    transaction: WorkspaceTransaction, account: Account, chats: Sequence[HistoryChat], now: int
) -> dict[str, int]:
    """Makes and completes the groups; their ids by the provider's id."""
    news: dict[str, dict[str, Any]] = {}
    for chat in chats:
        if chat["group_jid"] is not None:
            news.setdefault(chat["group_jid"], {}).update(chat["group"])
    if not news:
        return {}
    parameters = {"workspace_id": transaction.workspace_id, "jids": list(news)}
    held = {row.group_jid: row for row in await transaction.connection.execute(_HELD, parameters)}
    ids = {jid: int(row.id) for jid, row in held.items()}
    ids |= await _create(transaction, account, {jid: own for jid, own in news.items() if jid not in held}, now)
    await _change(transaction, [(held[jid], own) for jid, own in news.items() if jid in held], now)
    return ids


async def _create(
    transaction: WorkspaceTransaction, account: Account, new: Mapping[str, Mapping[str, Any]], now: int
) -> dict[str, int]:
    if not new:
        return {}
    shared = {
        "workspace_id": transaction.workspace_id,
        "whatsapp_account_id": account.id,
        "created_at": now,
        "updated_at": now,
        "version": transaction.head,
    }
    uuids = new_uuids(len(new), now)
    rows = [
        (own, jid, *(news.get(name, "" if name == "search_text" else None) for name in _NEWS))
        for own, (jid, news) in zip(uuids, new.items(), strict=True)
    ]
    await insert_rows(transaction.connection, whatsapp_groups, shared, ("uuid", "group_jid", *_NEWS), rows)
    parameters = {"workspace_id": transaction.workspace_id, "jids": list(new)}
    ids = {row.group_jid: int(row.id) for row in await transaction.connection.execute(_IDS, parameters)}
    transaction.changed(Kind.GROUP, ids.values())
    return ids


async def _change(transaction: WorkspaceTransaction, known: Sequence[tuple[Any, Mapping[str, Any]]], now: int) -> None:
    changed: list[dict[str, Any]] = []
    shown_otherwise: list[int] = []
    for row, news in known:
        held = row._mapping
        different = {name for name, value in news.items() if held[name] != value}
        if different:
            merged = {f"new_{name}": news.get(name, held[name]) for name in _NEWS}
            changed.append({"own_id": row.id, "head": transaction.head, "now": now} | merged)
        if different & {"name", "participants_count"}:
            shown_otherwise.append(row.id)
    if not changed:
        return
    await transaction.connection.execute(_CHANGE, changed)
    transaction.changed(Kind.GROUP, [each["own_id"] for each in changed])
    await stamp_conversations_of(transaction, group_ids=shown_otherwise)


_OWN: Final = (
    whatsapp_groups.c.workspace_id == sa.bindparam("workspace_id"),
    whatsapp_groups.c.group_jid.in_(sa.bindparam("jids", expanding=True)),
)
_HELD: Final = sa.select(
    whatsapp_groups.c.id, whatsapp_groups.c.group_jid, *(whatsapp_groups.c[name] for name in _NEWS)
).where(*_OWN)
_IDS: Final = brief(sa.select(whatsapp_groups.c.id, whatsapp_groups.c.group_jid).where(*_OWN))
_CHANGE: Final = (
    sa.update(whatsapp_groups)
    .where(whatsapp_groups.c.id == sa.bindparam("own_id"))
    .values(
        **{name: sa.bindparam(f"new_{name}", type_=whatsapp_groups.c[name].type) for name in _NEWS},
        version=sa.bindparam("head"),
        updated_at=sa.bindparam("now"),
    )
)
