"""The people of a batch: whoever bears one of a chat's identities is one contact, in the batch as in the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import sqlalchemy as sa

from sync_backend.database.tables import contact_identities, contacts
from sync_backend.importing.history import HistoryChat
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.bulk import insert_rows, new_uuids
from sync_backend.store.contacts import KnownContact
from sync_backend.store.conversations import stamp_conversations_of
from sync_backend.store.identities import search_text
from sync_backend.store.merging import merge_contacts

Pair = tuple[str, str]
People = dict[Pair, KnownContact]
"""By identity (kind, value)."""


@dataclass(slots=True)
class _Somebody:
    """One person of the batch, under all identities by which its chats and the database know them."""

    pairs: dict[Pair, None] = field(default_factory=dict)
    known: dict[int, KnownContact] = field(default_factory=dict)
    name: str | None = None

    @property
    def phone(self) -> str | None:
        return next((value for kind, value in self.pairs if kind == "phone"), None)


async def settle_people(
    transaction: WorkspaceTransaction, account: Account, chats: Sequence[HistoryChat], now: int
) -> People:
    """Makes, completes and merges contacts; answers with all that are known of the batch, writers in groups included.

    Members of groups become contacts only when there is a private chat with them.
    """
    held = await _held(transaction, _pairs_of(chats))
    somebodies = _told_apart(chats, held)
    await _create(transaction, account, [each for each in somebodies if not each.known], held, now)
    await _complete(transaction, [each for each in somebodies if each.known], held, now)
    return held


def person_of(chat: HistoryChat, people: People) -> KnownContact:
    """Whom a private chat is with."""
    kind, value = chat["person"][0]
    return people[kind, value]


def _pairs_of(chats: Iterable[HistoryChat]) -> set[Pair]:
    pairs = {(kind, value) for chat in chats for kind, value in chat["person"]}
    pairs.update((kind, value) for chat in chats for message in chat["messages"] for kind, value in message["writer"])
    return pairs


async def _held(transaction: WorkspaceTransaction, pairs: set[Pair]) -> People:
    found: People = {}
    for kind in sorted({kind for kind, _ in pairs}):
        values = [value for own, value in pairs if own == kind]
        parameters = {"workspace_id": transaction.workspace_id, "kind": kind, "values": values}
        for row in await transaction.connection.execute(_BEARERS, parameters):
            found[kind, row.value] = KnownContact(
                id=row.id, name=row.name, phone=row.phone, source_type=row.source_type
            )
    return found


def _told_apart(chats: Iterable[HistoryChat], held: People) -> list[_Somebody]:
    """Chats that share an identity, or whose identities the database knows as one person's, are with one person."""
    by_pair: dict[Pair, _Somebody] = {}
    by_contact: dict[int, _Somebody] = {}
    for chat in chats:
        pairs: list[Pair] = [(kind, value) for kind, value in chat["person"]]
        if not pairs:
            continue
        contacts_held = {held[pair].id: held[pair] for pair in pairs if pair in held}
        met = [by_pair[pair] for pair in pairs if pair in by_pair]
        met += [by_contact[contact_id] for contact_id in contacts_held if contact_id in by_contact]
        somebody = met[0] if met else _Somebody()
        for other in met[1:]:
            if other is not somebody:
                somebody.pairs |= other.pairs
                somebody.known |= other.known
                somebody.name = somebody.name or other.name
        somebody.pairs |= dict.fromkeys(pairs)
        somebody.known |= contacts_held
        somebody.name = chat["name"] or somebody.name
        by_pair |= dict.fromkeys(somebody.pairs, somebody)
        by_contact |= dict.fromkeys(somebody.known, somebody)
    return list({id(each): each for each in by_pair.values()}.values())


async def _create(
    transaction: WorkspaceTransaction, account: Account, new: Sequence[_Somebody], held: People, now: int
) -> None:
    if not new:
        return
    uuids = new_uuids(len(new), now)
    shared = {
        "workspace_id": transaction.workspace_id,
        "source_type": account.provider_type,
        "source_session_id": account.id,
        "created_at": now,
        "updated_at": now,
        "version": transaction.head,
    }
    rows = [
        (own, each.name, each.phone, search_text(each.name, each.phone)) for own, each in zip(uuids, new, strict=True)
    ]
    await insert_rows(transaction.connection, contacts, shared, ("uuid", "first_name", "phone", "search_text"), rows)
    ids = {row.uuid: row.id for row in await transaction.connection.execute(_IDS, {"uuids": uuids})}
    identities: list[tuple[int, str, str]] = []
    for own, each in zip(uuids, new, strict=True):
        made = KnownContact(id=ids[own], name=each.name, phone=each.phone, source_type=account.provider_type)
        held |= dict.fromkeys(each.pairs, made)
        identities += ((made.id, kind, value) for kind, value in each.pairs)
    await _insert_identities(transaction, identities)
    transaction.changed(Kind.CONTACT, ids.values())


async def _complete(transaction: WorkspaceTransaction, somebodies: Sequence[_Somebody], held: People, now: int) -> None:
    """Those who are known: merged where they turn out to be one, with their new identities, name and phone."""
    missing: list[tuple[int, str, str]] = []
    changed: list[KnownContact] = []
    for each in somebodies:
        contact, *others = (each.known[contact_id] for contact_id in sorted(each.known))
        phone, name = each.phone, each.name
        for other in others:
            await merge_contacts(transaction, survivor=contact.id, loser=other.id, now=now)
            phone = phone or other.phone
            name = name or other.name
        if name is None or (contact.name is not None and contact.source_type == "manual"):
            name = contact.name
        current = replace(contact, name=name, phone=contact.phone or phone)
        if current != contact:
            changed.append(current)
        missing += ((contact.id, kind, value) for kind, value in each.pairs if (kind, value) not in held)
        for pair, bearer in list(held.items()) if others else ():
            if bearer.id in each.known:
                held[pair] = current
        held |= dict.fromkeys(each.pairs, current)
    await _insert_identities(transaction, missing)
    await _change(transaction, changed, now)


async def _insert_identities(transaction: WorkspaceTransaction, identities: Sequence[tuple[int, str, str]]) -> None:
    if identities:
        shared = {"workspace_id": transaction.workspace_id}
        columns = ("contact_id", "kind", "value")
        await insert_rows(transaction.connection, contact_identities, shared, columns, identities)
        transaction.keep()


async def _change(transaction: WorkspaceTransaction, changed: Sequence[KnownContact], now: int) -> None:
    if not changed:
        return
    own: list[Mapping[str, Any]] = [
        {
            "own_id": each.id,
            "name": each.name,
            "own_phone": each.phone,
            "found_by": search_text(each.name, each.phone),
            "head": transaction.head,
            "now": now,
        }
        for each in changed
    ]
    await transaction.connection.execute(_CHANGE, own)
    ids = [each.id for each in changed]
    transaction.changed(Kind.CONTACT, ids)
    await stamp_conversations_of(transaction, contact_ids=ids)


_BEARERS: Final = (
    sa.select(
        contact_identities.c.value,
        contacts.c.id,
        contacts.c.first_name.label("name"),
        contacts.c.phone,
        contacts.c.source_type,
    )
    .join(contacts, contacts.c.id == contact_identities.c.contact_id)
    .where(
        contact_identities.c.workspace_id == sa.bindparam("workspace_id"),
        contact_identities.c.kind == sa.bindparam("kind"),
        contact_identities.c.value.in_(sa.bindparam("values", expanding=True)),
    )
)
_IDS: Final = sa.select(contacts.c.id, contacts.c.uuid).where(
    contacts.c.uuid.in_(sa.bindparam("uuids", expanding=True))
)
_CHANGE: Final = (
    sa.update(contacts)
    .where(contacts.c.id == sa.bindparam("own_id"))
    .values(
        first_name=sa.bindparam("name"),
        phone=sa.bindparam("own_phone"),
        search_text=sa.bindparam("found_by"),
        version=sa.bindparam("head"),
        updated_at=sa.bindparam("now"),
    )
)
