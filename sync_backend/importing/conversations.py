"""The conversations of a batch: found or made, and afterwards showing their newest message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import chats as messages
from sync_backend.database.tables import conversations
from sync_backend.importing.history import HistoryChat
from sync_backend.importing.people import People, person_of
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.bulk import insert_rows, new_uuids
from sync_backend.store.conversations import IS_SHOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedInto:
    """The conversation of a chat of the batch; exactly one of `contact_id` and `group_id` is set."""

    id: int
    contact_id: int | None
    group_id: int | None
    sync_run: int
    window_expires_at_ms: int | None

    @property
    def chat_type(self) -> str:
        return "group" if self.contact_id is None else "private"


async def settle_conversations(
    transaction: WorkspaceTransaction,
    account: Account,
    chats: Sequence[HistoryChat],
    people: People,
    groups: Mapping[str, int],
    now: int,
) -> list[ImportedInto]:
    """One for each chat, in their order; several chats may be one conversation."""
    partners = [_partner(chat, people, groups) for chat in chats]
    wanted = dict.fromkeys(partners)
    held = await _held(transaction, account, wanted)
    missing = [partner for partner in wanted if partner not in held]
    if missing:
        shared = {
            "workspace_id": transaction.workspace_id,
            "whatsapp_account_id": account.id,
            "created_at": now,
            "updated_at": now,
            "version": transaction.head,
        }
        rows = [
            (own, "private" if contact_id else "group", contact_id, group_id)
            for own, (contact_id, group_id) in zip(new_uuids(len(missing), now), missing, strict=True)
        ]
        columns = ("uuid", "chat_type", "contact_id", "group_id")
        await insert_rows(transaction.connection, conversations, shared, columns, rows)
        made = await _held(transaction, account, missing)
        transaction.changed(Kind.CONVERSATION, [each.id for each in made.values()])
        held |= made
    return [held[partner] for partner in partners]


async def show_newest(transaction: WorkspaceTransaction, conversation_ids: Sequence[int], now: int) -> None:
    """Derives the last message of each anew."""
    await transaction.connection.execute(_SHOW_NEWEST, {"ids": conversation_ids, "head": transaction.head, "now": now})
    transaction.changed(Kind.CONVERSATION, conversation_ids)


async def add_unread_to(transaction: WorkspaceTransaction, unread: Mapping[int, int]) -> None:
    """Raises the counters of conversations that are stamped anyway."""
    if unread:
        rows = [{"own_id": own_id, "more": more} for own_id, more in unread.items()]
        await transaction.connection.execute(_ADD_UNREAD, rows)


async def open_windows(transaction: WorkspaceTransaction, windows: Mapping[int, int]) -> None:
    """Moves the end of the time in which one may write freely; of conversations that are stamped anyway."""
    if windows:
        rows = [{"own_id": own_id, "ends": ends} for own_id, ends in windows.items()]
        await transaction.connection.execute(_OPEN_WINDOW, rows)


async def count_for_run(transaction: WorkspaceTransaction, found: Iterable[ImportedInto], run: int) -> int:
    """How many of them this run of the import had not brought yet; each is counted once."""
    new = {each.id for each in found if each.sync_run != run}
    if new:
        await transaction.connection.execute(_MARK_RUN, {"ids": sorted(new), "run": run})
        transaction.keep()
    return len(new)


def _partner(chat: HistoryChat, people: People, groups: Mapping[str, int]) -> tuple[int | None, int | None]:
    """(contact, group); one of them is None."""
    if chat["group_jid"] is not None:
        return None, groups[chat["group_jid"]]
    return person_of(chat, people).id, None


async def _held(
    transaction: WorkspaceTransaction, account: Account, partners: Iterable[tuple[int | None, int | None]]
) -> dict[tuple[int | None, int | None], ImportedInto]:
    wanted = list(partners)
    found: dict[tuple[int | None, int | None], ImportedInto] = {}
    for place, query in enumerate((_WITH_PEOPLE, _WITH_GROUPS)):
        if ids := [partner[place] for partner in wanted if partner[place] is not None]:
            rows = await transaction.connection.execute(query, {"account_id": account.id, "partners": ids})
            found |= {(row.contact_id, row.group_id): ImportedInto(**row._mapping) for row in rows}
    return found


_OF_ACCOUNT: Final = sa.select(
    *(conversations.c[name] for name in ("id", "contact_id", "group_id", "sync_run", "window_expires_at_ms"))
).where(conversations.c.whatsapp_account_id == sa.bindparam("account_id"))
_PARTNERS: Final[sa.BindParameter[Any]] = sa.bindparam("partners", expanding=True)
_WITH_PEOPLE: Final = brief(_OF_ACCOUNT.where(conversations.c.contact_id.in_(_PARTNERS)))
_WITH_GROUPS: Final = brief(_OF_ACCOUNT.where(conversations.c.group_id.in_(_PARTNERS)))


def _newest(column: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    return (
        sa.select(column)
        .where(messages.c.conversation_id == conversations.c.id, *IS_SHOWN)
        .order_by(messages.c.sort_order.desc(), messages.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
_SHOW_NEWEST: Final = (
    sa.update(conversations)
    .where(conversations.c.id.in_(_IDS))
    .values(
        last_message_id=_newest(messages.c.id),
        # A place in the order begins with its time.
        last_message_at_ms=sa.func.coalesce(
            _newest(sa.cast(sa.func.substr(messages.c.sort_order, 1, 13), sa.BigInteger)), 0
        ),
        version=sa.bindparam("head"),
        updated_at=sa.bindparam("now"),
    )
)
_ADD_UNREAD: Final = brief(
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("own_id"))
    .values(unread_count=conversations.c.unread_count + sa.bindparam("more", type_=sa.Integer))
)
_OPEN_WINDOW: Final = (
    sa.update(conversations)
    .where(conversations.c.id == sa.bindparam("own_id"))
    .values(window_expires_at_ms=sa.bindparam("ends"))
)
_MARK_RUN: Final = brief(
    sa.update(conversations).where(conversations.c.id.in_(_IDS)).values(sync_run=sa.bindparam("run"))
)
