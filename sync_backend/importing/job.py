"""Imports what a job brings, in one transaction with its end: one number, one event, and nothing of it twice."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.clock import Clock
from sync_backend.importing.conversations import count_for_run, settle_conversations
from sync_backend.importing.groups import settle_groups
from sync_backend.importing.history import HistoryChat
from sync_backend.importing.limits import SyncLimits
from sync_backend.importing.messages import add_messages
from sync_backend.importing.people import settle_people
from sync_backend.importing.progress import begin_run, note_imported, run_state, settle_run
from sync_backend.jobs.queue import Job, Queue
from sync_backend.ordering import CommitListener, WorkspaceTransaction, workspace_transaction
from sync_backend.store.accounts import Account, find_account

TELL_EVERY_SECONDS: Final = 0.25
"""How often desktops are told how far an import has come."""

log = structlog.stdlib.get_logger("whatsapp")


class Importer:
    """Handles jobs of the kind `progress.IMPORT`; see `sync_backend.jobs.worker.Trade`."""

    def __init__(
        self, writes: AsyncEngine, queue: Queue, listener: CommitListener, clock: Clock, limits: SyncLimits
    ) -> None:
        self._writes = writes
        self._queue = queue
        self._listener = listener
        self._clock = clock
        self._limits = limits
        self._told_at: dict[int, float] = {}

    async def do(self, job: Job) -> None:
        """A `sync_backend.jobs.worker.Handler`."""
        chats: list[HistoryChat] = job.payload["chats"]
        processed = 0
        async with workspace_transaction(self._writes, job.workspace_id, self._listener) as transaction:
            account = await find_account(transaction.connection, job.account_id)
            if account is not None:
                processed = await self._import(transaction, account, job, chats)
            await self._queue.finish(transaction.connection, job)
            transaction.keep()
        log.info("batch", session_id=job.account_id, batch_size=len(chats), processed=processed)

    async def give_up(self, job: Job) -> None:
        """A job died: the run that waited for it ends without it."""
        async with workspace_transaction(self._writes, job.workspace_id, self._listener) as transaction:
            account = await find_account(transaction.connection, job.account_id)
            if account is not None:
                await settle_run(transaction, account, self._clock(), but=None)

    async def _import(
        self, transaction: WorkspaceTransaction, account: Account, job: Job, chats: list[HistoryChat]
    ) -> int:
        now = self._clock()
        state = await run_state(transaction, account)
        if state.sync_run == 0:
            # The original's bridge does not say that it begins.
            await begin_run(transaction, account, now, self._limits)
            state = await run_state(transaction, account)
        people = await settle_people(transaction, account, chats, now)
        groups = await settle_groups(transaction, account, chats, now)
        found = await settle_conversations(transaction, account, chats, people, groups, now)
        await add_messages(transaction, account, chats, found, people, now)
        new_chats = await count_for_run(transaction, found, state.sync_run)
        await self._tell(transaction, account, job, new_chats, now)
        return len(chats)

    async def _tell(
        self, transaction: WorkspaceTransaction, account: Account, job: Job, new_chats: int, now: int
    ) -> None:
        time = asyncio.get_running_loop().time()
        tell = time - self._told_at.get(account.id, 0.0) >= TELL_EVERY_SECONDS
        if await note_imported(transaction, account, job, new_chats, now, tell=tell):
            self._told_at[account.id] = time
