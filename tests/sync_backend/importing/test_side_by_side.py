"""Imports, live messages and new groups at once: no deadlock, no lost update, nothing doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import sqlalchemy as sa

from sync_backend.database.tables import chats, conversations, jobs, whatsapp_accounts, whatsapp_groups
from sync_backend.importing.endpoint import jobs_of
from sync_backend.importing.job import Importer
from sync_backend.importing.limits import DEFAULT_LIMITS
from sync_backend.importing.progress import IMPORT
from sync_backend.importing.reading import read_chats
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.jobs.worker import Trade, Worker
from sync_backend.metrics import Metrics
from sync_backend.store.accounts import find_account
from tests.sync_backend.importing.chats import group, message, private
from tests.sync_backend.stage import Number, Stage, Team

JOBS = 24
LIVE = 40


async def import_side_by_side(stage: Stage, numbers: list[Number], batches: list[list[Any]]) -> None:
    """Each batch is a job; all of them are begun before one ends, as far as the database lets them."""
    services = stage.services
    queue = Queue(services.reads, services.writes, services.clock, Holder())
    importer = Importer(services.writes, queue, services.broadcaster, services.clock, DEFAULT_LIMITS)
    async with services.writes.begin() as connection:
        for number, batch in zip(numbers, batches, strict=True):
            account = await find_account(connection, number.id)
            assert account is not None
            usable, rejected = read_chats(account, batch)
            assert rejected == []
            await queue.put(connection, jobs_of(account, "batch", usable))
    trades = {IMPORT: Trade(importer.do, at_once=JOBS, buried=importer.give_up)}
    worker = Worker(queue, trades, Metrics(), services.clock, poll_seconds=0.01)
    await worker.start()
    try:
        async with asyncio.timeout(60):
            while True:
                if not await stage.count(jobs):
                    return
                await asyncio.sleep(0.01)
    finally:
        await worker.close()


async def test_two_dozen_imports_and_live_messages(stage: Stage, team: Team) -> None:
    numbers = [await stage.number(team, phone_number=f"+62811000{place:04}") for place in range(4)]
    batches = [
        # Each batch shares its people with others of the same number, and its group with those of all numbers.
        [private(place % 8, messages=6, unread_count=1), private(100 + place, unread_count=2), group(place % 3)]
        for place in range(JOBS)
    ]
    owners = [numbers[place % len(numbers)] for place in range(JOBS)]
    await asyncio.gather(
        import_side_by_side(stage, owners, batches),
        *(
            stage.says(
                numbers[place % 4], f"live {place}", contact_phone=f"62812{place % 5:08}@c.us", contact_name=None
            )
            for place in range(LIVE)
        ),
    )
    wanted = {
        (owner.id, each["message_id"])
        for owner, batch in zip(owners, batches, strict=True)
        for chat in batch
        for each in chat["messages"]
    }
    async with stage.services.reads.connect() as connection:
        stored = (await connection.execute(sa.select(chats.c.whatsapp_account_id, chats.c.provider_key))).all()
        counted = sa.select(
            conversations.c.whatsapp_account_id, sa.func.sum(conversations.c.unread_count).label("unread")
        ).group_by(conversations.c.whatsapp_account_id)
        unread = {row.whatsapp_account_id: row.unread for row in await connection.execute(counted)}
        totals = await connection.execute(sa.select(whatsapp_accounts.c.id, whatsapp_accounts.c.unread_count))
        assert {row.id: row.unread_count for row in totals} == unread
        left = await connection.execute(
            sa.select(chats.c.whatsapp_account_id, sa.func.count())
            .where(chats.c.is_read == sa.false())
            .group_by(sa.text("1"))
        )
        assert {row[0]: row[1] for row in left} == unread
    assert len(stored) == len(wanted) + LIVE
    assert wanted <= {tuple(row) for row in stored}
    assert await stage.count(whatsapp_groups) == 3


async def test_ten_webhooks_and_an_import_of_one_new_group_make_one_group(stage: Stage, team: Team) -> None:
    numbers = [await stage.number(team, phone_number=f"+62811000{place:04}") for place in range(2)]
    jid = group(7)["group_jid"]
    await asyncio.gather(
        import_side_by_side(stage, numbers, [[group(7)], [group(7)]]),
        *(
            stage.says_in_group(numbers[place % 2], f"live {place}", group_jid=jid, group_name=None)
            for place in range(10)
        ),
    )
    assert await stage.count(whatsapp_groups) == 1
    assert await stage.count(conversations) == 2
    assert await stage.count(chats) == 6 + 10


async def test_progress_is_counted_once_told_seldom_and_ended_once(stage: Stage, team: Team) -> None:
    number = await stage.number(team)
    await stage.post(number, event="sync_progress", status="running", total_count=24)
    batches = [[private(place), private(place + 12)] for place in range(12)]
    await import_side_by_side(stage, [number] * 24, batches + batches)
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert session["sync"] == {"status": "running", "synced_count": 24, "total_count": 24, "last_sync_at": None}
    await stage.post(number, event="sync_progress", status="completed", synced_count=24, total_count=24)
    head = await stage.head(team)
    await stage.post(number, event="sync_progress", status="completed", synced_count=24, total_count=24)
    await import_side_by_side(stage, [number], [[private(1)]])
    assert await stage.head(team) == head
    [session] = (await stage.get(team, "/sessions"))["items"]
    assert (session["sync"]["status"], session["sync"]["synced_count"]) == ("completed", 24)


async def test_an_import_is_completed_when_its_last_job_is_done(stage: Stage, team: Team) -> None:
    number = await stage.number(team)
    services = stage.services
    queue = Queue(services.reads, services.writes, services.clock, Holder())
    importer = Importer(services.writes, queue, services.broadcaster, services.clock, DEFAULT_LIMITS)
    await stage.post(number, event="sync_progress", status="running", total_count=2)
    async with services.writes.begin() as connection:
        account = await find_account(connection, number.id)
        assert account is not None
        for chat in (private(1), private(2) | {"messages": [message("X", 1)]}):
            await queue.put(connection, jobs_of(account, "batch", read_chats(account, [chat])[0]))
    await stage.post(number, event="sync_progress", status="completed", synced_count=2, total_count=2)

    async def status() -> tuple[str, int]:
        [session] = (await stage.get(team, "/sessions"))["items"]
        return session["sync"]["status"], session["sync"]["synced_count"]

    seen = [await status()]
    for _ in range(2):
        [job] = await queue.take([IMPORT], 1)
        await importer.do(job)
        seen.append(await status())
    assert seen == [("running", 0), ("running", 1), ("completed", 2)]
