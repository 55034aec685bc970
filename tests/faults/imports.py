"""`python -m tests.faults.imports`: kills the worker again and again while it imports; nothing may be lost or doubled.

Each round puts batches into the queue, some again, and forks a worker that dies at a commit, or by SIGKILL at any
time. The last worker is left alone. Then every chat, message and counter is compared with what was posted.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from sync_backend.administration.accounts import add_account
from sync_backend.administration.workspaces import add_workspace
from sync_backend.cli.administrator import Nobody
from sync_backend.cli.worker import work_on
from sync_backend.clock import system_clock
from sync_backend.database import migrate
from sync_backend.database.engine import open_read_engine, open_write_engine
from sync_backend.database.tables import chats, conversations, jobs, whatsapp_accounts
from sync_backend.importing.endpoint import jobs_of
from sync_backend.importing.reading import read_chats
from sync_backend.jobs.holder import Holder
from sync_backend.jobs.queue import Queue
from sync_backend.logs import configure_logs
from sync_backend.settings import Settings
from sync_backend.store.accounts import Account, find_account
from tests.faults.crash import die_with_the_judge

CHATS_PER_JOB = 3
JOBS_PER_ROUND = 8
MOST_COMMITS = 14
LONGEST_LIFE_SECONDS = 0.4
PATIENCE_SECONDS = 60.0


class Judge:
    """Knows what was posted; opens the database only between the lives of workers."""

    def __init__(self, settings: Settings, account: Account, rng: random.Random) -> None:
        self._settings = settings
        self._account = account
        self._rng = rng
        self._posted: list[list[Any]] = []
        self._numbers = itertools.count(1)
        self.deaths = 0

    def play(self, rounds: int) -> list[str]:
        """What was found."""
        for _ in range(rounds):
            asyncio.run(self._post())
            self._let_work(self._rng.randint(1, MOST_COMMITS) if self._rng.random() < 0.7 else None, dies=True)
        self._let_work(None, dies=False)
        return asyncio.run(self._compare())

    async def _post(self) -> None:
        new = [[self._chat(next(self._numbers)) for _ in range(CHATS_PER_JOB)] for _ in range(JOBS_PER_ROUND)]
        again = self._rng.sample(self._posted, min(2, len(self._posted)))
        self._posted += new
        reads, writes = self._engines()
        queue = Queue(reads, writes, system_clock, Holder())
        async with writes.begin() as connection:
            for batch in (*new, *again):
                await queue.put(connection, jobs_of(self._account, "batch", read_chats(self._account, batch)[0]))
        await reads.dispose()
        await writes.dispose()

    def _chat(self, number: int) -> dict[str, Any]:
        messages = [
            {"message_id": f"M{number}-{place}", "message_body": f"isi {place}", "timestamp": 1_760_000_000 + place}
            for place in range(5)
        ]
        return {
            "type": "private",
            "contact_phone": f"62812{number:08}@c.us",
            "contact_name": f"Orang {number}",
            "unread_count": 2,
            "messages": messages,
        }

    def _let_work(self, commits: int | None, *, dies: bool) -> None:
        """Forks a worker; waits for its death, or until it has nothing left to do."""
        worker = multiprocessing.get_context("fork").Process(target=_be_a_worker, args=(self._settings, commits))
        worker.start()
        assert worker.pid is not None
        if dies and commits is None:
            time.sleep(self._rng.random() * LONGEST_LIFE_SECONDS)
            os.kill(worker.pid, signal.SIGKILL)
        ends = time.monotonic() + PATIENCE_SECONDS
        while worker.exitcode is None and time.monotonic() < ends:
            worker.join(0.02)
            if not asyncio.run(self._count(jobs)):
                break
        if worker.exitcode is None:
            worker.terminate()
        worker.join()
        self.deaths += worker.exitcode == -signal.SIGKILL

    async def _count(self, table: sa.Table) -> int:
        reads, writes = self._engines()
        async with reads.connect() as connection:
            count = await connection.scalar(sa.select(sa.func.count()).select_from(table))
        await reads.dispose()
        await writes.dispose()
        return int(count or 0)

    async def _compare(self) -> list[str]:
        wanted = {each["message_id"] for batch in self._posted for chat in batch for each in chat["messages"]}
        chats_wanted = sum(len(batch) for batch in self._posted)
        reads, writes = self._engines()
        async with reads.connect() as connection:
            stored = list((await connection.scalars(sa.select(chats.c.provider_key))).all())
            unread = int(await connection.scalar(sa.select(sa.func.sum(conversations.c.unread_count))) or 0)
            listed = int(await connection.scalar(sa.select(sa.func.count()).select_from(conversations)) or 0)
            account = (await connection.execute(sa.select(whatsapp_accounts))).one()
            left = int(await connection.scalar(sa.select(sa.func.count()).select_from(jobs)) or 0)
        await reads.dispose()
        await writes.dispose()
        facts = {
            "messages lost": len(wanted - set(stored)),
            "messages doubled": len(stored) - len(set(stored)),
            "chats too many": listed - chats_wanted,
            "unread too many": unread - 2 * chats_wanted,
            "unread of the number too many": account.unread_count - unread,
            "chats counted too many": account.synced_count - chats_wanted,
            "jobs left": left,
        }
        return [f"{what}: {count}" for what, count in facts.items() if count]

    def _engines(self) -> tuple[Any, Any]:
        return open_read_engine(self._settings.database_url), open_write_engine(self._settings.database_url)


def _be_a_worker(settings: Settings, commits: int | None) -> None:
    """The product's own worker, in a process that dies before so many commits, or lives."""
    die_with_the_judge()
    counted = itertools.count(1)

    @event.listens_for(sa.Engine, "commit")
    def before_commit(_connection: sa.Connection) -> None:
        if next(counted) == commits:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  # for as long as the process lives
    asyncio.run(work_on(settings))


async def _found(folder: Path) -> tuple[Settings, Account]:
    settings = Settings(data_dir=folder)
    await migrate.upgrade(settings.database_url)
    writes = open_write_engine(settings.database_url)
    workspace = await add_workspace(writes, system_clock, "Toko")
    added = await add_account(
        writes, Nobody(), system_clock, workspace_id=workspace.id, provider="webjs", phone="+62 811-0000-001"
    )
    async with writes.begin() as connection:
        account = await find_account(connection, added.account.id)
    await writes.dispose()
    assert account is not None
    return settings, account


def main() -> int:
    """0 when nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.imports", description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None)
    chosen = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if chosen.seed is None else chosen.seed
    configure_logs("error", "json")
    with tempfile.TemporaryDirectory(prefix="imports-") as folder:
        settings, account = asyncio.run(_found(Path(folder)))
        judge = Judge(settings, account, random.Random(seed))
        findings = judge.play(chosen.rounds)
    words = "; ".join(findings) or "0 lost, 0 doubled"
    sys.stdout.write(f"{chosen.rounds} rounds, {judge.deaths} deaths, seed {seed}: {words}\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
