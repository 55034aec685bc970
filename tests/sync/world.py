"""Everything at once: one server, WhatsApp behind it, two people of one workspace before it, and faults between."""

from __future__ import annotations

import gc
import itertools
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest import mock

import sync_backend.sync.snapshot
from local_cache.cache import Cache
from local_cache.outbox import Outbox
from tests.sync import truth
from tests.sync.desk import Desk
from tests.sync.network import LARGE_PAGE, Mishap
from tests.sync.people import group_jid, lid_jid, name_of, phone_jid
from tests.sync.provider import Entry, Mood, WhatsApp
from tests.sync.server import (
    FOREIGN,
    OTHER_WORKSPACE,
    START_MS,
    USERS,
    WEBJS,
    WORKSPACE,
    Lives,
    Server,
    Template,
    found,
)
from tests.sync.virtual import Killed, VirtualLoop, threads_in_turns

BETWEEN_LOOKS_SECONDS: Final = 16.0
"""Long enough for a heartbeat, and for whatever it sets off."""
MOST_WAITS: Final = 15
"""Longer than the server's patience with providers and the longest pauses between tries together."""

Event = dict[str, Any]


def _before() -> Iterator[Event]:
    """What the worlds begin with: a few messages of a person, and of a group."""
    own = {"session_id": WEBJS, "workspace_id": WORKSPACE}
    for number in range(5):
        common = own | {
            "message_id": f"B{number}",
            "message_body": f"before {number}",
            "timestamp": START_MS // 1000 - 60,
        }
        yield common | {"chat_type": "private", "contact_phone": phone_jid(0), "contact_name": name_of(0)}
        group = {"group_jid": group_jid(0), "sender_phone": phone_jid(1), "sender_name": name_of(1)}
        yield common | group | {"message_id": f"G{number}", "chat_type": "group"}


@dataclass(frozen=True)
class Workshop:
    """What many worlds can be made with, one after another."""

    folder: Path
    template: Template
    lives: Lives
    fresh: Cache
    empty: Path


@contextmanager
def workshop() -> Iterator[Workshop]:
    """In memory where the machine offers that."""
    shared = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(prefix="sync-", dir=shared if shared.is_dir() else None) as name,
        threads_in_turns(),
        mock.patch.object(sync_backend.sync.snapshot, "MESSAGES_PER_CONVERSATION", 3),
        mock.patch.object(sync_backend.sync.snapshot, "_CONVERSATIONS_PER_PAGE", 2),
        mock.patch.object(sync_backend.sync.snapshot, "_OTHERS_PER_PAGE", 2),
    ):
        folder = Path(name)
        loop = VirtualLoop()
        template = loop.run_until_complete(found(folder / "template.sqlite3", _before()))
        loop.end()
        empty = folder / "empty"
        empty.mkdir()
        Cache(empty / "cache.db").close()
        Outbox(empty / "outbox.db").close()
        fresh = Cache(folder / "fresh.db")
        gc.collect()
        gc.freeze()  # what stays for all worlds is not looked through for each
        yield Workshop(folder, template, Lives(folder / "server.sqlite3"), fresh, empty)
        fresh.close()


class World:
    """Verbs of the steps; each returns what happened in plain words."""

    def __init__(self, own: Workshop) -> None:
        self._own = own
        self._folder = tempfile.TemporaryDirectory(dir=own.folder)
        self._counter = itertools.count(1)
        self.loop = VirtualLoop()
        self.whatsapp = WhatsApp()
        self.server = Server(own.lives, own.template, self.whatsapp, self._published, self.loop.time)
        folder = Path(self._folder.name)
        self.desks = [
            Desk(place, folder, self.server, token, own.empty)
            for place, token in enumerate(own.template.tokens[: len(USERS)])
        ]
        self.posted: list[Event] = []
        self.message_ids: list[tuple[int, str]] = []
        self.watch = truth.Watch(self.server, self.desks)
        self._do(self.server.start())
        for desk in self.desks:
            self._do(desk.open())

    def close(self) -> None:
        self.server.close()
        for desk in self.desks:
            desk.kill()
        self.loop.end()
        self._folder.cleanup()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def _published(self, channel: str, event: str, data: str) -> None:
        for desk in self.desks:
            desk.line.published(channel, event, data)

    def pass_time(self, seconds: float) -> None:
        self.loop.pass_time(seconds)
        self._notice_death()

    def check(self) -> None:
        """What must hold at every moment."""
        self._notice_death()
        self.watch.look()
        assert not self.loop.failures, self.loop.failures
        for desk in self.desks:
            assert not desk.failures, desk.failures

    def _notice_death(self) -> None:
        if not self.server.is_up:
            for desk in self.desks:
                desk.line.cut()

    # WhatsApp

    def post(self, event: Event) -> bool:
        """The bridge keeps an event that was not taken, and posts it again: see `heal`."""
        self.posted.append(event)
        status = self._do(self.server.post(event))
        assert status in (200, None), f"{status} for {event}"
        return status is not None

    def message(self, number: int, *, age_seconds: float = 0.0, **fields: Any) -> Event:
        message_id = f"IN{next(self._counter)}"
        if number != FOREIGN:
            self.message_ids.append((number, message_id))
        return {
            "session_id": number,
            "workspace_id": OTHER_WORKSPACE if number == FOREIGN else WORKSPACE,
            "message_id": message_id,
            "message_body": f"says {message_id}",
            "timestamp": int(START_MS / 1000 + self.loop.time() - age_seconds),
        } | fields

    def private_message(self, number: int, person: int, address: str, **fields: Any) -> Event:
        """`address`: phone, lid, or both, which makes known that they are one person's."""
        event = self.message(number, chat_type="private", contact_name=name_of(person), **fields)
        event["contact_phone"] = phone_jid(person) if address == "phone" else lid_jid(person)
        if address == "both":
            event["identities"] = [
                {"kind": "phone", "value": phone_jid(person)},
                {"kind": "lid", "value": lid_jid(person).partition("@")[0]},
            ]
        return event

    def group_message(self, number: int, group: int, person: int, **fields: Any) -> Event:
        return self.message(
            number,
            chat_type="group",
            group_jid=group_jid(group),
            sender_phone=phone_jid(person),
            sender_name=name_of(person),
            **fields,
        )

    def news(self, number: int, kind: str, **fields: Any) -> Event:
        return {"event": kind, "session_id": number, "workspace_id": WORKSPACE} | fields

    def echo(self, entry: Entry) -> Event:
        """What we sent comes back from WhatsApp."""
        event: Event = {
            "session_id": entry.number,
            "workspace_id": WORKSPACE,
            "message_id": entry.provider_id,
            "message_body": entry.body,
            "timestamp": int(START_MS / 1000 + self.loop.time()),
            "from_me": True,
            "client_uuid": entry.uuid,
        }
        if entry.to.endswith("@g.us"):
            return event | {"chat_type": "group", "group_jid": entry.to}
        return event | {"chat_type": "private", "contact_phone": entry.to}

    # faults

    def plan_moods(self, moods: list[Mood]) -> None:
        self.whatsapp.moods.extend(moods)

    def plan_mishaps(self, desk: Desk, mishaps: list[Mishap]) -> None:
        desk.way.mishaps.extend(mishaps)

    def stop_server(self, *, kill: bool) -> None:
        if kill:
            self.server.kill()
        else:
            self._do(self.server.stop())
        self._notice_death()
        self.loop.pass_turns(3)

    def start_server(self) -> None:
        if not self.server.is_up:
            self._do(self.server.start())

    def restore_backup(self) -> None:
        """An operator does what the docs say, and needs a moment for it."""
        self.stop_server(kill=False)
        self.server.restore()
        self.pass_time(1.0)
        self._do(self.server.begin_epoch())
        self._do(self.server.start())

    def stop_desk(self, desk: Desk, *, kill: bool) -> None:
        if kill:
            desk.kill()
        else:
            self._do(desk.close())
        desk.way.mishaps.clear()
        self.loop.pass_turns(3)

    def start_desk(self, desk: Desk) -> None:
        if not desk.is_open:
            self._do(desk.open())

    def at_desk(self, desk: Desk, work: Coroutine[Any, Any, Any]) -> Any:
        """Null when the program died meanwhile."""
        try:
            return self._do(work)
        except Killed:
            return None

    # the end

    def heal(self) -> None:
        """Every fault ends; what the bridge could not deliver comes again; everybody has time."""
        self.whatsapp.moods.clear()
        self.server.kill_after(10**9)
        self.start_server()
        for desk in self.desks:
            desk.way.mishaps.clear()
            desk.way.is_down = desk.line.is_down = False
            self.start_desk(desk)
            desk.set_slow_disk(0.0)
            desk.line.holds = False
            desk.line.deliver_all()
        for _ in range(MOST_WAITS):
            self.pass_time(BETWEEN_LOOKS_SECONDS)
            self.check()
            if self.server.has_settled() and all(desk.has_settled() for desk in self.desks):
                break
        self.pass_time(BETWEEN_LOOKS_SECONDS)
        self.check()

    def check_truth(self) -> None:
        """To be called after `heal`: all that the design promises."""
        for desk in self.desks:
            desk.way.page = LARGE_PAGE
        self._do(truth.agree(self.server, self.desks, self._own.fresh, self._own.template.tokens[0]))
        truth.nothing_lost_or_twice(self.server, self.desks, self.whatsapp)
        truth.in_the_order_typed(self.server, self.desks)
        truth.nobody_elses(self.desks)
