"""However a number's past comes, it ends as if every message had come by itself.

In batches of any cut, repeated, in any order, odd chats among them, live messages between, under phone or privacy id.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync_backend.cli.administrator import Nobody
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.tables import (
    chats,
    contact_identities,
    contacts,
    conversations,
    whatsapp_accounts,
    whatsapp_groups,
    workspaces,
)
from sync_backend.importing.endpoint import jobs_of
from sync_backend.importing.job import Importer
from sync_backend.importing.limits import DEFAULT_LIMITS
from sync_backend.importing.progress import IMPORT
from sync_backend.importing.reading import read_chats
from sync_backend.ingest.events import prepare
from sync_backend.ingest.validation import read_event
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.ordering import workspace_transaction
from sync_backend.store.accounts import Account, find_account
from tests.sync_backend.databases import Databases

NOW_MS = 1_763_894_400_000
ODD = ({"type": "broadcast"}, {"type": "private"}, "x", {"type": "private", "contact_phone": "status@broadcast"})
PEOPLE = 3
GROUPS = 2


@dataclass(frozen=True)
class Said:
    """A message in the `chat`-th chat, a person's or (from PEOPLE on) a group's; `known_as` is how it is named."""

    number: int
    chat: int
    from_me: bool
    quotes: int | None
    known_as: str

    @property
    def sent_at(self) -> int:
        return NOW_MS // 1000 - 1000 + self.number

    def fields(self) -> dict[str, Any]:
        own: dict[str, Any] = {
            "message_id": f"M{self.number}",
            "message_body": f"isi {self.number}",
            "timestamp": self.sent_at,
            "from_me": self.from_me,
        }
        if self.quotes is not None:
            own["quoted"] = {"message_id": f"M{self.quotes}", "body": f"isi {self.quotes}"}
        if self.chat >= PEOPLE and not self.from_me:
            own |= {"sender_phone": f"6281300000{self.number % 3:03}@c.us", "sender_name": f"Anggota {self.number % 3}"}
        return own

    def of_chat(self, name_of_kind: str) -> dict[str, Any]:
        if self.chat >= PEOPLE:
            return {
                name_of_kind: "group",
                "group_jid": f"1203630000{self.chat}@g.us",
                "group_name": f"Grup {self.chat}",
            }
        phone, lid = f"6281200000{self.chat:03}@c.us", f"9000{self.chat}"
        return {
            name_of_kind: "private",
            "contact_name": f"Orang {self.chat}",
            "contact_phone": f"{lid}@lid" if self.known_as == "lid" else phone,
            "identities": [{"kind": "lid", "value": lid}] if self.known_as == "both" else None,
        }


@st.composite
def histories(draw: st.DrawFn) -> list[Said]:
    count = draw(st.integers(1, 14))
    return [
        Said(
            number,
            draw(st.integers(0, PEOPLE + GROUPS - 1)),
            draw(st.booleans()),
            draw(st.none() | st.integers(0, number - 1)) if number else None,
            draw(st.sampled_from(("phone", "lid", "both"))),
        )
        for number in range(count)
    ]


@st.composite
def ways(draw: st.DrawFn) -> tuple[list[Said], list[Any]]:
    """A history, and how it comes: batches (lists) and live messages, which together bring all of it."""
    history = draw(histories())
    steps: list[Any] = [draw(st.lists(st.sampled_from(history), max_size=8)) for _ in range(draw(st.integers(0, 4)))]
    steps += draw(st.lists(st.sampled_from(history), max_size=4))
    brought = {said for step in steps for said in (step if isinstance(step, list) else [step])}
    steps.append([said for said in history if said not in brought])
    return history, draw(st.permutations(steps))


class Backend:
    """The number's account, on a database of its own."""

    def __init__(self, url: str) -> None:
        self.reads, self.writes = open_read_engine(url), open_write_engine(url)
        self.queue = Queue(self.reads, self.writes, lambda: NOW_MS, Holder())
        self.importer = Importer(self.writes, self.queue, Nobody(), lambda: NOW_MS, DEFAULT_LIMITS)
        self.account: Account | None = None

    async def found(self) -> None:
        async with self.writes.begin() as connection:
            await connection.execute(sa.insert(workspaces).values(id=1, uuid="w", name="Toko"))
            values = {"id": 1, "uuid": "a", "workspace_id": 1, "phone_number": "+62811", "provider_type": "webjs"}
            await connection.execute(sa.insert(whatsapp_accounts).values(**values))
        async with self.reads.connect() as connection:
            self.account = await find_account(connection, 1)

    async def live(self, said: Said) -> None:
        event = {"session_id": 1, "workspace_id": 1} | said.of_chat("chat_type") | said.fields()
        apply = prepare(read_event(event))
        async with workspace_transaction(self.writes, 1, Nobody()) as transaction:
            assert self.account is not None
            await apply(transaction, self.account, NOW_MS)

    async def batch(self, said: list[Said]) -> None:
        """A chat for each (chat, name) in it, an odd one before each."""
        together: dict[tuple[int, str], list[Said]] = {}
        for each in said:
            together.setdefault((each.chat, each.known_as), []).append(each)
        documents: list[Any] = []
        for number, own in enumerate(together.values()):
            ordered = sorted(own, key=lambda each: each.number)
            odd_one = {"message_id": "odd"}
            messages = [odd_one, *(each.fields() for each in ordered)]
            documents += [ODD[number % len(ODD)], own[0].of_chat("type") | {"messages": messages}]
        assert self.account is not None
        usable, rejected = read_chats(self.account, documents)
        assert (len(usable), len(rejected)) == (len(together), 2 * len(together))
        if usable:
            async with self.writes.begin() as connection:
                await self.queue.put(connection, jobs_of(self.account, "b", usable))
        while taken := await self.queue.take([IMPORT], 1):
            await self.importer.do(taken[0])

    async def state(self) -> Any:
        """What people see, but for what depends on when it came: order of arrival, read or not."""
        async with self.reads.connect() as connection:
            identities: dict[int, list[str]] = {}
            for row in await connection.execute(sa.select(contact_identities)):
                identities.setdefault(row.contact_id, []).append(f"{row.kind}:{row.value}")
            people = {
                row.id: (row.first_name, row.phone, *sorted(identities[row.id]))
                for row in await connection.execute(sa.select(contacts).where(contacts.c.deleted_at.is_(None)))
            }
            groups = {row.id: (row.group_jid, row.name) for row in await connection.execute(sa.select(whatsapp_groups))}
            messages = (await connection.execute(sa.select(chats))).all()
            keys = {row.id: row.provider_key for row in messages}
            open_ones = sa.select(conversations).where(conversations.c.merged_into.is_(None))
            listed = (await connection.execute(open_ones)).all()
            partners = {row.id: groups[row.group_id] if row.group_id else people[row.contact_id] for row in listed}
            for row in listed:
                await self._counts(connection, row.id, row.unread_count)
        shown = [(partners[row.id], keys[row.last_message_id], row.last_message_at_ms) for row in listed]
        columns = "provider_key type body status message_type sent_at_ms sender_name quoted_provider_key"
        said = [
            (*(row._mapping[name] for name in columns.split()), partners[row.conversation_id], row.sort_order[:13])
            # Of a private chat it is what was known when the message came.
            + ((row.sender_phone,) if row.group_id else ())
            for row in messages
        ]
        return [sorted(each, key=str) for each in (people.values(), groups.values(), shown, said)]

    async def _counts(self, connection: Any, conversation_id: int, unread_count: int) -> None:
        counted = await connection.scalar(
            sa.select(sa.func.count())
            .select_from(chats)
            .where(chats.c.conversation_id == conversation_id, chats.c.is_read == sa.false())
        )
        assert counted == unread_count

    async def close(self) -> None:
        await self.reads.dispose()
        await self.writes.dispose()


async def play(databases: Databases, history: list[Said], steps: list[Any]) -> None:
    ends = []
    for name in ("together", "apart"):
        async with databases.clean() as url:
            backend = Backend(url)
            try:
                await backend.found()
                if name == "apart":
                    for said in history:
                        await backend.live(said)
                else:
                    for step in steps:
                        await (backend.batch(step) if isinstance(step, list) else backend.live(step))
                ends.append(await backend.state())
            finally:
                await backend.close()
    together, apart = ends
    assert together == apart


@pytest.mark.timeout(120)
@given(ways())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_ends_as_if_every_message_had_come_by_itself(
    databases: Databases, way: tuple[list[Said], list[Any]]
) -> None:
    history, steps = way
    asyncio.run(play(databases, history, steps))
