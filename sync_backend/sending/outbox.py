"""The outgoing messages in the database: the row itself is the job, its status says how far it has come."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sync_backend.clock import Clock
from sync_backend.database.tables import chats, contact_identities, contacts, whatsapp_accounts, whatsapp_groups
from sync_backend.errors import DefectError
from sync_backend.ordering import CommitListener, WorkspaceTransaction, workspace_transaction
from sync_backend.providers.base import Recipient, TemplateMessage
from sync_backend.providers.directory import SendingAccount
from sync_backend.store.accounts import find_account
from sync_backend.store.status import name_message, raise_status

_UNFINISHED: Final = ("queued", "sending", "unconfirmed")

_quoted = chats.alias("quoted")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendJob:
    """An outgoing message that waits for its turn in its conversation."""

    workspace_id: int
    conversation_id: int
    message_id: int


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
    """Each method is one short transaction; none calls anyone outside."""

    def __init__(self, reads: AsyncEngine, writes: AsyncEngine, listener: CommitListener, clock: Clock) -> None:
        self._reads = reads
        self._writes = writes
        self._listener = listener
        self._clock = clock

    async def unfinished(self, *, unconfirmed_since_ms: int) -> list[SendJob]:
        """What an earlier life of this process left, oldest first; of the unconfirmed only those sent since then."""
        query = (
            sa.select(chats.c.workspace_id, chats.c.conversation_id, chats.c.id)
            .where(
                chats.c.type == "outbound",
                chats.c.client_uuid.is_not(None),
                chats.c.deleted_at.is_(None),
                chats.c.deleted_by.is_(None),
                sa.or_(
                    chats.c.status.in_(("queued", "sending")),
                    sa.and_(chats.c.status == "unconfirmed", chats.c.sent_at_ms >= unconfirmed_since_ms),
                ),
            )
            .order_by(chats.c.id)
        )
        async with self._reads.connect() as connection:
            rows = await connection.execute(query)
            return [
                SendJob(workspace_id=row.workspace_id, conversation_id=row.conversation_id, message_id=row.id)
                for row in rows
            ]

    async def load(self, job: SendJob) -> Sendable | None:
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
                chats.c.id == job.message_id,
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

    async def begin(self, job: SendJob) -> None:
        """Before the provider is called: whoever finds `sending` knows that a call may have been made."""
        await self._raise(job, "sending", None)

    async def leave_unconfirmed(self, job: SendJob, code: str, message: str) -> None:
        await self._raise(job, "unconfirmed", {"code": code, "message": message})

    async def fail(self, job: SendJob, code: str, message: str) -> None:
        await self._raise(job, "failed", {"code": code, "message": message})

    async def confirm(self, job: SendJob, provider_message_id: str) -> None:
        """The provider has it: its id brings along whatever was heard under it before."""
        async with self._transaction(job) as transaction:
            row = await _row(transaction, job)
            account = await find_account(transaction.connection, row.whatsapp_account_id)
            if account is None:
                await raise_status(transaction, row, "sent")
                return
            await name_message(transaction, account, row, provider_message_id, self._clock(), status="sent")

    async def _raise(self, job: SendJob, status: str, error: dict[str, str] | None) -> None:
        async with self._transaction(job) as transaction:
            await raise_status(transaction, await _row(transaction, job), status, error=error)

    def _transaction(self, job: SendJob) -> AbstractAsyncContextManager[WorkspaceTransaction]:
        return workspace_transaction(self._writes, job.workspace_id, self._listener)


async def _row(transaction: WorkspaceTransaction, job: SendJob) -> Any:
    row = (await transaction.connection.execute(sa.select(chats).where(chats.c.id == job.message_id))).one_or_none()
    if row is None:
        raise DefectError(f"message {job.message_id} is gone; messages are never deleted, only marked so")
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
