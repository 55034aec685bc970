"""The events that tell of commits: what several of them changed is read once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend import rows
from sync_backend.database.epoch import read_epoch
from sync_backend.ordering import Committed, Kind
from sync_backend.render import Rendered
from wire.pusher.frames import encode_event
from wire.realtime import CHANGES, MAX_FRAME_BYTES, NEW_CHAT_RECEIVED, workspace_channel

_MOST_ROWS: Final = 40
"""More rows never fit a frame: the smallest, a contact, takes 70 bytes, a message 600."""


@dataclass(frozen=True, slots=True)
class CommitEvent:
    """`data` is JSON text."""

    channel: str
    name: str
    data: str


@dataclass(frozen=True, slots=True)
class ChangedRows:
    """What commits changed, by kind and id; a row may be newer than the commit that is told with it."""

    epoch: str
    rows: dict[Kind, dict[int, Rendered]]

    def events_of(self, news: Committed) -> Iterator[CommitEvent]:
        """`news` is one of those that were read for."""
        channel = workspace_channel(news.workspace_id)
        yield CommitEvent(channel, CHANGES, self._changes(news, channel))
        for message_id in news.announced:
            yield CommitEvent(channel, NEW_CHAT_RECEIVED, to_json(self._new_chat(news, message_id)))

    def _changes(self, news: Committed, channel: str) -> str:
        """A `wire.realtime.ChangesEvent`; without rows when the encoded frame would grow too large."""
        if _may_fit(news):
            listed = {kind.value: self._listed(news, kind) for kind in Kind}
            full = to_json({"epoch": self.epoch, "seq": news.head, "rows": listed})
            if len(encode_event(CHANGES, full, channel).encode()) <= MAX_FRAME_BYTES:
                return full
        return to_json({"epoch": self.epoch, "seq": news.head, "rows": None})

    def _listed(self, news: Committed, kind: Kind) -> list[Rendered]:
        changed = news.changed.get(kind, frozenset())
        return [row for row_id, row in self.rows[kind].items() if row_id in changed]

    def _new_chat(self, news: Committed, message_id: int) -> Rendered:
        """A `wire.realtime.NewChatReceived`."""
        message = self.rows[Kind.MESSAGE][message_id]
        conversation = self.rows[Kind.CONVERSATION][int(message["conversation_id"])]
        session = self.rows[Kind.SESSION][int(message["session_id"])]
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
            "epoch": self.epoch,
            "seq": news.head,
        }


async def read_changed_rows(connection: AsyncConnection, commits: Sequence[Committed]) -> ChangedRows:
    """All that the commits' events are made of."""
    wanted: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    announced = {message_id for news in commits for message_id in news.announced}
    wanted[Kind.MESSAGE] |= announced
    for news in commits:
        if _may_fit(news):
            for kind, ids in news.changed.items():
                wanted[kind] |= ids
    epoch = await read_epoch(connection)
    loaded: dict[Kind, dict[int, Rendered]] = {}
    # Children first: an announced message is told with its conversation and number, changed or not.
    for kind in reversed(Kind):
        loaded[kind] = {int(row["id"]): row for row in await rows.load(connection, kind, wanted[kind])}
        if kind is Kind.MESSAGE:
            wanted[Kind.CONVERSATION] |= {int(loaded[kind][each]["conversation_id"]) for each in announced}
            wanted[Kind.SESSION] |= {int(loaded[kind][each]["session_id"]) for each in announced}
    return ChangedRows(epoch, loaded)


def to_json(value: Any) -> str:
    """JSON text, as events carry it."""
    return orjson.dumps(value).decode()


def _may_fit(news: Committed) -> bool:
    return not news.is_bulk and sum(len(ids) for ids in news.changed.values()) <= _MOST_ROWS
