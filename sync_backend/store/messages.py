"""Stores messages, each once; in the table's name, `chats`, a row is one message."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from typing import Any, Final

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import chats, contacts, whatsapp_accounts
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account, add_unread
from sync_backend.store.conversations import KnownConversation, show_message
from sync_backend.store.inserting import insert_row
from sync_backend.store.receipts import EarlyNews, adopt_reactions, take_early_news
from wire.rows import Media
from wire.webhooks import Quoted

WINDOW_MS: Final = 24 * 60 * 60 * 1000
"""On Meta's numbers one may write freely for so long after the customer's last message."""


@dataclass(frozen=True, slots=True)
class ProviderMedia:
    """By what name the provider hands out a message's media."""

    media_id: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContent:
    """What a message says. `provider_message_type` and `raw` keep the provider's word and document of a message that is
    shown as unsupported."""

    body: str
    message_type: str = "text"
    media: Media | None = None
    provider_message_type: str | None = None
    provider_media: ProviderMedia | None = None
    raw: dict[str, Any] | None = None
    template: dict[str, Any] | None = None

    def metadata(self) -> dict[str, Any]:
        """What of it is kept in no column of its own."""
        extra: dict[str, Any] = {}
        if self.media is not None:
            extra["media"] = {name: value for name, value in asdict(self.media).items() if name != "id"}
        if self.provider_media is not None:
            extra["provider_media"] = asdict(self.provider_media)
        if self.provider_message_type is not None:
            extra["type"] = self.provider_message_type
        if self.template is not None:
            extra["template"] = self.template
        if self.raw is not None:
            extra["raw"] = self.raw
        return extra


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message about to be stored; `provider_key` is the provider's id, or None while it gave none.

    `live` is false for imported history and for notices, which are read already and notify nobody.
    """

    direction: str
    content: MessageContent
    status: str
    sent_at_ms: int
    provider_key: str | None = None
    client_uuid: str | None = None
    user_id: int | None = None
    sender_contact_id: int | None = None
    sender_name: str | None = None
    sender_phone: str | None = None
    quoted: Quoted | None = None
    media_id: int | None = None
    live: bool = True


async def find_message(
    transaction: WorkspaceTransaction, account: Account, provider_key: str, *, direction: str | None = None
) -> Any | None:
    """The row of `chats` behind a provider's id, or None."""
    parameters = {"account_id": account.id, "provider_key": provider_key}
    if direction is None:
        return (await transaction.connection.execute(_NAMED, parameters)).first()
    return (await transaction.connection.execute(_NAMED_IN_DIRECTION, parameters | {"direction": direction})).first()


async def is_stored(transaction: WorkspaceTransaction, account: Account, provider_key: str, direction: str) -> bool:
    """Whether the message behind a provider's id came before."""
    parameters = {"account_id": account.id, "direction": direction, "provider_key": provider_key}
    return await transaction.connection.scalar(_IS_STORED, parameters) is not None


async def find_sent(transaction: WorkspaceTransaction, account: Account, client_uuid: str) -> Any | None:
    """The row of `chats` that one of our desktops typed under this uuid, or None."""
    query = sa.select(chats).where(
        chats.c.workspace_id == transaction.workspace_id,
        chats.c.client_uuid == client_uuid,
        chats.c.whatsapp_account_id == account.id,
    )
    return (await transaction.connection.execute(query)).one_or_none()


async def is_uuid_taken(transaction: WorkspaceTransaction, message_uuid: str) -> bool:
    """Whether a message of any workspace bears it."""
    return await transaction.connection.scalar(_BEARS_UUID, {"message_uuid": message_uuid}) is not None


async def add_message(
    transaction: WorkspaceTransaction,
    account: Account,
    conversation: KnownConversation,
    message: NewMessage,
    now: int,
) -> int:
    """Stores a message that is known to be new, with all that follows from it, and returns its id.

    What came before it (ticks, edits, reactions, its deletion) is taken over.
    """
    early = EarlyNews()
    if message.provider_key is not None:
        early = await take_early_news(transaction, account.id, message.provider_key)
    unread = message.live and message.direction == "inbound" and early.revoked_at_ms is None
    message_id = await _insert(transaction, account, conversation, message, early, now, is_read=not unread)
    if message.provider_key is not None and early.is_reacted_to:
        await adopt_reactions(transaction, account.id, message.provider_key, message_id)
    transaction.changed(Kind.MESSAGE, [message_id])
    if early.revoked_at_ms is None:
        await _show_in_list(transaction, account, conversation, message, message_id, now, unread=unread)
    return message_id


async def _insert(
    transaction: WorkspaceTransaction,
    account: Account,
    conversation: KnownConversation,
    message: NewMessage,
    early: EarlyNews,
    now: int,
    *,
    is_read: bool,
) -> int:
    status, error = early.status_of(message.direction, message.status)
    quoted_id, quoted = await _quoted(transaction, account, message.quoted)
    content = message.content
    return await insert_row(
        transaction,
        chats,
        uuid=message.client_uuid or str(uuid.uuid4()),
        whatsapp_account_id=account.id,
        wam_id=message.provider_key,
        contact_id=conversation.contact_id,
        user_id=message.user_id,
        type=message.direction,
        metadata={**quoted, **content.metadata()} or None,
        media_id=message.media_id,
        status=status,
        is_read=is_read,
        deleted_at=early.revoked_at_ms,
        created_at=message.sent_at_ms,
        provider_type=account.provider_type,
        chat_type=conversation.chat_type,
        group_id=conversation.group_id,
        conversation_id=conversation.id,
        provider_key=message.provider_key or f"uuid:{message.client_uuid}",
        body=content.body if early.body is None else early.body,
        message_type=content.message_type,
        sent_at_ms=message.sent_at_ms,
        sort_order=sort_order(message.sent_at_ms, now, transaction.head),
        arrival=transaction.head,
        client_uuid=message.client_uuid,
        sender_contact_id=message.sender_contact_id,
        sender_name=message.sender_name,
        sender_phone=message.sender_phone,
        quoted_provider_key=None if message.quoted is None else message.quoted.message_id,
        quoted_chat_id=quoted_id,
        error=error,
        edited_at_ms=early.edited_at_ms,
        sent_via_account_id=account.id if message.direction == "outbound" else None,
    )


def sort_order(sent_at_ms: int, now: int, arrival: int) -> str:
    """A message's place in its conversation; a sender's clock that runs ahead does not lift it above now."""
    return f"{min(sent_at_ms, now):013d}-{arrival:012d}"


async def _quoted(
    transaction: WorkspaceTransaction, account: Account, quoted: Quoted | None
) -> tuple[int | None, dict[str, Any]]:
    """The original's id, and what is kept of it. Meta names the original without repeating what it says."""
    if quoted is None:
        return None, {}
    original = await find_message(transaction, account, quoted.message_id)
    kept = kept_of_quote(quoted)
    if original is not None and not quoted.body:
        kept |= {
            "sender_name": quoted.sender_name or original.sender_name,
            "body": original.body,
            "message_type": original.message_type,
        }
    return None if original is None else int(original.id), {"quoted": kept}


def kept_of_quote(quoted: Quoted) -> dict[str, Any]:
    """What is kept of the original beside its id."""
    return {name: value for name, value in asdict(quoted).items() if name != "message_id"}


async def _show_in_list(
    transaction: WorkspaceTransaction,
    account: Account,
    conversation: KnownConversation,
    message: NewMessage,
    message_id: int,
    now: int,
    *,
    unread: bool,
) -> None:
    shown_at = min(message.sent_at_ms, now)
    window = conversation.window_expires_at_ms
    opens_window = message.direction == "inbound" and message.content.message_type != "system"
    if account.provider_type == "meta" and opens_window:
        window = max(window or 0, shown_at + WINDOW_MS)
    await show_message(
        transaction,
        conversation,
        message_id,
        now,
        shown_at_ms=shown_at,
        unread=1 if unread else 0,
        window_expires_at_ms=window,
    )
    if unread:
        await add_unread(transaction, account.id, 1)
    if conversation.contact_id is not None:
        await transaction.connection.execute(
            _NOTE_LATEST_CHAT, {"contact_id": conversation.contact_id, "shown_at": shown_at}
        )


async def was_told_by_another_number(transaction: WorkspaceTransaction, account: Account, provider_key: str) -> bool:
    """Whether another number of the workspace, in the same group, already has this message: it notifies once."""
    parameters = {
        "workspace_id": transaction.workspace_id,
        "account_id": account.id,
        "provider_key": provider_key,
    }
    return await transaction.connection.scalar(_TOLD_BY_ANOTHER, parameters) is not None


_OF_ACCOUNT_BY_KEY: Final = (
    chats.c.whatsapp_account_id == sa.bindparam("account_id"),
    chats.c.provider_key == sa.bindparam("provider_key"),
)
_IN_DIRECTION: Final = chats.c.type == sa.bindparam("direction")
# Both directions are named, so that the index, in which they stand before the key, is of use.
_IN_EITHER: Final = sa.or_(chats.c.type == "inbound", chats.c.type == "outbound")

_BEARS_UUID: Final = brief(sa.select(chats.c.id).where(chats.c.uuid == sa.bindparam("message_uuid")))
_IS_STORED: Final = brief(sa.select(chats.c.id).where(*_OF_ACCOUNT_BY_KEY, _IN_DIRECTION))
_NAMED_IN_DIRECTION: Final = brief(sa.select(chats).where(*_OF_ACCOUNT_BY_KEY, _IN_DIRECTION))
_NAMED: Final = brief(sa.select(chats).where(*_OF_ACCOUNT_BY_KEY, _IN_EITHER))

_TOLD_BY_ANOTHER: Final = brief(
    sa.select(chats.c.id)
    .where(
        chats.c.whatsapp_account_id.in_(
            sa.select(whatsapp_accounts.c.id).where(
                whatsapp_accounts.c.workspace_id == sa.bindparam("workspace_id"),
                whatsapp_accounts.c.id != sa.bindparam("account_id"),
            )
        ),
        chats.c.type == "inbound",
        chats.c.provider_key == sa.bindparam("provider_key"),
    )
    .limit(1)
)

_NOTE_LATEST_CHAT: Final = brief(
    sa.update(contacts)
    .where(contacts.c.id == sa.bindparam("contact_id"))
    .values(latest_chat_created_at=sa.bindparam("shown_at"))
)
