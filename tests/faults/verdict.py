"""Compares what both sides hold with the journal and with each other; every disagreement is a finding."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from inbox_app.sync.pull import Puller
from local_cache.cache import Cache
from simulator.ledger import SendRecord
from tests.faults.journal import MessageKey
from tests.faults.stage import Stage

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
"""By table and id."""

LISTED = ("sessions", "contacts", "groups", "conversations")
OURS = "contiguous_from"
"""The one column that is not the server's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`broken` is what no promise speaks of: a crash of its own, a damaged file, an error in a log."""

    kind: Literal["lost", "doubled", "different", "stuck", "broken"]
    words: str


async def judge(stage: Stage) -> list[Finding]:
    """Both sides are alive and have healed."""
    found = [*_server(stage), *_sends(stage), *_reading(stage)]
    folder = stage.folder / "fresh"
    folder.mkdir(exist_ok=True)
    fresh, whole = await _snapshot(stage, folder / "snapshot.db"), await _everything(stage, folder / "changes.db")
    held = _held(stage.cache)
    found += _list(held, fresh)
    found += _rows(held, whole)
    found += _messages(stage, held, fresh, whole)
    return found


def _server(stage: Stage) -> Iterator[Finding]:
    journal = stage.journal
    rows = stage.rows("SELECT whatsapp_account_id, provider_key, body, client_uuid FROM chats")
    bodies: dict[MessageKey, list[str]] = defaultdict(list)
    for account_id, key, body, _ in rows:
        bodies[str(account_id), key].append(body)
    for key, said in journal.said.items():
        body = journal.edited.get(key, said)
        if key not in bodies:
            yield Finding("lost", f"the server was sent {key} and does not hold it")
        elif len(bodies[key]) > 1:
            yield Finding("doubled", f"the server holds {key} {len(bodies[key])} times")
        elif bodies[key] != [body]:
            yield Finding("different", f"the server holds {key} as {bodies[key]}, not {body!r}")
    ours = Counter(client_uuid for *_, client_uuid in rows if client_uuid is not None)
    typed = {(str(account_id), key) for account_id, key, _, uuid in rows if uuid in journal.typed}
    heard = {send.message_id for send in stage.simulator.ledger.sends()}  # by another number of ours in the group
    for key in bodies.keys() - stage.history - journal.said.keys() - typed:
        if key[1] in heard:
            continue
        yield Finding("doubled", f"the server holds {key}, which nobody wrote")
    for uuid, count in ours.items():
        if count > 1:
            yield Finding("doubled", f"the server holds what was typed as {uuid} {count} times")
    emoji = {
        (str(account_id), key): shown
        for account_id, key, shown in stage.rows("SELECT whatsapp_account_id, provider_key, emoji FROM reactions")
    }
    for key, reaction in journal.reacted.items():
        if emoji.get(key) != reaction:
            yield Finding("lost", f"the server was sent {reaction} to {key} and holds {emoji.get(key)}")


def _sends(stage: Stage) -> Iterator[Finding]:
    """WhatsApp took each typed message once, as it was typed, and in the order of its conversation."""
    sends: dict[str, SendRecord] = {send.client_uuid: send for send in stage.simulator.ledger.sends()}
    states = {
        uuid: (str(conversation), body, status)
        for uuid, conversation, body, status in stage.rows(
            "SELECT client_uuid, conversation_id, body, status FROM chats WHERE client_uuid IS NOT NULL"
        )
    }
    lanes: dict[str, list[str]] = defaultdict(list)
    for uuid, typed in stage.journal.kept():
        lanes[typed.conversation].append(uuid)
        if uuid not in sends:
            yield Finding("lost", f"{typed.body!r} ({uuid}) was typed, and did not go out: {states.get(uuid)}")
        elif states.get(uuid) != (typed.conversation, typed.body, "read"):
            yield Finding("different", f"{typed.body!r} ({uuid}) went out and was read; the server: {states.get(uuid)}")
        elif sends[uuid].body != typed.body:
            yield Finding("different", f"{typed.body!r} ({uuid}) went out as {sends[uuid].body!r}")
    for uuid in sends.keys() - stage.journal.typed.keys():
        yield Finding("doubled", f"{uuid} went out, which nobody typed")
    order = {uuid: place for place, uuid in enumerate(sends)}
    for conversation, uuids in lanes.items():
        places = [order[uuid] for uuid in uuids if uuid in order]
        if places != sorted(places):
            yield Finding("different", f"in conversation {conversation} messages overtook each other: {places}")


def _reading(stage: Stage) -> Iterator[Finding]:
    """Everything that had arrived when a chat was read is read."""
    query = (
        "SELECT count(*) FROM chats AS unread JOIN chats AS mark ON mark.id = ? AND unread.conversation_id ="
        " mark.conversation_id AND unread.arrival <= mark.arrival WHERE unread.type = 'inbound' AND NOT unread.is_read"
    )
    for message_id in stage.journal.read:
        [(count,)] = stage.rows(query, int(message_id))
        if count:
            yield Finding("lost", f"a chat was read down to {message_id}; {count} messages are still unread")


def _list(held: Rows, fresh: Rows) -> Iterator[Finding]:
    """What the list shows, and joins its names from."""
    for table in LISTED:
        mine, theirs = _alive(held[table]), _alive(fresh[table])
        for row_id in mine.keys() ^ theirs.keys():
            yield Finding("different", f"{table} {row_id}: {'only here' if row_id in mine else 'not here'}")
        for row_id in mine.keys() & theirs.keys():
            yield from _row(f"{table} {row_id}", mine[row_id], theirs[row_id])


def _rows(held: Rows, whole: Rows) -> Iterator[Finding]:
    """Nothing here that is not there, tombstones included, and nothing in another state."""
    for table in (*LISTED, "messages"):
        for row_id, row in held[table].items():
            theirs = whole[table].get(row_id)
            if theirs is None:
                yield Finding("different", f"{table} {row_id} is only here")
            else:
                yield from _row(f"{table} {row_id}", row, theirs)


def _messages(stage: Stage, held: Rows, fresh: Rows, whole: Rows) -> Iterator[Finding]:
    """What came since the cache was first complete is here; and down to where a timeline says so, so is all else."""
    mine = held["messages"]
    heard_since = stage.head if stage.heard_since is None else stage.heard_since
    floors = {row_id: row[OURS] for row_id, row in held["conversations"].items()}
    for row_id, row in whole["messages"].items():
        floor = floors.get(row["conversation_id"])
        if row_id not in mine and row["version"] > heard_since:
            yield Finding("lost", f"the client never heard of message {row_id}: {row['body']!r}")
        elif row_id not in mine and floor is not None and row["order"] >= floor:
            yield Finding("different", f"message {row_id} is missing in a timeline that calls itself complete")
    for row_id, row in fresh["messages"].items():
        # A chat that rises while the snapshot is walked is on none of its pages: its past is fetched when opened.
        if row_id not in mine and floors.get(row["conversation_id"]) is not None:
            yield Finding("different", f"message {row_id} is among the newest, and not here")
    uuids = Counter(row["client_uuid"] for row in mine.values() if row["client_uuid"] is not None)
    for uuid, count in uuids.items():
        if count > 1:
            yield Finding("doubled", f"the client shows {uuid} {count} times")


def _row(name: str, mine: Row, theirs: Row) -> Iterator[Finding]:
    differing = {
        column: (value, theirs[column]) for column, value in mine.items() if column != OURS and value != theirs[column]
    }
    if differing:
        yield Finding("different", f"{name} here and there: {differing}")


def _alive(rows: dict[str, Row]) -> dict[str, Row]:
    return {row_id: row for row_id, row in rows.items() if row["deleted_at_ms"] is None}


def _held(file: Path) -> Rows:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10.0)) as connection:
        connection.row_factory = sqlite3.Row
        return {
            table: {row["id"]: dict(row) for row in connection.execute(f"SELECT * FROM {table}")}
            for table in (*LISTED, "messages")
        }


async def _snapshot(stage: Stage, file: Path) -> Rows:
    """What a client sees that starts now."""
    cache = _empty(file)
    try:
        await Puller(stage.api, cache).pull()
        return _held(file)
    finally:
        cache.close()


async def _everything(stage: Stage, file: Path) -> Rows:
    """Every row that the server ever had, tombstones included."""
    cache = _empty(file)
    try:
        page = await stage.api.snapshot(None)
        cache.reset(page.epoch).result()
        cursor = None
        while True:
            page = await stage.api.changes(0, page.epoch, cursor)
            cache.apply_page(page, walk="changes", since=0, asked_cursor=cursor).result()
            cursor = page.next_cursor
            if cursor is None:
                return _held(file)
    finally:
        cache.close()


def _empty(file: Path) -> Cache:
    for old in file.parent.glob(f"{file.name}*"):
        old.unlink()
    return Cache(file)
