"""Finds people and groups by a part of their name or number, in what each database can answer from an index.

Whether a part is rare is not known before it was looked for. The index of names is read first, and no further than to
so many hits; a part that more people bear is met soon enough by walking the list of chats itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.tables import contacts, whatsapp_groups
from sync_backend.store.identities import search_text

MOST_HITS: Final = 500


@dataclass(frozen=True, slots=True)
class Hits:
    """All that bear the part searched for."""

    contact_ids: Sequence[int]
    group_ids: Sequence[int]


async def find_partners(connection: AsyncConnection, workspace_id: int, search: str) -> Hits | None:
    """None when they are too many to be listed."""
    found: list[Sequence[int]] = []
    for table in (contacts, whatsapp_groups):
        query = sa.select(table.c.id).where(table.c.workspace_id == workspace_id, matches(table, search))
        ids = (await connection.scalars(query.limit(MOST_HITS + 1))).all()
        if len(ids) > MOST_HITS:
            return None
        found.append(ids)
    return Hits(*found)


def matches(table: sa.Table, search: str) -> sa.ColumnElement[bool]:
    """Whether a contact or a group is found by it."""
    return sa.or_(*(table.c.search_text.contains(each, autoescape=True) for each in _wanted(search)))


def _wanted(search: str) -> list[str]:
    wanted = [search_text(search)]
    digits = "".join(character for character in search if character.isdecimal())
    # `0812-3456` and `+62 812 3456` are ways to write a part of +628123456….
    if len(digits) >= 3 and not any(character.isalpha() for character in search):
        wanted.append(digits.lstrip("0") or digits)
    return wanted
