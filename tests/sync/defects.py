"""Planted defects: each takes one care out of the product. `python -m tests.sync.defects` shows that each is caught."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import random
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Any, Final
from unittest import mock
from uuid import uuid4

import pytest
import sqlalchemy as sa

import inbox_app.sync.sender
import local_cache.following as following
import local_cache.storing as storing
import sync_backend.api.sync
import sync_backend.ordering as ordering
import sync_backend.sending.messages
from inbox_app.online import Online
from inbox_app.sync.arrivals import Apply, Arrivals
from inbox_app.sync.reading import Reading
from local_cache.cache import Cache
from local_cache.changed import Changed, Outcome
from local_cache.database import StorageError
from local_cache.outbox import Outbox
from local_cache.outbox_tables import drafts, outgoing
from local_cache.outgoing import OutgoingState
from local_cache.records import SyncPosition
from local_cache.tables import conversations, messages
from sync_backend.database.tables import chats, workspaces
from sync_backend.ordering import Turns
from sync_backend.sync import pages
from sync_backend.sync.pages import Pin
from tests.sync.provider import ForgetfulProvider
from tests.sync.run import STEPS_FOR_60, Result, run
from wire.rest import SendRequest

MOST_RUNS: Final = 1000
"""What CI plays."""
SCENARIOS: Final = [f"tests/sync/test_{name}.py" for name in ("single_faults", "reading", "restored_backup", "events")]
_LOADED_ALREADY: Final = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]

Defect = Callable[[], AbstractContextManager[object]]
DEFECTS: Final[dict[str, Defect]] = {}


def defect(plant: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Registers it under its name in plain words."""
    DEFECTS[plant.__name__.replace("_", " ")] = contextmanager(plant)
    return plant


def _everywhere(package: str, name: str, replacement: object) -> AbstractContextManager[object]:
    """In each module that imported it by name."""
    stack = ExitStack()
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(package) and name in vars(module):
            stack.enter_context(mock.patch.object(module, name, replacement))
    return stack


# of the cache


@defect
def no_version_check() -> Iterator[None]:
    def all_of_them(_connection: Any, _table: Any, rows: Any) -> Any:
        latest = {row.id: row for row in rows}
        return list(latest.values()), set(latest)

    with mock.patch.object(storing, "_newer", all_of_them):
        yield


@defect
def the_cursor_moves_before_the_walk_is_complete() -> Iterator[None]:
    def after(held: SyncPosition, page: Any, _kind: str, _since: int) -> SyncPosition:
        return SyncPosition(epoch=held.epoch, cursor=max(held.cursor or 0, page.head))

    with mock.patch.object(following, "_after", after):
        yield


@defect
def rows_and_cursor_are_two_transactions() -> Iterator[None]:
    write, crash = following._write_position, random.Random(1)

    def cursor_first(connection: Any, page: Any, **about: Any) -> Any:
        held = following._read_position(connection)
        place = (about["walk"], about["since"], about["asked_cursor"])
        if held.epoch == page.epoch and following._is_next(held, page, *place):
            write(connection, following._after(held, page, about["walk"], about["since"]))
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            if crash.random() < 0.1:
                raise StorageError("the disk was full")
        return apply(connection, page, **about)

    apply = following.apply_page
    with mock.patch.object(following, "apply_page", cursor_first):
        yield


@defect
def unseen_rows_are_deleted() -> Iterator[None]:
    apply = following.apply_history

    def keep_only_the_page(connection: Any, page: Any, conversation_id: str, **about: Any) -> Any:
        seen = [row.id for row in page.items]
        mine = messages.c.conversation_id == conversation_id
        connection.execute(messages.delete().where(mine, messages.c.id.not_in(seen)))
        return apply(connection, page, conversation_id, **about)

    with mock.patch.object(following, "apply_history", keep_only_the_page):
        yield


@defect
def events_are_applied_over_a_gap() -> Iterator[None]:
    def next_step(self: Any, epoch: Any, cursor: int, now: float) -> Any:
        later = [event for seq, event in sorted(self._events.items()) if seq > cursor and event.rows is not None]
        if later and not self._must_pull and self._epoch == epoch:
            self._events.clear()
            return Apply(tuple(later))
        return decide(self, epoch, cursor, now)

    def apply_event(connection: Any, event: Any) -> Any:
        held = following._read_position(connection)
        if held.cursor is not None and event.seq > held.cursor + 1 and event.epoch == held.epoch:
            following._write_position(connection, replace(held, cursor=event.seq - 1))
        return apply(connection, event)

    decide, apply = Arrivals.next_step, following.apply_event
    with (
        mock.patch.object(Arrivals, "next_step", next_step),
        mock.patch.object(following, "apply_event", apply_event),
    ):
        yield


@defect
def tombstones_of_unknown_rows_are_dropped() -> Iterator[None]:
    def newer(connection: Any, table: Any, rows: Any) -> Any:
        found, unheld = look(connection, table, rows)
        return [row for row in found if row.id not in unheld or getattr(row, "deleted_at", None) is None], unheld

    look = storing._newer
    with mock.patch.object(storing, "_newer", newer):
        yield


@defect
def merged_conversations_are_not_resolved() -> Iterator[None]:
    with mock.patch.object(storing, "resolve", lambda _connection, conversation_id: conversation_id):
        yield


@defect
def a_read_is_written_into_the_cached_row() -> Iterator[None]:
    async def read_up_to(self: Any, conversation_id: str, message_id: str) -> None:
        mine = messages.c.conversation_id == conversation_id

        def work(connection: Any) -> Any:
            connection.execute(sa.update(messages).where(mine, messages.c.direction == "inbound").values(is_read=1))
            connection.execute(
                sa.update(conversations).where(conversations.c.id == conversation_id).values(unread_count=0)
            )
            return Changed(source="answer", outcome=Outcome.APPLIED, position=SyncPosition())

        await asyncio.wrap_future(self._cache._write(work))
        await read(self, conversation_id, message_id)

    read = Reading.read_up_to
    with mock.patch.object(Reading, "read_up_to", read_up_to):
        yield


@defect
def unread_is_counted_by_the_client() -> Iterator[None]:
    def count(connection: Any, rows: Any, stored: Any, **about: Any) -> None:
        rows = list(rows)
        store(connection, rows, stored, **about)
        for row in rows:
            if row.direction == "inbound" and not row.is_read and row.deleted_at is None:
                connection.execute(
                    sa.update(conversations)
                    .where(conversations.c.id == row.conversation_id)
                    .values(unread_count=conversations.c.unread_count + 1)
                )

    store = storing.store_messages
    with _everywhere("local_cache", "store_messages", count):
        yield


@defect
def changes_move_the_place_down_to_which_all_is_known() -> Iterator[None]:
    def store(connection: Any, rows: Any, **about: Any) -> Any:
        stored = keep(connection, rows, **about)
        following._extend_timelines(connection, rows.messages, stored)
        return stored

    keep = storing.store
    with mock.patch.object(following, "store", store):
        yield


@defect
def a_new_snapshot_empties_the_outbox() -> Iterator[None]:
    def changed(self: Any, news: Any) -> None:
        if news.reset:
            for table in (outgoing, drafts):
                self.sender._outbox._write(lambda connection, table=table: connection.execute(table.delete()) and None)
        hear(self, news)

    hear = Online.cache_changed
    with mock.patch.object(Online, "cache_changed", changed):
        yield


@defect
def the_epoch_is_ignored() -> Iterator[None]:
    def ignoring(apply: Any) -> Any:
        def applied(connection: Any, **about: Any) -> Any:
            held = following._read_position(connection)
            [name] = about.keys() & {"event", "page"}
            about[name] = replace(about[name], epoch=held.epoch or about[name].epoch)
            return apply(connection, **about)

        return applied

    def hear(self: Any, news: Any, now: float) -> None:
        self._epoch = news.epoch
        listen(self, news, now)

    def next_step(self: Any, _epoch: Any, cursor: int, now: float) -> Any:
        return decide(self, self._epoch, cursor, now)

    listen, decide = Arrivals.hear, Arrivals.next_step
    with (
        mock.patch.object(sync_backend.api.sync, "refuse_other_epoch", return_value=None),
        mock.patch.object(following, "apply_event", ignoring(following.apply_event)),
        mock.patch.object(following, "apply_page", ignoring(following.apply_page)),
        mock.patch.object(Arrivals, "hear", hear),
        mock.patch.object(Arrivals, "next_step", next_step),
    ):
        yield


# of the client


@defect
def heartbeats_are_not_listened_to() -> Iterator[None]:
    def hear(self: Any, news: Any, now: float) -> None:
        if hasattr(news, "seq"):
            listen(self, news, now)

    listen = Arrivals.hear
    with mock.patch.object(Arrivals, "hear", hear):
        yield


@defect
def nothing_is_pulled_on_connecting() -> Iterator[None]:
    def begin(self: Any, now: float) -> None:
        make(self, now)
        self._must_pull = False

    make = Arrivals.__init__
    with mock.patch.object(Arrivals, "__init__", begin):
        yield


@defect
def a_lost_answer_is_followed_by_a_new_uuid() -> Iterator[None]:
    request = SendRequest

    def anew(**fields: Any) -> Any:
        return request(**fields | {"uuid": str(uuid4())})

    with mock.patch.object(inbox_app.sync.sender, "SendRequest", anew):
        yield


@defect
def what_was_being_sent_at_the_end_is_forgotten() -> Iterator[None]:
    def next_waiting(self: Any, conversation_id: str) -> Any:
        found = look(self, conversation_id)
        return None if found is not None and found.state is OutgoingState.SENDING else found

    look = Outbox.next_waiting
    with mock.patch.object(Outbox, "next_waiting", next_waiting):
        yield


@defect
def a_message_leaves_the_outbox_before_it_is_handed_over() -> Iterator[None]:
    async def hand_over(self: Any, message: Any) -> None:
        gone = outgoing.delete().where(outgoing.c.uuid == message.uuid)
        await asyncio.wrap_future(self._outbox._write(lambda connection: connection.execute(gone) and None))
        await give(self, message)

    give = inbox_app.sync.sender.Sender._hand_over
    with mock.patch.object(inbox_app.sync.sender.Sender, "_hand_over", hand_over):
        yield


@defect
def what_was_typed_is_not_moved_with_a_merge() -> Iterator[None]:
    async def stay(*_: Any) -> None: ...

    with (
        mock.patch.object(inbox_app.sync.sender.Sender, "move", stay),
        mock.patch.object(Cache, "resolve", lambda _self, conversation_id: conversation_id),
    ):
        yield


# of the server


@defect
def the_latest_status_is_trusted() -> Iterator[None]:
    with _everywhere("sync_backend.store", "higher", lambda _held, news: news):
        yield


@defect
def a_walk_is_not_pinned() -> Iterator[None]:
    seen: list[Pin] = []

    async def take_pin(connection: Any, workspace_id: int) -> Pin:
        seen.append(await take(connection, workspace_id))
        return seen[-1]

    take, is_next = pages.take_pin, following._is_next

    def unchecked(held: Any, page: Any, *about: Any) -> bool:
        walk = held.walk and replace(held.walk, head=page.head, next_cursor=about[-1] or held.walk.next_cursor)
        return is_next(replace(held, walk=walk), page, *about)

    with (
        mock.patch.object(sync_backend.api.sync, "take_pin", take_pin),
        mock.patch.object(sync_backend.api.sync, "Pin", side_effect=lambda *_: seen[-1]),
        mock.patch.object(following, "_is_next", unchecked),
    ):
        yield


@defect
def the_head_is_read_after_the_rows() -> Iterator[None]:
    async def take_pin(connection: Any, workspace_id: int) -> Pin:
        seen = await take(connection, workspace_id)  # from here on this transaction sees one state of the database
        await asyncio.sleep(0.02)
        async with connection.engine.connect() as other:
            head = await other.scalar(sa.select(workspaces.c.head).where(workspaces.c.id == workspace_id))
        return Pin(seen.epoch, max(head, seen.head))

    take = pages.take_pin
    with mock.patch.object(sync_backend.api.sync, "take_pin", take_pin):
        yield


@defect
def the_number_is_taken_before_the_commit() -> Iterator[None]:
    async def take_number(connection: Any, workspace_id: int) -> int:
        head = await take(connection, workspace_id)
        await connection.commit()
        await asyncio.sleep(0.02)
        return head

    take = ordering._take_number
    with mock.patch.object(ordering, "_take_number", take_number):
        yield


@defect
def broadcast_comes_before_the_commit() -> Iterator[None]:
    @asynccontextmanager
    async def workspace_transaction(engine: Any, workspace_id: int, listener: Any) -> AsyncIterator[Any]:
        early: list[Any] = []

        class Silent(Turns):
            def committed(self, news: Any) -> None: ...

        async with within(engine, workspace_id, Silent()) as transaction:
            yield transaction
            if transaction.has_changes:
                early.append(transaction.news())
                listener.committed(early[0])
                await asyncio.sleep(0.02)

    within = ordering.workspace_transaction
    with _everywhere("sync_backend", "workspace_transaction", workspace_transaction):
        yield


@defect
def a_message_in_doubt_is_given_to_the_provider_again() -> Iterator[None]:
    with mock.patch.object(ForgetfulProvider, "idempotent", True):
        yield


@defect
def a_repeated_uuid_is_stored_again() -> Iterator[None]:
    async def unknown(*_: Any) -> None: ...

    with mock.patch.object(sync_backend.sending.messages, "_known", unknown):
        yield


@defect
def edits_do_not_restamp() -> Iterator[None]:
    async def edit(transaction: Any, account: Any, key: str, body: str, edited_at_ms: int, _now: int) -> None:
        await transaction.connection.execute(
            sa.update(chats).where(chats.c.provider_key == key).values(body=body, edited_at_ms=edited_at_ms)
        )
        transaction.keep()

    with _everywhere("sync_backend.ingest", "edit_message", edit):
        yield


class _FirstFailure:
    """A plugin of pytest's that remembers which test failed first, and where."""

    words: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.words is None:
            where = report.nodeid.rpartition("::")[2]
            self.words = f"{where}: {report.longreprtext.strip().splitlines()[-1]}"


def first_failure() -> str | None:
    """Runs the scenarios; which of them failed first."""
    first = _FirstFailure()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["-x", "-q", "-p", "no:cacheprovider", *_LOADED_ALREADY, *SCENARIOS], plugins=[first])
    return first.words


def caught_by_plays(name: str, most_runs: int) -> Result:
    """Plays with the defect planted; `broken` says which promise showed it."""
    with DEFECTS[name]():
        return run(most_runs, STEPS_FOR_60, 1, shrink=False, tell=lambda _: None)


def _in_a_process(name: str, most_runs: int) -> tuple[str, bool, str]:
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.sync.defects", "--only", name, "--runs", str(most_runs)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    words = (answer.stdout.strip().splitlines() or [answer.stderr.strip()[-200:]])[-1]
    return name, answer.returncode == 0, f"{words} ({time.monotonic() - began:.0f} s)"


def table(most_runs: int, tell: Callable[[str], None], workers: int = 2) -> list[str]:
    """Plants one after another; the names of those that were not caught. RuntimeError when all is not well without."""
    whole = first_failure()
    if whole is not None:
        raise RuntimeError(f"without any defect: {whole}")
    missed = []
    with ThreadPoolExecutor(workers) as pool:
        for name, ok, words in pool.map(_in_a_process, DEFECTS, [most_runs] * len(DEFECTS)):
            tell(f"{'caught' if ok else 'MISSED'}  {name:58} {words}")
            if not ok:
                missed.append(name)
    tell(f"{len(DEFECTS) - len(missed)} of {len(DEFECTS)} planted defects caught")
    return missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=sorted(DEFECTS), metavar="DEFECT")
    parser.add_argument("--runs", type=int, default=MOST_RUNS, help="plays before a defect counts as missed")
    asked = parser.parse_args()
    if asked.only is None:
        return int(bool(table(asked.runs, _tell)))
    with DEFECTS[asked.only]():
        words = first_failure()
    if words is not None:
        _tell(words)
        return 0
    result = caught_by_plays(asked.only, asked.runs)
    _tell(f"after {result.runs} plays: {result.broken}")
    return int(result.broken is None or not result.broken.startswith("AssertionError"))


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
