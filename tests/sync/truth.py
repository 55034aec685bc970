"""What must hold: at every step, and once everything has healed; read straight from the files."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from inbox_app.server.api import Api
from inbox_app.sync.history import History
from inbox_app.sync.pull import Puller
from inbox_app.sync.stranded import stranded
from local_cache.cache import Cache
from local_cache.outgoing import OutgoingState
from local_cache.tables import contacts, conversations, groups, messages, sessions
from tests.sync.desk import Desk
from tests.sync.network import LARGE_PAGE, Way
from tests.sync.people import addresses
from tests.sync.provider import WhatsApp
from tests.sync.server import WORKSPACE, Server
from wire.status import RANKS

_TABLES: Final = (sessions, contacts, groups, conversations, messages)
_NOT_THE_SERVERS: Final = {"contiguous_from", "search_name", "search_phone"}
_SETTLED: Final = {"unconfirmed", "sent", "failed", "delivered", "read", "played"}

Rows = dict[str, dict[str, Any]]


class Watch:
    """Compares each look with the one before: within an epoch nothing falls, ever."""

    def __init__(self, server: Server, desks: Sequence[Desk]) -> None:
        self._server = server
        self._desks = desks
        self._seen: dict[str, tuple[str, int, dict[str, tuple[int, int, int, int]]]] = {}

    def look(self) -> None:
        [(epoch,)] = self._server.rows("SELECT value FROM server_state WHERE name = 'epoch'")
        [(head,)] = self._server.rows("SELECT head FROM workspaces WHERE id = ?", WORKSPACE)
        held = self._server.rows(
            "SELECT id, version, status, is_read, deleted_at IS NOT NULL FROM chats WHERE workspace_id = ?", WORKSPACE
        )
        self._compare("the server", epoch, head, held)
        for desk in self._desks:
            if not desk.is_open:
                continue
            position = desk.cache.position()
            if position.epoch is None:
                continue
            if position.epoch == epoch:
                assert (position.cursor or 0) <= head, f"{desk.name} is ahead of the server"
            held = desk.rows("SELECT id, version, status, is_read, deleted_at_ms IS NOT NULL FROM messages")
            self._compare(desk.name, position.epoch, position.cursor or 0, held)

    def forget(self, desk: Desk) -> None:
        """Its cache was damaged and begins anew."""
        self._seen.pop(desk.name, None)

    def _compare(self, who: str, epoch: str, place: int, held: list[tuple[Any, ...]]) -> None:
        now = {str(row[0]): (row[1], RANKS.get(row[2], -1), row[3], row[4]) for row in held}
        before = self._seen.get(who)
        self._seen[who] = (epoch, place, now)
        if before is None or before[0] != epoch:
            return
        assert place >= before[1], f"{who}'s place fell from {before[1]} to {place}"
        assert before[2].keys() <= now.keys(), f"{who} lost messages {before[2].keys() - now.keys()}"
        for row_id, facts in now.items():
            for what, then, since in zip(
                ("version", "status", "read flag", "tombstone"), before[2].get(row_id, facts), facts, strict=True
            ):
                assert since >= then, f"{who}: the {what} of message {row_id} fell from {then} to {since}"


def rows_of(cache: Cache, query: str) -> list[tuple[Any, ...]]:
    """Straight from the cache's file."""
    connection = cache._database.reader()
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def living(cache: Cache) -> dict[str, Rows]:
    """Rows that are no tombstones, by table and id, as far as they are the server's."""
    found: dict[str, Rows] = {}
    for table in _TABLES:
        names = [each.name for each in table.columns if each.name not in _NOT_THE_SERVERS]
        columns = ", ".join(f'"{name}"' for name in names)
        rows = rows_of(cache, f"SELECT {columns} FROM {table.name} WHERE deleted_at_ms IS NULL")
        found[table.name] = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    return found


async def agree(server: Server, desks: Sequence[Desk], fresh: Cache, token: str) -> None:
    """Each client shows what a fresh fetch brings; both count as unread what the server's rows say."""
    api = Api("http://server.test", token, Way(server, LARGE_PAGE))
    await asyncio.wrap_future(fresh.reset())
    await Puller(api, fresh).pull()
    snapshot = living(fresh)
    for desk in desks:
        assert desk.online.engine.line.kind == "live", f"{desk.name} is {desk.online.engine.line}"
        held, at, there = living(desk.cache), desk.cache.position(), fresh.position()
        assert (at.epoch, at.cursor) == (there.epoch, there.cursor), (
            f"{desk.name} stands at {at}, the server at {there}"
        )
        for kind in ("sessions", "contacts", "groups", "conversations"):
            _same(f"{desk.name}'s {kind}", held[kind], snapshot[kind])
    history = History(api, fresh)
    for chat in fresh.conversations(limit=500):
        await _scroll_to_the_beginning(fresh, history, chat.id)
    everything = living(fresh)["messages"]
    for desk in desks:
        held = living(desk.cache)["messages"]
        _same(f"{desk.name}'s messages", held, {key: everything.get(key) for key in held})
        for chat in desk.chats():
            _no_hole(desk, chat.id, fresh)
            await _scroll_to_the_beginning(desk.cache, desk.online.history, chat.id)
            theirs = [each.id for each in desk.cache.messages(chat.id, limit=10_000)]
            whole = [each.id for each in fresh.messages(chat.id, limit=10_000)]
            assert theirs == whole, f"{desk.name} shows {theirs} in chat {chat.id}, not {whole}"
        _one_row_each(desk)
    await api.close()
    _unread(server, desks)


async def _scroll_to_the_beginning(cache: Cache, history: History, conversation_id: str) -> None:
    """As a person scrolls: from the oldest message that is shown."""
    for _ in range(200):
        chat = cache.conversation(conversation_id)
        assert chat is not None
        if chat.history_complete:
            return
        shown = cache.messages(conversation_id, limit=10_000)
        await history.fetch_below(conversation_id, None if chat.needs_history or not shown else shown[-1].id)
    raise AssertionError(f"the history of {conversation_id} has no end")


def _no_hole(desk: Desk, conversation_id: str, fresh: Cache) -> None:
    """Between the place down to which the client believes to be complete and the newest message, nothing is missing."""
    chat = desk.cache.conversation(conversation_id)
    assert chat is not None
    if chat.contiguous_from is None:
        return
    shown = [each.id for each in desk.cache.messages(conversation_id, limit=10_000)]
    whole = fresh.messages(conversation_id, limit=10_000)
    complete = [each.id for each in whole if each.order >= chat.contiguous_from]
    assert shown == complete, f"{desk.name}'s chat {conversation_id} has a hole: {shown} instead of {complete}"


def _one_row_each(desk: Desk) -> None:
    for column in ("provider_message_id", "client_uuid"):
        twice = desk.rows(
            f"SELECT session_id, {column}, count(*) FROM messages WHERE {column} IS NOT NULL AND deleted_at_ms IS NULL "
            "GROUP BY 1, 2, direction HAVING count(*) > 1",
        )
        assert not twice, f"{desk.name} shows one message twice: {twice}"


def _unread(server: Server, desks: Sequence[Desk]) -> None:
    counted = {
        str(conversation_id): count
        for conversation_id, count in server.rows(
            "SELECT conversation_id, count(*) FROM chats WHERE workspace_id = ? AND type = 'inbound' AND NOT is_read "
            "AND deleted_at IS NULL GROUP BY 1",
            WORKSPACE,
        )
    }
    for desk in desks:
        shown = {chat.id: chat.unread_count for chat in desk.chats() if chat.unread_count}
        assert shown == counted, f"{desk.name} shows {shown} as unread, the server counts {counted}"
        assert desk.cache.unread_total() == sum(counted.values())
        assert sum(each.unread_count for each in desk.cache.sessions()) == sum(counted.values())
        assert not desk.outbox.pending_reads(), f"{desk.name} still waits to tell {desk.outbox.pending_reads()}"


def nothing_lost_or_twice(server: Server, desks: Sequence[Desk], whatsapp: WhatsApp) -> None:
    """Judged by the journals and the ledger, which neither side writes."""
    times = Counter(each.uuid for each in whatsapp.ledger)
    assert all(count == 1 for count in times.values()), f"accepted more than once: {times}"
    for desk in desks:
        waiting = {each.uuid: each for each in desk.outbox.all()}
        for typed in desk.journal.typed:
            if typed.is_given_up:
                continue
            what = f"what {desk.name} typed ({typed.body!r})"
            for entry in whatsapp.accepted(typed.uuid):
                assert entry.body == typed.body, f"{what} went out as {entry.body!r}"
                assert entry.to in addresses(typed.person), f"{what} went to {entry.to}"
            message, outgoing = desk.cache.message_by_uuid(typed.uuid), waiting.get(typed.uuid)
            if message is not None:
                assert message.status in _SETTLED, f"{what} is for ever {message.status}"
                chat = desk.cache.conversation(message.conversation_id)
                if message.status in ("sent", "delivered", "read", "played"):
                    assert times[typed.uuid], f"{what} is shown as {message.status}, but was never accepted"
            else:
                assert outgoing is not None, f"{what} is gone"
                assert outgoing.state in (OutgoingState.UNCONFIRMED, OutgoingState.FAILED), f"{what}: {outgoing}"
                assert outgoing.reason, f"{what} failed without a word"
                chat = desk.cache.conversation(outgoing.conversation_id)
                if chat is None and typed.body in [each.text for each in stranded(desk.cache, desk.outbox)]:
                    continue
            assert chat is not None, f"{what} is in no chat"
            assert desk.person_of(chat) == typed.person, f"{what} is shown in the chat with {desk.person_of(chat)}"
        shown = [text for chat, text in desk.outbox.drafts().items() if desk.cache.conversation(chat) is not None]
        shown += [each.text for each in stranded(desk.cache, desk.outbox)]
        for text in desk.journal.drafts:
            assert text in "\n".join(shown).split("\n"), f"{desk.name}'s {text!r} is gone"


def in_the_order_typed(server: Server, desks: Sequence[Desk]) -> None:
    """What one person typed into one chat, the server has in that order; a restored one learns of some by echoes."""
    asked = "client_uuid IS NOT NULL AND user_id IS NOT NULL"
    places = dict(server.rows(f"SELECT client_uuid, arrival FROM chats WHERE {asked}"))
    for desk in desks:
        last: dict[str, int] = {}
        for typed in desk.journal.typed:
            place = places.get(typed.uuid)
            if place is not None:
                assert place > last.get(typed.chat, -1), f"{typed.body!r} went before what {desk.name} typed first"
                last[typed.chat] = place


def nobody_elses(desks: Sequence[Desk]) -> None:
    for desk in desks:
        foreign = desk.rows("SELECT id FROM messages WHERE body LIKE 'secret%'")
        assert not foreign, f"{desk.name} sees messages of another workspace"
        assert len(desk.cache.sessions()) == 2


def _same(what: str, held: Rows, expected: dict[str, Any]) -> None:
    if held == expected:
        return
    lines = []
    for key in sorted(held.keys() | expected.keys(), key=int):
        one, other = held.get(key), expected.get(key)
        if one is None or other is None:
            lines.append(f"{key}: held {one}, expected {other}")
        elif one != other:
            lines.append(f"{key}: " + ", ".join(f"{n}: {one[n]!r} not {other[n]!r}" for n in one if one[n] != other[n]))
    raise AssertionError(f"{what} differ from a fresh fetch: " + "; ".join(lines))
