"""Closed pages: rows together with the parents that they refer to, as `wire.rest.ChangePage` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import rows
from sync_backend.database.epoch import read_epoch
from sync_backend.database.tables import workspaces
from sync_backend.errors import ApiError
from sync_backend.ordering import Kind
from sync_backend.render import Rendered


@dataclass(frozen=True, slots=True)
class Pin:
    """What a walk over pages holds on to from its first page to its last."""

    epoch: str
    head: int


@dataclass(slots=True)
class Page:
    """Rows by kind and id; a row is there once, whoever asked for it."""

    rows: dict[Kind, dict[int, Rendered]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    left_out: dict[int, str] = field(default_factory=dict)
    """By conversation, the order of the newest message that was passed over."""

    def answer(self, pin: Pin, next_cursor: str | None) -> Rendered:
        listed = {
            kind.value: sorted(held.values(), key=lambda row: (row["version"], int(row["id"])))
            for kind, held in self.rows.items()
        }
        left_out = [
            {"conversation_id": str(conversation_id), "order": order}
            for conversation_id, order in self.left_out.items()
        ]
        return {"epoch": pin.epoch, "head": pin.head, **listed, "left_out": left_out, "next_cursor": next_cursor}


async def take_pin(connection: AsyncConnection, workspace_id: int) -> Pin:
    """Where the workspace stands; to be read before the rows of a walk's first page."""
    head = await connection.scalar(sa.select(workspaces.c.head).where(workspaces.c.id == workspace_id))
    return Pin(await read_epoch(connection), int(head or 0))


def refuse_other_epoch(pin: Pin, epoch: str | None, head: int) -> None:
    """409 when a client's place was reached in another life of the database."""
    if (epoch is not None and epoch != pin.epoch) or head > pin.head:
        raise ApiError(
            409,
            "epoch_changed",
            "The server's data was replaced since then.",
            hint="Fetch /snapshot and replace what you hold.",
        )


async def load_closed(
    connection: AsyncConnection, wanted: Mapping[Kind, Iterable[int]]
) -> dict[Kind, dict[int, Rendered]]:
    """The wanted rows and all their parents, whatever the parents' version."""
    ids = {kind: set(wanted.get(kind, ())) for kind in Kind}
    loaded: dict[Kind, dict[int, Rendered]] = {}
    # Children first: each level names the parents to be loaded after it.
    for kind in reversed(Kind):
        loaded[kind] = {int(row["id"]): row for row in await rows.load(connection, kind, ids[kind])}
        for row in loaded[kind].values():
            for parent, parent_id in parents(kind, row):
                ids[parent].add(parent_id)
    return {kind: loaded[kind] for kind in Kind}


def parents(kind: Kind, row: Rendered) -> list[tuple[Kind, int]]:
    """What a row refers to directly."""
    if kind is Kind.MESSAGE:
        return [(Kind.CONVERSATION, int(row["conversation_id"])), (Kind.SESSION, int(row["session_id"]))]
    if kind is Kind.CONVERSATION:
        found = [(Kind.SESSION, int(row["session_id"]))]
        if row["contact"] is not None:
            found.append((Kind.CONTACT, int(row["contact"]["id"])))
        if row["group"] is not None:
            found.append((Kind.GROUP, int(row["group"]["id"])))
        return found
    return []
