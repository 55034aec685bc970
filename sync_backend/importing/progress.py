"""How far a number's import has come: counted as its chats are stored, told a few times a second, ended once.

A run is open from the first news of it until its end. The bridge says when it begins, how many chats there are and when
it has posted the last; the run is completed when nothing of it is left in the queue.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.database.brief import brief
from sync_backend.database.tables import jobs, whatsapp_accounts
from sync_backend.importing.limits import SyncLimits
from sync_backend.jobs.queue import Job
from sync_backend.ordering import WorkspaceTransaction
from sync_backend.store.accounts import Account, change_account

IMPORT: Final = "import"
"""The kind of jobs that imports are made of."""

_OPEN: Final = frozenset({"pending", "running"})

log = structlog.stdlib.get_logger("whatsapp")


async def begin_run(transaction: WorkspaceTransaction, account: Account, now: int, limits: SyncLimits) -> None:
    """Starts to count anew."""
    held = await run_state(transaction, account)
    await _note(
        transaction, account, sync_run=held.sync_run + 1, imported_count=0, sync_started_at_ms=now, sync_ended_as=None
    )
    await change_account(transaction, account.id, now, sync_status="running", synced_count=0, total_count=None)
    own = limits.of_account(held.provider_config)
    log.info(
        "sync started",
        session_id=account.id,
        workspace_id=account.workspace_id,
        config={"max_chats": own.max_chats, "sync_window": own.sync_window},
    )


async def note_from_bridge(
    transaction: WorkspaceTransaction,
    account: Account,
    now: int,
    limits: SyncLimits,
    *,
    status: str,
    synced_count: int,
    total_count: int | None,
) -> None:
    """What the bridge says of its import; its own count is shown only while it has posted no batch."""
    held = await run_state(transaction, account)
    if status in _OPEN and held.sync_started_at_ms is None:
        await begin_run(transaction, account, now, limits)
        held = await run_state(transaction, account)
    count = held.imported_count or synced_count
    total = held.total_count if total_count is None else total_count
    if status in _OPEN:
        values = {"sync_status": status, "synced_count": count, "total_count": total}
        await change_account(transaction, account.id, now, **values)
    elif status == "completed" and await _is_waited_for(transaction.connection, account, but=None):
        await _note(transaction, account, sync_ended_as=status)
        await change_account(transaction, account.id, now, total_count=total)
    elif held.sync_started_at_ms is not None or status != held.sync_status:
        if status == "cancelled":
            await _forget_waiting(transaction, account)
        await _end_run(transaction, account, held, now, status=status, count=count, total=total)


async def note_imported(
    transaction: WorkspaceTransaction, account: Account, job: Job, new_chats: int, now: int, *, tell: bool
) -> bool:
    """Counts what a job brought, and ends the run with its last job. Says whether listeners are told.

    Without `tell` they are only told when nothing more is to come soon.
    """
    held = await run_state(transaction, account)
    count = held.imported_count + new_chats
    if new_chats:
        await _note(transaction, account, imported_count=count)
    if await _is_waited_for(transaction.connection, account, but=job.id):
        if tell:
            await change_account(transaction, account.id, now, synced_count=count)
        return tell
    if held.sync_ended_as is None:
        await change_account(transaction, account.id, now, synced_count=count)
    else:
        await settle_run(transaction, account, now, but=job.id)
    return True


async def settle_run(transaction: WorkspaceTransaction, account: Account, now: int, *, but: int | None) -> None:
    """Ends the run if the bridge posted the last of it and nothing is left but this job; as failed if a job died."""
    held = await run_state(transaction, account)
    if held.sync_ended_as is None or await _is_waited_for(transaction.connection, account, but=but):
        return
    dead = await transaction.connection.scalar(_IS_DEAD, {"account_id": account.id, "but": but or 0})
    status = held.sync_ended_as if dead is None else "failed"
    count = held.imported_count
    await _end_run(transaction, account, held, now, status=status, count=count, total=held.total_count)


async def run_state(transaction: WorkspaceTransaction, account: Account) -> Any:
    """The columns of the account that tell of its import."""
    return (await transaction.connection.execute(_STATE, {"account_id": account.id})).one()


async def _end_run(
    transaction: WorkspaceTransaction,
    account: Account,
    held: Any,
    now: int,
    *,
    status: str,
    count: int,
    total: int | None,
) -> None:
    await _note(transaction, account, sync_started_at_ms=None, sync_ended_as=None)
    values: dict[str, Any] = {"sync_status": status, "synced_count": count, "total_count": total}
    if status == "completed":
        values["last_sync_at_ms"] = now
    await change_account(transaction, account.id, now, **values)
    started = now if held.sync_started_at_ms is None else held.sync_started_at_ms
    say = log.info if status == "completed" else log.warning
    say(f"sync {status}", session_id=account.id, synced_count=count, duration_seconds=round((now - started) / 1000, 1))


async def _note(transaction: WorkspaceTransaction, account: Account, **values: Any) -> None:
    """Sets what no client sees."""
    change = sa.update(whatsapp_accounts).where(whatsapp_accounts.c.id == account.id).values(**values)
    await transaction.connection.execute(brief(change))
    transaction.keep()


async def _is_waited_for(connection: AsyncConnection, account: Account, *, but: int | None) -> bool:
    """Whether a job of the account's import, but this one, is still to be done."""
    return await connection.scalar(_IS_ALIVE, {"account_id": account.id, "but": but or 0}) is not None


async def _forget_waiting(transaction: WorkspaceTransaction, account: Account) -> None:
    await transaction.connection.execute(_FORGET, {"account_id": account.id})


_STATE: Final = brief(
    sa.select(
        *(
            whatsapp_accounts.c[name]
            for name in (
                "sync_status",
                "synced_count",
                "total_count",
                "sync_run",
                "imported_count",
                "sync_started_at_ms",
                "sync_ended_as",
                "provider_config",
            )
        )
    ).where(whatsapp_accounts.c.id == sa.bindparam("account_id"))
)
_OF_IMPORT: Final = (jobs.c.account_id == sa.bindparam("account_id"), jobs.c.kind == IMPORT)
_OTHERS: Final = (*_OF_IMPORT, jobs.c.id != sa.bindparam("but"))
_IS_ALIVE: Final = brief(sa.select(jobs.c.id).where(*_OTHERS, jobs.c.dead_at_ms.is_(None)).limit(1))
_IS_DEAD: Final = brief(sa.select(jobs.c.id).where(*_OTHERS, jobs.c.dead_at_ms.is_not(None)).limit(1))
_FORGET: Final = sa.delete(jobs).where(*_OF_IMPORT, jobs.c.holder.is_(None))
