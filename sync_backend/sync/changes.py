"""Every row that changed since a head, each in its latest state: the rows are the log."""

from __future__ import annotations

from collections.abc import Sequence
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


async def changed_page(
    connection: AsyncConnection, workspace_id: int, after: Place, head: int, limit: int
) -> tuple[Page, Place | None]:
    """Up to `limit` rows, parents included, and where to go on; at least one changed row, whatever its parents."""
    places = await _next_places(connection, workspace_id, after, head, limit)
    page = Page()
    count = 0
    for position, place in enumerate(places[:limit]):
        if position % _LOADED_AT_ONCE == 0:
            loaded = await _load(connection, places[:limit][position : position + _LOADED_AT_ONCE])
        new = _missing(page, loaded, _KINDS[place.kind], place.id)
        if position and count + len(new) > limit:
            return page, places[position - 1]
        for kind, row_id in new:
            page.rows[kind][row_id] = loaded[kind][row_id]
        count += len(new)
    return page, places[limit - 1] if len(places) > limit else None


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
