"""People, found by any of the identities under which WhatsApp knows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import BRIEF
from sync_backend.database.tables import contact_identities, contacts
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.conversations import stamp_conversations_of
from sync_backend.store.identities import search_text
from sync_backend.store.inserting import insert_row
from sync_backend.store.merging import merge_contacts
from wire.webhooks import Identity

_FEW: Final = 4
"""More identities than WhatsApp gives one person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownContact:
    """A contact as ingest needs it."""

    id: int
    name: str | None
    phone: str | None
    source_type: str


async def find_contacts(
    connection: AsyncConnection, workspace_id: int, identities: Sequence[Identity]
) -> list[KnownContact]:
    """Whoever bears one of the identities, oldest first; more than one means that they are one person."""
    parameters: dict[str, Any] = {"workspace_id": workspace_id}
    for index, each in enumerate(identities):
        parameters |= {f"kind_{index}": each.kind, f"value_{index}": each.value}
    query = _bearers(len(identities))
    few = BRIEF if len(identities) <= _FEW else None
    rows = await connection.execute(query, parameters, execution_options=few)
    return [KnownContact(**row._mapping) for row in rows]


@lru_cache(maxsize=8)
def _bearers(count: int) -> sa.Select[Any]:
    """Whoever bears one of so many identities: `kind_0` and `value_0`, `kind_1` …"""
    named = (
        sa.and_(
            contact_identities.c.kind == sa.bindparam(f"kind_{index}"),
            contact_identities.c.value == sa.bindparam(f"value_{index}"),
        )
        for index in range(count)
    )
    return (
        sa.select(contacts.c.id, contacts.c.first_name.label("name"), contacts.c.phone, contacts.c.source_type)
        .join(contact_identities, contact_identities.c.contact_id == contacts.c.id)
        .where(contact_identities.c.workspace_id == sa.bindparam("workspace_id"), sa.or_(*named))
        .distinct()
        .order_by(contacts.c.id)
    )


async def get_or_create_contact(
    transaction: WorkspaceTransaction,
    account: Account,
    identities: Sequence[Identity],
    name: str | None,
    now: int,
    *,
    may_rename: bool,
    source_type: str | None = None,
) -> KnownContact:
    """The one contact behind the identities, which all belong to it from now on.

    `source_type` of a new one is the number's provider unless it is given.

    A name given by hand stays; otherwise the newest wins if `may_rename`, and any name is better than none.
    """
    known = await find_contacts(transaction.connection, transaction.workspace_id, identities)
    phone = next((each.value for each in identities if each.kind == "phone"), None)
    if not known:
        return await _create(transaction, account, identities, name, phone, now, source_type or account.provider_type)
    contact, *others = known
    for other in others:
        await merge_contacts(transaction, survivor=contact.id, loser=other.id, now=now)
        phone = phone or other.phone
        name = name or other.name
    if len(identities) > 1:
        await _add_identities(transaction, contact.id, identities)
    if name is None or (contact.name is not None and (not may_rename or contact.source_type == "manual")):
        name = contact.name
    phone = contact.phone or phone
    if (name, phone) != (contact.name, contact.phone):
        await _change(transaction, contact.id, name, phone, now)
    return KnownContact(id=contact.id, name=name, phone=phone, source_type=contact.source_type)


async def change_number(
    transaction: WorkspaceTransaction,
    account: Account,
    *,
    old: Sequence[Identity],
    new: Sequence[Identity],
    now: int,
) -> None:
    """A person is reached under `new` identities from now on, and still found by the `old` ones."""
    contact = await get_or_create_contact(transaction, account, [*new, *old], None, now, may_rename=False)
    phone = next((each.value for each in new if each.kind == "phone"), None)
    if phone is not None and phone != contact.phone:
        await _change(transaction, contact.id, contact.name, phone, now)


async def _create(
    transaction: WorkspaceTransaction,
    account: Account,
    identities: Sequence[Identity],
    name: str | None,
    phone: str | None,
    now: int,
    source_type: str,
) -> KnownContact:
    contact_id = await insert_row(
        transaction,
        contacts,
        first_name=name,
        phone=phone,
        search_text=search_text(name, phone),
        source_type=source_type,
        source_session_id=account.id,
        created_at=now,
        updated_at=now,
    )
    await _insert_identities(transaction, contact_id, identities)
    transaction.changed(Kind.CONTACT, [contact_id])
    return KnownContact(id=contact_id, name=name, phone=phone, source_type=source_type)


async def _add_identities(transaction: WorkspaceTransaction, contact_id: int, identities: Sequence[Identity]) -> None:
    query = sa.select(contact_identities.c.kind, contact_identities.c.value).where(
        contact_identities.c.contact_id == contact_id
    )
    held = {(row.kind, row.value) for row in await transaction.connection.execute(query)}
    missing = [each for each in identities if (each.kind, each.value) not in held]
    if missing:
        await _insert_identities(transaction, contact_id, missing)
        transaction.keep()


async def _insert_identities(
    transaction: WorkspaceTransaction, contact_id: int, identities: Sequence[Identity]
) -> None:
    await transaction.connection.execute(
        sa.insert(contact_identities),
        [
            {
                "workspace_id": transaction.workspace_id,
                "contact_id": contact_id,
                "kind": each.kind,
                "value": each.value,
            }
            for each in identities
        ],
    )


async def _change(
    transaction: WorkspaceTransaction, contact_id: int, name: str | None, phone: str | None, now: int
) -> None:
    await transaction.connection.execute(
        sa.update(contacts)
        .where(contacts.c.id == contact_id)
        .values(
            first_name=name,
            phone=phone,
            search_text=search_text(name, phone),
            version=transaction.head,
            updated_at=now,
        )
    )
    transaction.changed(Kind.CONTACT, [contact_id])
    await stamp_conversations_of(transaction, contact_ids=[contact_id])
