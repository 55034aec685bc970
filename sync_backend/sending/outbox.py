"""Outgoing messages in the database: what a job of the queue sends, and what becomes of it, noted with its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, NotRequired, TypedDict

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.clock import Clock
from sync_backend.database.tables import chats, contact_identities, contacts, whatsapp_accounts, whatsapp_groups
from sync_backend.errors import DefectError
from sync_backend.jobs.queue import Job, NewJob, Queue
from sync_backend.ordering import CommitListener, WorkspaceTransaction, workspace_transaction
from sync_backend.providers.base import Recipient, TemplateMessage
from sync_backend.providers.directory import SendingAccount
from sync_backend.store.accounts import find_account
from sync_backend.store.status import name_message, raise_status

_UNFINISHED: Final = ("queued", "sending", "unconfirmed")

_quoted = chats.alias("quoted")


SEND: Final = "send"
"""The kind of jobs that take messages to their providers."""


class Delivery(TypedDict):
    """A job's payload: which message, how often a provider was certain not to have taken it, and since when.

    `turn_ms` is when the number may send it, once it was given a turn.
    """

    message_id: int
    tries: int
    first_try_ms: int | None
    turn_ms: NotRequired[int | None]


def send_job(*, workspace_id: int, account_id: int, conversation_id: int, message_id: int) -> NewJob:
    """To be put into the queue with the message; those of one conversation are sent in that order."""
    return NewJob(
        kind=SEND,
        workspace_id=workspace_id,
        account_id=account_id,
        lane=f"conversation:{conversation_id}",
        payload=Delivery(message_id=message_id, tries=0, first_try_ms=None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendable:
    """Everything a provider must be told; `to` is null for someone whom no address is known of."""

    account: SendingAccount
    client_uuid: str
    to: Recipient | None
    body: str
    reply_to: str | None
    status: str
    template: TemplateMessage | None
    contact_id: int | None


class Outbox:
    """Each method is one short transaction; none calls anyone outside. All that write raise LeaseLostError."""

    def __init__(
        self, reads: AsyncEngine, writes: AsyncEngine, queue: Queue, listener: CommitListener, clock: Clock
    ) -> None:
        self._reads = reads
        self._writes = writes
        self._queue = queue
        self._listener = listener
        self._clock = clock

    async def load(self, message_id: int) -> Sendable | None:
        """None when there is nothing left to do: the message was confirmed meanwhile, deleted or discarded."""
        query = (
            sa.select(
                *(chats.c[name] for name in ("client_uuid", "body", "status", "contact_id", "whatsapp_account_id")),
                whatsapp_accounts.c.provider_type,
                whatsapp_accounts.c.bridge_url,
                whatsapp_accounts.c.hmac_secret,
                whatsapp_accounts.c.provider_config,
                contacts.c.phone,
                whatsapp_groups.c.group_jid,
                chats.c.metadata,
                _quoted.c.wam_id.label("reply_to"),
            )
            .join(whatsapp_accounts, whatsapp_accounts.c.id == chats.c.whatsapp_account_id)
            .outerjoin(contacts, contacts.c.id == chats.c.contact_id)
            .outerjoin(whatsapp_groups, whatsapp_groups.c.id == chats.c.group_id)
            .outerjoin(_quoted, _quoted.c.id == chats.c.quoted_chat_id)
            .where(
                chats.c.id == message_id,
                chats.c.deleted_at.is_(None),
                chats.c.deleted_by.is_(None),
                chats.c.status.in_(_UNFINISHED),
            )
        )
        async with self._reads.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
            if row is None:
                return None
            to = await recipient_of(connection, row)
        return Sendable(
            account=account_of(row),
            client_uuid=row.client_uuid,
            to=to,
            body=row.body,
            reply_to=row.reply_to,
            status=row.status,
            template=_template_of(row.metadata),
            contact_id=row.contact_id,
        )

    async def begin(self, job: Job) -> None:
        """Before the provider is called: whoever finds `sending` knows that a call may have been made."""
        async with self._transaction(job) as transaction:
            await self._queue.hold_on(transaction.connection, job)
            transaction.keep()
            await raise_status(transaction, await _row(transaction, job), "sending")

    async def confirm(self, job: Job, provider_message_id: str) -> None:
        """The provider has it: its id brings along whatever was heard under it before."""
        async with self._ending(job) as transaction:
            row = await _row(transaction, job)
            account = await find_account(transaction.connection, row.whatsapp_account_id)
            if account is None:
                await raise_status(transaction, row, "sent")
                return
            await name_message(transaction, account, row, provider_message_id, self._clock(), status="sent")

    async def leave_unconfirmed(self, job: Job, code: str, message: str) -> None:
        """Nobody will ask again."""
        async with self._ending(job) as transaction:
            await _raise(transaction, job, "unconfirmed", code, message)

    async def fail(self, job: Job, code: str, message: str) -> None:
        async with self._ending(job) as transaction:
            await _raise(transaction, job, "failed", code, message)

    async def drop(self, job: Job) -> None:
        """There is nothing left to do."""
        async with self._writes.begin() as connection:
            await self._queue.finish(connection, job)

    async def wait(self, job: Job, delivery: Delivery, seconds: float) -> None:
        """It was certainly not taken: another try."""
        async with self._writes.begin() as connection:
            await self._queue.postpone(connection, job, after_seconds=seconds, payload=delivery)

    async def ask_again(self, job: Job, delivery: Delivery, seconds: float, code: str, message: str) -> None:
        """It may have been taken: shown as in doubt until the provider, asked by uuid, says so."""
        async with self._transaction(job) as transaction:
            await _raise(transaction, job, "unconfirmed", code, message)
            await self._queue.postpone(transaction.connection, job, after_seconds=seconds, payload=delivery)
            transaction.keep()

    async def give_up(self, job: Job, code: str, message: str) -> None:
        """The job died of a defect of ours: what was not tried has failed, the rest is in doubt."""
        async with self._transaction(job) as transaction:
            row = await _row(transaction, job)
            status = "failed" if row.status == "queued" else "unconfirmed"
            await raise_status(transaction, row, status, error={"code": code, "message": message})

    @asynccontextmanager
    async def _ending(self, job: Job) -> AsyncIterator[WorkspaceTransaction]:
        """A transaction that ends the job with what it notes."""
        async with self._transaction(job) as transaction:
            yield transaction
            await self._queue.finish(transaction.connection, job)
            transaction.keep()

    def _transaction(self, job: Job) -> AbstractAsyncContextManager[WorkspaceTransaction]:
        return workspace_transaction(self._writes, job.workspace_id, self._listener)


async def _raise(transaction: WorkspaceTransaction, job: Job, status: str, code: str, message: str) -> None:
    error = {"code": code, "message": message}
    await raise_status(transaction, await _row(transaction, job), status, error=error)


async def _row(transaction: WorkspaceTransaction, job: Job) -> Any:
    message_id = job.payload["message_id"]
    row = (await transaction.connection.execute(sa.select(chats).where(chats.c.id == message_id))).one_or_none()
    if row is None:
        raise DefectError(f"message {message_id} is gone; messages are never deleted, only marked so")
    return row


def _template_of(metadata: dict[str, Any] | None) -> TemplateMessage | None:
    template = (metadata or {}).get("template")
    return None if template is None else TemplateMessage(**template)


def account_of(row: Any) -> SendingAccount:
    """The number in a row that names it as `whatsapp_account_id`, with the columns of how it sends."""
    return SendingAccount(
        id=row.whatsapp_account_id,
        provider_type=row.provider_type,
        bridge_url=row.bridge_url,
        hmac_secret=row.hmac_secret,
        provider_config=row.provider_config or {},
    )


async def recipient_of(connection: AsyncConnection, row: Any) -> Recipient | None:
    """A group by its id, a person by their phone, else by the id that the number's provider knows them by."""
    if row.group_jid is not None:
        return Recipient("group", row.group_jid)
    if row.phone is not None:
        return Recipient("phone", row.phone)
    kind: Literal["user_id", "lid"] = "user_id" if row.provider_type == "meta" else "lid"
    value = await connection.scalar(
        sa.select(contact_identities.c.value)
        .where(contact_identities.c.contact_id == row.contact_id, contact_identities.c.kind == kind)
        .order_by(contact_identities.c.id.desc())
        .limit(1)
    )
    return None if value is None else Recipient(kind, value)
