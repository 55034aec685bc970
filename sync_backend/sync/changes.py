"""Every row that changed since a head, each in its latest state: the rows are the log.

A client that is far behind may be given less: of the messages that it cannot know yet only each conversation's newest,
as a first snapshot would have them. All else that changed is given to it, so that nothing it holds grows stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.keyset import behind
from sync_backend.database.tables import chats, contacts, conversations, whatsapp_accounts, whatsapp_groups
from sync_backend.ordering import Kind
from sync_backend.render import Rendered
from sync_backend.sync.pages import Page, load_closed, parents

_KINDS: Final = tuple(Kind)
LAST_KIND: Final = len(_KINDS) - 1
_FAR_BEHIND: Final = 5_000
"""Messages; a desktop takes in some thousand a second."""
_PASSED_OVER_AT_ONCE: Final = 4
"""How many times as many rows are looked at as fit a page, where many are passed over."""
_LOADED_AT_ONCE: Final = 100
"""Parents fill a page early: what was loaded beyond its end was loaded in vain."""
_TABLES: Final = {
    Kind.SESSION: whatsapp_accounts,
    Kind.CONTACT: contacts,
    Kind.GROUP: whatsapp_groups,
    Kind.CONVERSATION: conversations,
    Kind.MESSAGE: chats,
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row's place in the walk; `kind` is an index into the order of kinds."""

    version: int
    kind: int
    id: int


@dataclass(frozen=True, slots=True)
class Brevity:
    """Of the messages that arrived after `since`, only the `newest` so many of each conversation."""

    since: int
    newest: int


async def is_far_behind(connection: AsyncConnection, workspace_id: int, since: int) -> bool:
    """Whether so many messages changed since then that fetching all of them would keep a person waiting."""
    changed = sa.select(chats.c.id).where(chats.c.workspace_id == workspace_id, chats.c.version > since)
    some = changed.limit(_FAR_BEHIND + 1).subquery()
    return int(await connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0) > _FAR_BEHIND


async def changed_page(
    connection: AsyncConnection,
    workspace_id: int,
    after: Place,
    head: int,
    limit: int,
    brevity: Brevity | None = None,
) -> tuple[Page, Place | None]:
    """Up to `limit` rows, parents included, and where to go on; at least one changed row, whatever its parents.

    With `brevity` there may be none, on a page that passes over many.
    """
    look_at = limit if brevity is None else limit * _PASSED_OVER_AT_ONCE
    places = await _next_places(connection, workspace_id, after, head, look_at)
    left_out = {} if brevity is None else await _left_out(connection, places[:look_at], brevity)
    page = Page()
    count = 0
    loaded: dict[Kind, dict[int, Rendered]] = {}
    given = [place for place in places[:look_at] if place not in left_out]
    given_so_far = 0
    for position, place in enumerate(places[:look_at]):
        if place in left_out:
            conversation_id, order = left_out[place]
            page.left_out[conversation_id] = max(order, page.left_out.get(conversation_id, ""))
            continue
        if given_so_far % _LOADED_AT_ONCE == 0:
            loaded = await _load(connection, given[given_so_far : given_so_far + _LOADED_AT_ONCE])
        given_so_far += 1
        new = _missing(page, loaded, _KINDS[place.kind], place.id)
        if count and count + len(new) > limit:
            return page, places[position - 1]
        for kind, row_id in new:
            page.rows[kind][row_id] = loaded[kind][row_id]
        count += len(new)
    return page, places[look_at - 1] if len(places) > look_at else None


async def _left_out(
    connection: AsyncConnection, places: Sequence[Place], brevity: Brevity
) -> Mapping[Place, tuple[int, str]]:
    """The messages to pass over: whose they are, and their order."""
    by_id = {place.id: place for place in places if _KINDS[place.kind] is Kind.MESSAGE}
    values = {"ids": list(by_id), "since": brevity.since, "behind_the_first": brevity.newest - 1}
    return {
        by_id[row.id]: (row.conversation_id, f"{row.sort_order}-{row.id:012d}")
        for row in await connection.execute(_NOT_AMONG_THE_NEWEST, values)
    }


async def _load(connection: AsyncConnection, places: Sequence[Place]) -> dict[Kind, dict[int, Rendered]]:
    wanted: dict[Kind, set[int]] = {}
    for place in places:
        wanted.setdefault(_KINDS[place.kind], set()).add(place.id)
    return await load_closed(connection, wanted)


async def _next_places(
    connection: AsyncConnection, workspace_id: int, after: Place, head: int, limit: int
) -> Sequence[Place]:
    """One more than `limit`, if there is one: each kind's index gives its own next ones, the rest is a merge."""
    each = [
        sa.select(
            sa.select(table.c.version, sa.literal(index).label("kind"), table.c.id)
            .where(table.c.workspace_id == workspace_id, table.c.version <= head, _beyond(table, index, after))
            .order_by(table.c.version, table.c.id)
            .limit(limit + 1)
            .subquery()
        )
        for index, table in enumerate(_TABLES[kind] for kind in _KINDS)
    ]
    merged = sa.union_all(*each).order_by("version", "kind", "id").limit(limit + 1)
    return [Place(*row) for row in await connection.execute(merged)]


def _beyond(table: sa.Table, kind: int, after: Place) -> sa.ColumnElement[bool]:
    if kind > after.kind:
        return table.c.version >= after.version
    if kind < after.kind:
        return table.c.version > after.version
    return behind(table.c.version, table.c.id, (after.version, after.id))


def _missing(page: Page, loaded: dict[Kind, dict[int, Rendered]], kind: Kind, row_id: int) -> list[tuple[Kind, int]]:
    """The row and those of its ancestors that the page does not hold yet."""
    if row_id in page.rows[kind] or row_id not in loaded[kind]:
        return []
    found = [(kind, row_id)]
    for parent, parent_id in parents(kind, loaded[kind][row_id]):
        found += (each for each in _missing(page, loaded, parent, parent_id) if each not in found)
    return found


_newer = chats.alias("newer")
_OLDEST_OF_THE_NEWEST: Final = (
    sa.select(_newer.c.sort_order)
    .where(_newer.c.conversation_id == chats.c.conversation_id)
    .order_by(_newer.c.sort_order.desc(), _newer.c.id.desc())
    .offset(sa.bindparam("behind_the_first"))
    .limit(1)
    .scalar_subquery()
)
_NOT_AMONG_THE_NEWEST: Final = sa.select(chats.c.id, chats.c.conversation_id, chats.c.sort_order).where(
    chats.c.id.in_(sa.bindparam("ids", expanding=True)),
    chats.c.arrival > sa.bindparam("since"),
    chats.c.sort_order < _OLDEST_OF_THE_NEWEST,
)
