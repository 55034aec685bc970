"""Writes the wire's rows, each only over an older version of itself: any page, twice, in any order, ends the same."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from local_cache import columns, queries
from local_cache.reading import NAMED
from local_cache.records import CachedMessage, message_from
from local_cache.tables import OURS, contacts, conversations, group_details, groups, messages, schema, sessions
from wire.rows import Contact, Conversation, Group, GroupDetails, Message, Session


class Rows(Protocol):
    """What pages and events have in common."""

    @property
    def sessions(self) -> Sequence[Session]: ...
    @property
    def contacts(self) -> Sequence[Contact]: ...
    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def conversations(self) -> Sequence[Conversation]: ...
    @property
    def messages(self) -> Sequence[Message]: ...


class Versioned(Protocol):
    """Any row of the wire."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...


RowT = TypeVar("RowT", bound=Versioned)


@dataclass
class Stored:
    """What has been written so far in one transaction."""

    sessions: set[str] = field(default_factory=set)
    conversations: set[str] = field(default_factory=set)
    messages: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    merged: dict[str, str] = field(default_factory=dict)
    new_messages: list[CachedMessage] = field(default_factory=list)


def store(connection: Connection, rows: Rows, *, new_after: int | None = None) -> Stored:
    """Parents first. Messages not held before that arrived after `new_after` are reported as new."""
    stored = Stored()
    _store_parents(connection, rows, stored)
    _store_conversations(connection, rows.conversations, stored)
    store_messages(connection, rows.messages, stored, new_after=new_after)
    return stored


def store_messages(
    connection: Connection, rows: Iterable[Message], stored: Stored, *, new_after: int | None = None
) -> None:
    """Messages of a conversation that was merged away go to its survivor, also when their page was under way then."""
    newer, unheld = _newer(connection, messages, rows)
    home = {held: resolve(connection, held) for held in {row.conversation_id for row in newer}}
    written = [columns.message_columns(row, home[row.conversation_id]) for row in newer]
    _write(connection, messages, written)
    for each in written:
        stored.messages[each["conversation_id"]].add(each["id"])
    if new_after is not None:
        new = [
            each
            for each in written
            if each["id"] in unheld and each["arrival"] > new_after and each["deleted_at_ms"] is None
        ]
        new.sort(key=lambda each: (each["arrival"], each["order"]))
        stored.new_messages += [message_from(tuple(each[name] for name in CachedMessage._fields)) for each in new]


def store_group_details(connection: Connection, details: GroupDetails, stored: Stored) -> None:
    """The members of a group, fetched when a person looks at them."""
    newer, _ = _newer(connection, group_details, [details])
    for row in newer:
        participants = json.dumps([asdict(participant) for participant in row.participants])
        _write(connection, group_details, [{"id": row.id, "participants": participants, "version": row.version}])
        stored.conversations.update(connection.execute(_OF_GROUPS, {"ids": json.dumps([row.id])}).scalars())


def lacks_parents(connection: Connection, rows: Rows) -> bool:
    """Whether a row that would be shown refers to one that is neither held nor among `rows`."""
    shown = [row for row in rows.conversations if row.deleted_at is None and row.merged_into is None]
    needed: tuple[tuple[Table, set[str], Sequence[Versioned]], ...] = (
        (sessions, {row.session_id for row in shown}, rows.sessions),
        (contacts, {row.contact.id for row in shown if row.contact}, rows.contacts),
        (groups, {row.group.id for row in shown if row.group}, rows.groups),
        (conversations, {row.conversation_id for row in rows.messages if row.deleted_at is None}, rows.conversations),
    )
    missing = ((table, ids - {row.id for row in brought}) for table, ids, brought in needed)
    return any(ids != _held_versions(connection, table, ids).keys() for table, ids in missing)


def resolve(connection: Connection, conversation_id: str) -> str:
    """Where the conversation lives now: itself, or what it was merged into, however many times."""
    seen = {conversation_id}
    while True:
        into = connection.execute(queries.RESOLVE, {"id": conversation_id}).scalar()
        if into is None or into in seen:
            return conversation_id
        conversation_id = into
        seen.add(into)


def forget_everything(connection: Connection) -> None:
    """Empties all tables; the position goes too."""
    for table in schema.sorted_tables:
        connection.execute(table.delete())


def _store_parents(connection: Connection, rows: Rows, stored: Stored) -> None:
    newer_sessions, unheld_sessions = _newer(connection, sessions, rows.sessions)
    _write(connection, sessions, [columns.session_columns(row) for row in newer_sessions])
    newer_contacts, _ = _newer(connection, contacts, rows.contacts)
    _write(connection, contacts, [columns.contact_columns(row) for row in newer_contacts])
    newer_groups, _ = _newer(connection, groups, rows.groups)
    _write(connection, groups, [columns.group_columns(row) for row in newer_groups])

    stored.sessions |= {row.id for row in newer_sessions}
    # A name changed, or a parent came that its conversations were waiting for.
    for query, ids in (
        (_OF_SESSIONS, unheld_sessions),
        (_OF_CONTACTS, {row.id for row in newer_contacts}),
        (_OF_GROUPS, {row.id for row in newer_groups}),
    ):
        if ids:
            stored.conversations.update(connection.execute(query, {"ids": json.dumps(list(ids))}).scalars())


def _store_conversations(connection: Connection, rows: Iterable[Conversation], stored: Stored) -> None:
    newer, _ = _newer(connection, conversations, rows)
    _write(connection, conversations, [columns.conversation_columns(row) for row in newer])
    stored.conversations |= {row.id for row in newer}
    for row in newer:
        if row.merged_into is None:
            continue
        survivor = resolve(connection, row.id)
        stored.merged[row.id] = survivor
        stored.conversations.add(survivor)
        moved = connection.execute(_IDS_IN_CONVERSATION, {"conversation": row.id}).scalars().all()
        if moved:
            connection.execute(_MOVE_MESSAGES, {"conversation": row.id, "survivor": survivor})
            stored.messages[survivor].update(moved)


def _newer(connection: Connection, table: Table, rows: Iterable[RowT]) -> tuple[list[RowT], set[str]]:
    """The rows that are newer than those held (tombstones too, and never held), and the ids not held at all."""
    latest: dict[str, RowT] = {}
    for row in rows:
        if row.id not in latest or row.version > latest[row.id].version:
            latest[row.id] = row
    held = _held_versions(connection, table, latest)
    newer = [row for row in latest.values() if row.version > held.get(row.id, -1)]
    return newer, latest.keys() - held.keys()


def _held_versions(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, int]:
    if not ids:
        return {}
    answer = connection.execute(_HELD_VERSIONS[table.name], {"ids": json.dumps(list(ids))})
    return dict(tuple(row) for row in answer)


def _write(connection: Connection, table: Table, rows: list[columns.Columns]) -> None:
    if rows:
        connection.exec_driver_sql(_UPSERTS[table.name], rows)


def _upsert(table: Table) -> str:
    """Compiled once and run on the driver: SQLAlchemy's handling of each row's parameters is half of a page's time."""
    columns_of_the_wire = [each.name for each in table.columns if each.name not in OURS]
    statement = insert(table)
    upsert = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: statement.excluded[name] for name in columns_of_the_wire if name != "id"},
    )
    return str(upsert.compile(dialect=NAMED, column_keys=columns_of_the_wire))


_OF_THE_WIRE = (sessions, contacts, groups, group_details, conversations, messages)
_UPSERTS: Mapping[str, str] = {table.name: _upsert(table) for table in _OF_THE_WIRE}
_HELD_VERSIONS: Mapping[str, Select[Any]] = {
    table.name: select(table.c.id, table.c.version).where(queries.among(table.c.id)) for table in _OF_THE_WIRE
}
_OF_SESSIONS = select(conversations.c.id).where(queries.among(conversations.c.session_id))
_OF_CONTACTS = select(conversations.c.id).where(queries.among(conversations.c.contact_id))
_OF_GROUPS = select(conversations.c.id).where(queries.among(conversations.c.group_id))
_IDS_IN_CONVERSATION = select(messages.c.id).where(messages.c.conversation_id == bindparam("conversation"))
_MOVE_MESSAGES = (
    update(messages)
    .where(messages.c.conversation_id == bindparam("conversation"))
    .values(conversation_id=bindparam("survivor"))
)
