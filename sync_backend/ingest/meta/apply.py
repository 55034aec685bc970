"""Stores what a webhook of Meta's means; a step that cannot be stored takes none of the others with it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Final

import structlog
from sqlalchemy.exc import OperationalError

from sync_backend.errors import ApiError
from sync_backend.ingest.events import prepare
from sync_backend.ingest.messages import PreparedMessage, receive_message
from sync_backend.ingest.meta.steps import NotUnderstood, NumberChanged, SamePerson, Step, Told
from sync_backend.ordering import WorkspaceTransaction, workspace_transaction
from sync_backend.services import Services
from sync_backend.store.accounts import Account
from sync_backend.store.contacts import change_number, find_contacts, get_or_create_contact
from sync_backend.store.identities import NotAChatError
from wire.webhooks import MessageEvent

_MOST_IN_ONE: Final = 100
"""Old chats come thousands at a time: live messages of the workspace wait for no more than this many."""

log = structlog.stdlib.get_logger("sync_backend.ingest.meta")


async def store(services: Services, account: Account, steps: Sequence[Step]) -> None:
    """Commits the steps. ApiError 503 while the database refuses: Meta delivers again, which changes nothing."""
    remaining = iter(steps)
    while part := list(islice(remaining, _MOST_IN_ONE)):
        try:
            await _store_together(services, account, part)
        except OperationalError:
            raise _busy() from None
        except Exception:
            log.exception("a webhook of Meta's could not be stored at once", session_id=account.id)
            await _store_apart(services, account, part)


async def _store_together(services: Services, account: Account, steps: Sequence[Step]) -> None:
    async with workspace_transaction(services.writes, account.workspace_id, services.broadcaster) as transaction:
        for step in steps:
            await _apply(transaction, account, step, services.clock())


async def _store_apart(services: Services, account: Account, steps: Sequence[Step]) -> None:
    for step in steps:
        try:
            await _store_together(services, account, [step])
        except OperationalError:
            raise _busy() from None
        except Exception:
            log.exception("an element of Meta's webhook was lost", session_id=account.id, step=type(step).__name__)


async def _apply(transaction: WorkspaceTransaction, account: Account, step: Step, now: int) -> None:
    match step:
        case Told():
            try:
                await _tell(transaction, account, step, now)
            except (ApiError, NotAChatError) as refusal:
                log.warning("an element was passed over", session_id=account.id, reason=str(refusal))
        case NumberChanged():
            await change_number(transaction, account, old=step.old, new=step.new, now=now)
        case SamePerson():
            # Only whoever has a chat: a receipt makes no contact.
            if await find_contacts(transaction.connection, transaction.workspace_id, step.identities):
                await get_or_create_contact(transaction, account, step.identities, None, now, may_rename=False)
        case NotUnderstood():
            log.warning("an element was passed over", session_id=account.id, reason=step.reason)


async def _tell(transaction: WorkspaceTransaction, account: Account, step: Told, now: int) -> None:
    if isinstance(step.event, MessageEvent):
        await receive_message(transaction, account, PreparedMessage(step.event, step.particulars), now)
    else:
        await prepare(step.event)(transaction, account, now)


def _busy() -> ApiError:
    return ApiError(503, "unavailable", "The database cannot be written to now.", headers={"Retry-After": "5"})
