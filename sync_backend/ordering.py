"""One number orders a workspace: whoever writes takes the workspace's row first and stamps what it changes.

The row's lock makes number order equal commit order, so a reader that saw `head` has missed nothing below it.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.database.brief import brief
from sync_backend.database.tables import workspaces


class Kind(StrEnum):
    """What carries a version; in the order in which rows of one version are listed: parents first."""

    SESSION = "sessions"
    CONTACT = "contacts"
    GROUP = "groups"
    CONVERSATION = "conversations"
    MESSAGE = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What one committed transaction changed; `announced` are the live inbound messages among it.

    `is_bulk`: more rows than are worth naming; `changed` names only some of them.
    """

    workspace_id: int
    head: int
    changed: Mapping[Kind, frozenset[int]]
    announced: tuple[int, ...] = ()
    is_bulk: bool = False


class CommitListener(Protocol):
    """Is told of each commit, in commit order; must neither block nor fail."""

    def turn(self, workspace_id: int) -> AbstractAsyncContextManager[object]:
        """Held by a transaction from before it takes its number until the listener was told; see `Turns`."""
        ...

    def committed(self, news: Committed) -> None: ...


class Turns:
    """Lets one process write in a workspace one transaction at a time.

    The row's lock would do for the data; but a server may answer two commits in another order than it made them, and
    whoever waits for the lock holds a connection meanwhile, which writers of other workspaces want.
    """

    def __init__(self) -> None:
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def turn(self, workspace_id: int) -> AbstractAsyncContextManager[object]:
        return self._locks[workspace_id]

    def is_taken(self, workspace_id: int) -> bool:
        """Whether a transaction of this process is under way there."""
        return self._locks[workspace_id].locked()


@dataclass(slots=True)
class WorkspaceTransaction:
    """An open transaction that holds its workspace's row; `head` is the version of all that it changes."""

    connection: AsyncConnection
    workspace_id: int
    head: int
    _changed: dict[Kind, set[int]] = field(default_factory=dict)
    _announced: list[int] = field(default_factory=list)
    _kept: bool = False
    _is_bulk: bool = False

    def changed(self, kind: Kind, ids: Iterable[int]) -> None:
        """Reports rows that were stamped with `head`."""
        if new := set(ids):
            self._changed.setdefault(kind, set()).update(new)

    def changed_in_bulk(self) -> None:
        """Reports so many rows stamped with `head` that listeners fetch them themselves."""
        self._is_bulk = True

    def announce(self, message_id: int) -> None:
        """Reports a live inbound message, for `new-chat-received`."""
        self._announced.append(message_id)

    def keep(self) -> None:
        """Reports a write that no client sees, so that it is committed even when nothing else changed."""
        self._kept = True

    @property
    def has_changes(self) -> bool:
        return self._is_bulk or bool(self._changed)

    @property
    def is_kept(self) -> bool:
        return self._kept

    def news(self) -> Committed:
        return Committed(
            workspace_id=self.workspace_id,
            head=self.head,
            changed=MappingProxyType({kind: frozenset(ids) for kind, ids in self._changed.items()}),
            announced=tuple(self._announced),
            is_bulk=self._is_bulk,
        )


class UnknownWorkspaceError(LookupError):
    """There is no workspace of this id."""


@asynccontextmanager
async def workspace_transaction(
    engine: AsyncEngine, workspace_id: int, listener: CommitListener
) -> AsyncIterator[WorkspaceTransaction]:
    """Commits when the block ends, rolls back when it raises; tells the listener after the commit, never otherwise.

    A block that reported no change takes no number: what it wrote is rolled back, or committed under the old head if
    it asked to `keep` it.
    """
    async with listener.turn(workspace_id), engine.connect() as connection:
        transaction = WorkspaceTransaction(connection, workspace_id, await _take_number(connection, workspace_id))
        yield transaction
        if not transaction.has_changes:
            if transaction.is_kept:
                await _give_number_back(transaction)
                await connection.commit()
            return
        await connection.commit()
        listener.committed(transaction.news())


async def _take_number(connection: AsyncConnection, workspace_id: int) -> int:
    own = {"own_id": workspace_id}
    if connection.dialect.update_returning:
        head = await connection.scalar(_RAISE_AND_READ_HEAD, own)
    else:
        await connection.execute(_RAISE_HEAD, own)
        head = await connection.scalar(_READ_HEAD, own)
    if head is None:
        raise UnknownWorkspaceError(f"there is no workspace {workspace_id}")
    return int(head)


async def _give_number_back(transaction: WorkspaceTransaction) -> None:
    await transaction.connection.execute(_LOWER_HEAD, {"own_id": transaction.workspace_id})


_OWN: Final = workspaces.c.id == sa.bindparam("own_id")
_RAISE_HEAD: Final = brief(sa.update(workspaces).where(_OWN).values(head=workspaces.c.head + 1))
_LOWER_HEAD: Final = brief(sa.update(workspaces).where(_OWN).values(head=workspaces.c.head - 1))
_READ_HEAD: Final = brief(sa.select(workspaces.c.head).where(_OWN))
_RAISE_AND_READ_HEAD: Final = _RAISE_HEAD.returning(workspaces.c.head)
