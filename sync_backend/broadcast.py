"""Tells a workspace's listeners what was committed: hints, whose loss costs them latency and never truth."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any, Final, Protocol

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend import rows
from sync_backend.database.epoch import read_epoch
from sync_backend.database.tables import workspaces
from sync_backend.ordering import Committed, Kind
from sync_backend.render import Rendered
from wire.pusher.frames import encode_event
from wire.realtime import (
    CHANGES,
    HEARTBEAT,
    HEARTBEAT_SECONDS,
    MAX_FRAME_BYTES,
    NEW_CHAT_RECEIVED,
    workspace_channel,
)

_log = logging.getLogger(__name__)

_MOST_ROWS: Final = 40
"""More rows never fit a frame: the smallest, a contact, takes 70 bytes, a message 600."""

_BETWEEN_HEARTBEATS: Final = HEARTBEAT_SECONDS * 2 / 3


class Publisher(Protocol):
    """Carries an event to whoever listens to a channel; `data` is JSON text."""

    async def publish(self, channel: str, event: str, data: str) -> object: ...


class BroadcastWatch(Protocol):
    """Counts broadcasts for operators."""

    def broadcast_done(self, seconds: float) -> None: ...

    def broadcast_failed(self) -> None: ...


class Broadcaster:
    """Publishes each commit in commit order, apart from the transaction and from whoever waits for its answer.

    `start` inside the event loop; `close` publishes what is left.
    """

    def __init__(
        self,
        reads: AsyncEngine,
        publisher: Publisher,
        watch: BroadcastWatch,
        *,
        between_heartbeats: float = _BETWEEN_HEARTBEATS,
    ) -> None:
        self._reads = reads
        self._publisher = publisher
        self._watch = watch
        self._between_heartbeats = between_heartbeats
        self._commits: asyncio.Queue[tuple[Committed, float]] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._publish_commits(), name="broadcast commits"),
            asyncio.create_task(self._beat(), name="broadcast heartbeats"),
        ]

    async def close(self) -> None:
        """May be called twice, and without `start`."""
        if self._tasks:
            await self._commits.join()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def committed(self, news: Committed) -> None:
        """See `sync_backend.ordering.CommitListener`."""
        self._commits.put_nowait((news, time.perf_counter()))

    async def settled(self) -> None:
        """Returns when everything committed so far has been published."""
        await self._commits.join()

    async def _publish_commits(self) -> None:
        while True:
            news, since = await self._commits.get()
            try:
                await self._publish(news)
                self._watch.broadcast_done(time.perf_counter() - since)
            except Exception:
                # Listeners learn of it by the next event or heartbeat; the data is safe.
                self._watch.broadcast_failed()
                _log.exception("a change could not be broadcast", extra={"workspace_id": news.workspace_id})
            finally:
                self._commits.task_done()

    async def _publish(self, news: Committed) -> None:
        channel = workspace_channel(news.workspace_id)
        async with self._reads.connect() as connection:
            epoch = await read_epoch(connection)
            changed = await _changed_rows(connection, news)
            announced = [await _new_chat(connection, changed, each, news.head, epoch) for each in news.announced]
        await self._publisher.publish(channel, CHANGES, _changes(changed, news.head, epoch, channel))
        for payload in announced:
            await self._publisher.publish(channel, NEW_CHAT_RECEIVED, _json(payload))

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._between_heartbeats)
            try:
                await self._publish_heads()
            except Exception:
                self._watch.broadcast_failed()
                _log.exception("a heartbeat could not be broadcast")

    async def _publish_heads(self) -> None:
        async with self._reads.connect() as connection:
            epoch = await read_epoch(connection)
            heads = (await connection.execute(sa.select(workspaces.c.id, workspaces.c.head))).all()
        for workspace_id, head in heads:
            beat = _json({"epoch": epoch, "head": head})
            await self._publisher.publish(workspace_channel(workspace_id), HEARTBEAT, beat)


_Changed = dict[Kind, dict[str, Rendered]]


async def _changed_rows(connection: AsyncConnection, news: Committed) -> _Changed:
    """Rows by kind and id; none at all where they are too many for a frame."""
    if sum(len(ids) for ids in news.changed.values()) > _MOST_ROWS:
        return {}
    return {
        kind: {row["id"]: row for row in await rows.load(connection, kind, news.changed.get(kind, ()))} for kind in Kind
    }


def _changes(changed: _Changed, head: int, epoch: str, channel: str) -> str:
    """A `wire.realtime.ChangesEvent`; without rows when the encoded frame would grow too large."""
    if changed:
        listed = {kind.value: list(held.values()) for kind, held in changed.items()}
        full = _json({"epoch": epoch, "seq": head, "rows": listed})
        if len(encode_event(CHANGES, full, channel).encode()) <= MAX_FRAME_BYTES:
            return full
    return _json({"epoch": epoch, "seq": head, "rows": None})


async def _new_chat(connection: AsyncConnection, changed: _Changed, message_id: int, head: int, epoch: str) -> Rendered:
    """A `wire.realtime.NewChatReceived`."""
    message = await _row(connection, changed, Kind.MESSAGE, str(message_id))
    conversation = await _row(connection, changed, Kind.CONVERSATION, message["conversation_id"])
    session = await _row(connection, changed, Kind.SESSION, message["session_id"])
    return {
        "chat": {
            "id": message["id"],
            "type": message["direction"],
            "chat_type": conversation["chat_type"],
            "provider_type": session["provider_type"],
            "message": message["body"],
            "created_at": message["created_at"],
            "is_read": message["is_read"],
        },
        "contact": conversation["contact"],
        "group": conversation["group"],
        "sender": message["sender"],
        "session": {name: session[name] for name in ("id", "phone_number", "provider_type")},
        "conversation_id": message["conversation_id"],
        "epoch": epoch,
        "seq": head,
    }


async def _row(connection: AsyncConnection, changed: _Changed, kind: Kind, row_id: str) -> Rendered:
    held = changed.get(kind, {}).get(row_id)
    return held if held is not None else (await rows.load(connection, kind, [int(row_id)]))[0]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
