"""Whatever way the news takes, the cache ends with what a fresh fetch would bring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_cache.cache import Cache
from local_cache.tables import contacts, conversations, messages, sessions
from tests.local_cache import rows
from tests.local_cache.writes import done
from wire.realtime import ChangesEvent
from wire.rest import ChangePage
from wire.rows import Contact, Conversation, Message, Session

TABLES = {Session: "sessions", Contact: "contacts", Conversation: "conversations", Message: "messages"}
AnyRow = Session | Contact | Conversation | Message
Asked = tuple[ChangePage, str | None]


@dataclass
class Server:
    """The rows of a workspace as a server holds them: each restamped when it changes, all transactions remembered."""

    head: int = 1
    rows: dict[tuple[type, str], AnyRow] = field(default_factory=dict)
    events: list[ChangesEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.commit([rows.session("s1"), *(rows.contact(f"k{n}", f"name {n}") for n in range(3))])
        self.commit([rows.conversation(f"c{n}", of=f"k{n}") for n in range(3)])

    def commit(self, changed: Sequence[AnyRow]) -> None:
        """What is deleted stays so. A conversation that is merged away takes its messages to the survivor."""
        self.head += 1
        changed = [row for row in changed if not self._is_dead(row)]
        homes = {row.id: row.merged_into for row in changed if isinstance(row, Conversation) and row.merged_into}
        moved = [
            replace(row, conversation_id=homes[row.conversation_id])
            for row in self.rows.values()
            if isinstance(row, Message) and row.conversation_id in homes
        ]
        stamped = [self._stamped(row) for row in (*changed, *moved)]
        for row in stamped:
            self.rows[type(row), row.id] = row
        self.events.append(rows.event(self.head, **by_kind(stamped)))

    def changes(self, since: int, size: int) -> list[ChangePage]:
        """One pinned walk: every row above `since`, in order of version."""
        found = sorted(
            (row for row in self.rows.values() if row.version > since), key=lambda row: (row.version, row.id)
        )
        parts = [found[start : start + size] for start in range(0, len(found), size)] or [[]]
        return [
            rows.page(head=self.head, next_cursor=f"p{number}" if number < len(parts) else None, **by_kind(part))
            for number, part in enumerate(parts, 1)
        ]

    def _is_dead(self, row: AnyRow) -> bool:
        held = self.rows.get((type(row), row.id))
        home = self.rows.get((Conversation, row.conversation_id)) if isinstance(row, Message) else None
        return any(each is not None and each.deleted_at is not None for each in (held, home))

    def _stamped(self, row: AnyRow) -> AnyRow:
        if isinstance(row, Message):
            held = self.rows.get((Message, row.id))
            arrival = held.arrival if isinstance(held, Message) else self.head
            return replace(row, version=self.head, arrival=arrival)
        return replace(row, version=self.head)


def by_kind(changed: Sequence[AnyRow]) -> dict[str, Any]:
    return {
        name: [row for row in changed if isinstance(row, kind)]
        for name, kind in (
            ("sessions", Session),
            ("contacts", Contact),
            ("conversations", Conversation),
            ("messages", Message),
        )
    }


ids = st.sampled_from(["c0", "c1", "c2"])
message_changes = st.builds(
    lambda number, conversation_id, status, deleted: rows.message(
        f"m{number}", conversation_id, minutes=number, status=status, deleted=deleted
    ),
    st.integers(0, 5),
    ids,
    st.sampled_from(["sent", "read"]),
    st.booleans(),
)
conversation_changes = st.builds(
    lambda conversation_id, unread, deleted: rows.conversation(
        conversation_id, of=f"k{conversation_id[1:]}", unread=unread, deleted=deleted
    ),
    ids,
    st.integers(0, 3),
    st.booleans(),
)
contact_changes = st.builds(
    lambda number, name, deleted: rows.contact(f"k{number}", name, deleted=deleted),
    st.integers(0, 2),
    st.sampled_from(["Ana", "Budi", None]),
    st.booleans(),
)
merges = st.sampled_from([("c2", "c1"), ("c1", "c0")]).map(
    lambda pair: [rows.conversation(pair[0], of=f"k{pair[0][1:]}", merged_into=pair[1], deleted=True)]
)
transactions = st.one_of(
    st.lists(
        st.one_of(message_changes, conversation_changes, contact_changes),
        min_size=1,
        max_size=4,
        unique_by=lambda row: (type(row), row.id),
    ),
    merges,
)


def state(cache: Cache) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the server's, with its version; not what the cache knows of itself."""

    def read(table: Any) -> list[tuple[Any, ...]]:
        names = ", ".join(f'"{each.name}"' for each in table.columns if each.name != "contiguous_from")
        connection = cache._database.reader()
        found = connection.execute(f"SELECT {names} FROM {table.name} ORDER BY id").fetchall()
        connection.close()
        return found

    return {table.name: read(table) for table in (sessions, contacts, conversations, messages)}


def take_snapshot(cache: Cache, pages: Sequence[Asked]) -> None:
    done(cache.reset())
    for page, asked in pages:
        done(cache.apply_page(page, walk="snapshot", since=0, asked_cursor=asked))


def walk(pages: Sequence[ChangePage]) -> list[Asked]:
    """Each page with the cursor that it is asked for with."""
    return list(zip(pages, [None, *(page.next_cursor for page in pages)], strict=False))


def versions(cache: Cache) -> dict[tuple[str, str], int]:
    """The last two columns of every table are `version` and `deleted_at_ms`."""
    return {(name, row[0]): row[-2] for name, found in state(cache).items() for row in found}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_news_in_any_order_any_number_of_times_ends_as_a_fresh_fetch(cache: Cache, data: st.DataObject) -> None:
    server = Server()
    for transaction in data.draw(st.lists(transactions, max_size=6)):
        server.commit(transaction)
    snapshot_at = server.head
    first = walk(server.changes(0, data.draw(st.integers(3, 9))))
    for transaction in data.draw(st.lists(transactions, min_size=1, max_size=8)):
        server.commit(transaction)
    later = walk(server.changes(snapshot_at, data.draw(st.integers(1, 4))))

    take_snapshot(cache, first)
    news: list[ChangesEvent | tuple[Literal["snapshot", "changes"], Asked]] = [
        *server.events,
        *(("snapshot", each) for each in first),
        *(("changes", each) for each in later),
    ]
    held, reached = versions(cache), snapshot_at
    for each in data.draw(st.lists(st.sampled_from(news), max_size=12)):
        if isinstance(each, ChangesEvent):
            done(cache.apply_event(each))
        else:
            kind, (page, asked) = each
            since = snapshot_at if kind == "changes" else 0
            done(cache.apply_page(page, walk=kind, since=since, asked_cursor=asked))
        before, held = held, versions(cache)
        assert all(held[key] >= version for key, version in before.items()), "a version fell, or a row went"
        cursor = cache.position().cursor or 0
        assert reached <= cursor <= server.head, "the cursor fell, or ran ahead of the server"
        known = {(TABLES[kind], row_id): row.version for (kind, row_id), row in server.rows.items()}
        assert all(held.get(key) == version for key, version in known.items() if version <= cursor), "rows are missing"
        reached = cursor

    for page, asked in walk(server.changes(reached, 3)):
        done(cache.apply_page(page, walk="changes", since=reached, asked_cursor=asked))
    assert cache.position().cursor == server.head
    healed = state(cache)
    take_snapshot(cache, walk(server.changes(0, 1_000)))
    assert healed == state(cache)
