"""Numbers are given in commit order, to what changed something and to nothing else."""

import asyncio
import random
import uuid

import pytest
import sqlalchemy as sa

from sync_backend.database.tables import contacts, receipts, workspaces
from sync_backend.ordering import (
    Committed,
    Kind,
    Turns,
    UnknownWorkspaceError,
    WorkspaceTransaction,
    workspace_transaction,
)
from tests.sync_backend.stage import Number, Stage, Team


class Witness(Turns):
    """Remembers what it was told, and what the database held at that moment."""

    def __init__(self) -> None:
        super().__init__()
        self.news: list[Committed] = []

    def committed(self, news: Committed) -> None:
        self.news.append(news)


async def add_contact(transaction: WorkspaceTransaction) -> int:
    inserted = await transaction.connection.execute(
        sa.insert(contacts).values(
            uuid=str(uuid.uuid4()), workspace_id=transaction.workspace_id, version=transaction.head
        )
    )
    assert inserted.inserted_primary_key is not None
    contact_id = int(inserted.inserted_primary_key[0])
    transaction.changed(Kind.CONTACT, [contact_id])
    return contact_id


async def test_a_reader_that_polls_by_number_misses_nothing(stage: Stage, team: Team) -> None:
    """Writers of different patience, and a reader that asks only for what is above the last number it saw."""
    witness, chance = Witness(), random.Random(1)
    seen: list[int] = []
    done = asyncio.Event()

    async def write() -> None:
        for _ in range(15):
            async with workspace_transaction(stage.services.writes, team.id, witness) as transaction:
                await add_contact(transaction)
                for _ in range(chance.randrange(3)):
                    await transaction.connection.execute(sa.select(workspaces.c.head))

    async def poll() -> None:
        last = 0
        while True:
            finished = done.is_set()
            async with stage.services.reads.connect() as connection:
                query = sa.select(contacts.c.version).where(contacts.c.version > last).order_by(contacts.c.version)
                new = list((await connection.scalars(query)).all())
            seen.extend(new)
            last = max([last, *new])
            if finished:
                return

    reader = asyncio.create_task(poll())
    await asyncio.gather(*(write() for _ in range(10)))
    done.set()
    await reader
    assert seen == list(range(1, 151))
    assert [news.head for news in witness.news] == seen
    assert await stage.head(team) == 150


async def test_what_is_rolled_back_takes_no_number_and_tells_nobody(stage: Stage, team: Team) -> None:
    witness = Witness()

    async def fail() -> None:
        async with workspace_transaction(stage.services.writes, team.id, witness) as transaction:
            await add_contact(transaction)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await stage.head(team) == 0
    assert await stage.count(contacts) == 0
    assert witness.news == []


async def test_what_changes_nothing_takes_no_number(stage: Stage, team: Team) -> None:
    witness = Witness()
    async with workspace_transaction(stage.services.writes, team.id, witness):
        pass
    assert await stage.head(team) == 0
    assert witness.news == []


async def test_what_no_client_sees_is_kept_without_a_number(stage: Stage, team: Team, number: Number) -> None:
    await stage.post(number, event="message_ack", message_id="B1", ack=3)
    assert await stage.count(receipts) == 1
    assert await stage.head(team) == 0
    assert await stage.heard(team, "changes") == []


async def test_workspaces_count_apart(stage: Stage, team: Team, number: Number) -> None:
    stranger = await stage.team("Toko Lain")
    theirs = await stage.number(stranger, phone_number="+628110000009")
    await stage.says(number, "satu")
    await stage.says(theirs, "dua")
    await stage.says(number, "tiga")
    assert (await stage.head(team), await stage.head(stranger)) == (2, 1)


async def test_there_is_no_writing_into_a_workspace_that_is_not(stage: Stage) -> None:
    with pytest.raises(UnknownWorkspaceError):
        async with workspace_transaction(stage.services.writes, 999, Witness()):
            raise AssertionError("the block must not run")


async def test_one_webhook_is_one_number(stage: Stage, team: Team, number: Number) -> None:
    """Contact, conversation, message and the number's unread counter change together."""
    await stage.says(number, "Halo")
    changes = await stage.get(team, "/changes", since=0)
    rows = [row for kind in ("contacts", "conversations", "messages", "sessions") for row in changes[kind]]
    assert [row["version"] for row in rows] == [1, 1, 1, 1]
    assert changes["messages"][0]["arrival"] == 1
