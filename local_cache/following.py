"""Follows the server: which news the cache may take, and how far it has come; a function is one transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from local_cache.changed import Changed, Outcome
from local_cache.records import SyncPosition, Walk
from local_cache.storing import (
    Stored,
    forget_everything,
    lacks_parents,
    resolve,
    store,
    store_group_details,
    store_messages,
)
from local_cache.tables import conversations, messages, position
from wire.realtime import ChangesEvent
from wire.rest import ChangePage, MessagePage
from wire.rows import GroupDetails, Message

Source = Literal["event", "changes", "snapshot", "history", "answer", "reset"]

WHERE_WE_ARE = select(
    position.c.epoch,
    position.c.cursor,
    position.c.walk_kind,
    position.c.walk_since,
    position.c.walk_head,
    position.c.walk_next_cursor,
)


def position_from(row: tuple[object, ...] | None) -> SyncPosition:
    """`row` as `WHERE_WE_ARE` selects it; null is a cache that never heard of a server."""
    if row is None:
        return SyncPosition()
    epoch, cursor, kind, since, head, next_cursor = row
    walk = None if kind is None else Walk(kind=kind, since=since, head=head, next_cursor=next_cursor)  # type: ignore[arg-type]  # our own table
    return SyncPosition(epoch=epoch, cursor=cursor, walk=walk)  # type: ignore[arg-type]  # our own table


def apply_event(connection: Connection, event: ChangesEvent) -> Changed:
    """Takes the event that comes next; refuses one after a gap, and says so.

    So it does with one that came without rows, or without a parent that the snapshot never brought (a chat that rises
    to the top while the pages are walked is on none of them): pages are closed, so a pull heals it.
    """
    held = _read_position(connection)
    if event.epoch != held.epoch:
        return Changed(source="event", outcome=Outcome.OTHER_EPOCH, position=held)
    if held.cursor is not None and event.seq <= held.cursor:
        return Changed(source="event", outcome=Outcome.STALE, position=held)
    if held.cursor is None or event.seq > held.cursor + 1 or event.rows is None:
        return Changed(source="event", outcome=Outcome.GAP, position=held)
    if lacks_parents(connection, event.rows):
        return Changed(source="event", outcome=Outcome.GAP, position=held)
    stored = store(connection, event.rows, new_after=held.cursor)
    reached = SyncPosition(epoch=held.epoch, cursor=event.seq, walk=held.walk)
    _write_position(connection, reached)
    return _changed("event", Outcome.APPLIED, reached, stored)


def apply_page(
    connection: Connection,
    page: ChangePage,
    walk: Literal["snapshot", "changes"],
    since: int,
    asked_cursor: str | None,
) -> Changed:
    """Takes a page's rows and the place reached; `asked_cursor` is what the page was asked with, null for the first.

    The cursor moves when the walk's last page came in its turn. A snapshot's first page replaces all that is held when
    that is of another epoch, or was never complete; so the old rows stay readable until there are new ones.
    """
    held = _read_position(connection)
    begins_anew = walk == "snapshot" and asked_cursor is None and (page.epoch != held.epoch or held.cursor is None)
    if begins_anew:
        forget_everything(connection)
        held = SyncPosition(epoch=page.epoch)
    elif page.epoch != held.epoch:
        return Changed(source=walk, outcome=Outcome.OTHER_EPOCH, position=held)

    stored = store(connection, page, new_after=since if walk == "changes" else None)
    if not _is_next(held, page, walk, since, asked_cursor):
        return _changed(walk, Outcome.STALE, held, stored)
    if walk == "snapshot":
        _extend_timelines(connection, page.messages, stored)
    _open_gaps(connection, page, since, stored)
    reached = _after(held, page, walk, since)
    _write_position(connection, reached)
    return _changed(walk, Outcome.APPLIED, reached, stored, reset=begins_anew)


def apply_history(
    connection: Connection, page: MessagePage, conversation_id: str, before: str | None, asked_at: SyncPosition
) -> Changed:
    """Takes a page of older messages, asked for before the message `before` (null: the newest) at that position.

    The conversation's `contiguous_from` moves down only when the page joins what was complete already. A page that is
    older than the conversation's gap is refused: it may show what has changed since, and news of that was left out.
    """
    held = _read_position(connection)
    if asked_at.epoch != held.epoch:
        return Changed(source="history", outcome=Outcome.OTHER_EPOCH, position=held)
    gap_head, _ = _gap(connection, conversation_id)
    if (asked_at.cursor or 0) < gap_head:
        return Changed(source="history", outcome=Outcome.GAP, position=held)
    stored = Stored()
    store_messages(connection, page.items, stored)
    # A page of a conversation that was merged meanwhile lacks the survivor's own messages.
    joins = resolve(connection, conversation_id) == conversation_id and (
        before is None or _is_complete_down_to(connection, conversation_id, before)
    )
    if joins and page.next_cursor is None:
        _move_down(connection, {conversation_id: ""}, stored)
    elif joins and page.items:
        _move_down(connection, {conversation_id: min(row.order for row in page.items)}, stored)
    return _changed("history", Outcome.APPLIED if joins else Outcome.STALE, held, stored)


def apply_message(connection: Connection, message: Message, epoch: str) -> Changed:
    """Takes a message that the server answered a command with; it moves no place, the event will."""
    held = _read_position(connection)
    if epoch != held.epoch:
        return Changed(source="answer", outcome=Outcome.OTHER_EPOCH, position=held)
    stored = Stored()
    if not _was_left_out(connection, message):
        store_messages(connection, [message], stored)
    return _changed("answer", Outcome.APPLIED, held, stored)


def apply_group_details(connection: Connection, details: GroupDetails, epoch: str) -> Changed:
    """Takes a group's members, asked for in `epoch`."""
    held = _read_position(connection)
    if epoch != held.epoch:
        return Changed(source="answer", outcome=Outcome.OTHER_EPOCH, position=held)
    stored = Stored()
    store_group_details(connection, details, stored)
    return _changed("answer", Outcome.APPLIED, held, stored)


def start_over(connection: Connection, epoch: str | None) -> Changed:
    """Forgets every row; the next snapshot starts from nothing."""
    forget_everything(connection)
    reached = SyncPosition(epoch=epoch)
    _write_position(connection, reached)
    return Changed(source="reset", outcome=Outcome.APPLIED, position=reached, reset=True)


def _is_next(
    held: SyncPosition, page: ChangePage, kind: Literal["snapshot", "changes"], since: int, asked_cursor: str | None
) -> bool:
    if (kind == "snapshot") != (held.cursor is None):
        return False  # a snapshot fills a cache that has no cursor, changes move one that has
    if held.cursor is not None and since > held.cursor:
        return False  # what lies between would be skipped
    if asked_cursor is None:
        return True
    walk = held.walk
    return walk is not None and (walk.kind, walk.since, walk.head, walk.next_cursor) == (
        kind,
        since,
        page.head,
        asked_cursor,
    )


def _after(held: SyncPosition, page: ChangePage, kind: Literal["snapshot", "changes"], since: int) -> SyncPosition:
    if page.next_cursor is None:
        return SyncPosition(epoch=held.epoch, cursor=max(held.cursor or 0, page.head))
    walk = Walk(kind=kind, since=since, head=page.head, next_cursor=page.next_cursor)
    return SyncPosition(epoch=held.epoch, cursor=held.cursor, walk=walk)


def _extend_timelines(connection: Connection, rows: list[Message], stored: Stored) -> None:
    """A snapshot brings each conversation's newest messages, newest first, without a gap."""
    orders: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        orders[row.conversation_id].append(row.order)
    _move_down(connection, {conversation_id: min(found) for conversation_id, found in orders.items()}, stored)


def _open_gaps(connection: Connection, page: ChangePage, since: int, stored: Stored) -> None:
    """A timeline is complete down to just above what was left out, and so hides what lies below.

    Where it was never complete, it stays so. What is held of the messages that the server thought unknown here (the
    answer to a send, a page of history) may have changed unheard: it goes, and is fetched again when scrolled to.
    """
    for left_out in page.left_out:
        home = resolve(connection, left_out.conversation_id)
        gone = connection.execute(_FORGET, {"conversation": home, "order": left_out.order, "since": since}).scalars()
        stored.messages[home].update(gone)
        just_above = left_out.order + "~"
        connection.execute(_OPEN_GAP, {"conversation": home, "just_above": just_above, "head": page.head})
        stored.conversations.add(home)


def _was_left_out(connection: Connection, message: Message) -> bool:
    """An answer that came late, of a message that lies in a gap by now: news of it may have been left out too."""
    gap_head, floor = _gap(connection, message.conversation_id)
    is_held = connection.execute(_ORDER, {"message": message.id}).scalar() is not None
    return not is_held and message.version <= gap_head and floor is not None and message.order < floor


def _gap(connection: Connection, conversation_id: str) -> tuple[int, str | None]:
    """The head of the walk that left messages of it out last (0: none did), and where its timeline ends."""
    home = resolve(connection, conversation_id)
    row = connection.execute(_GAP, {"conversation": home}).first()
    return (0, None) if row is None else (row.gap_head or 0, row.contiguous_from)


def _move_down(connection: Connection, floors: dict[str, str], stored: Stored) -> None:
    if floors:
        parameters = [{"conversation": conversation_id, "floor": floor} for conversation_id, floor in floors.items()]
        connection.execute(_LOWER, parameters)
        stored.conversations.update(floors)


def _is_complete_down_to(connection: Connection, conversation_id: str, message_id: str) -> bool:
    contiguous_from = connection.execute(_CONTIGUOUS_FROM, {"conversation": conversation_id}).scalar()
    order = connection.execute(_ORDER, {"message": message_id}).scalar()
    return contiguous_from is not None and order is not None and order >= contiguous_from


def _changed(
    source: Source, outcome: Outcome, reached: SyncPosition, stored: Stored, *, reset: bool = False
) -> Changed:
    return Changed(
        source=source,
        outcome=outcome,
        position=reached,
        sessions=frozenset(stored.sessions),
        conversations=frozenset(stored.conversations),
        messages={conversation_id: frozenset(ids) for conversation_id, ids in stored.messages.items()},
        merged=stored.merged,
        new_messages=tuple(stored.new_messages),
        reset=reset,
    )


def _read_position(connection: Connection) -> SyncPosition:
    row = connection.execute(WHERE_WE_ARE).first()
    return position_from(None if row is None else tuple(row))


def _write_position(connection: Connection, reached: SyncPosition) -> None:
    walk = reached.walk
    connection.execute(
        _MOVE,
        {
            "only": 1,
            "epoch": reached.epoch,
            "cursor": reached.cursor,
            "walk_kind": walk.kind if walk else None,
            "walk_since": walk.since if walk else None,
            "walk_head": walk.head if walk else None,
            "walk_next_cursor": walk.next_cursor if walk else None,
        },
    )


_MOVE = insert(position).prefix_with("OR REPLACE")
_CONTIGUOUS_FROM = select(conversations.c.contiguous_from).where(conversations.c.id == bindparam("conversation"))
_GAP = select(conversations.c.gap_head, conversations.c.contiguous_from).where(
    conversations.c.id == bindparam("conversation")
)
_OPEN_GAP = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation"))
    .values(
        gap_head=bindparam("head"),
        # Null stays null: SQLite's max() of a null is null.
        contiguous_from=func.max(conversations.c.contiguous_from, bindparam("just_above")),
    )
)
_FORGET = (
    delete(messages)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.order <= bindparam("order"),
        messages.c.arrival > bindparam("since"),
    )
    .returning(messages.c.id)
)
_ORDER = select(messages.c.order).where(messages.c.id == bindparam("message"))
_LOWER = (
    update(conversations)
    .where(
        conversations.c.id == bindparam("conversation"),
        or_(conversations.c.contiguous_from.is_(None), conversations.c.contiguous_from > bindparam("floor")),
    )
    .values(contiguous_from=bindparam("floor"))
)
