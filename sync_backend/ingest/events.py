"""What each of the bridge's events does to the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, Final

from sync_backend.importing.limits import DEFAULT_LIMITS, SyncLimits
from sync_backend.importing.progress import note_from_bridge
from sync_backend.ingest.messages import PreparedMessage, clipped, provider_key, receive_message
from sync_backend.ingest.people import identities_of, normal_participants, phone_in, sender_of
from sync_backend.ingest.validation import invalid
from sync_backend.ordering import WorkspaceTransaction
from sync_backend.store.accounts import Account, change_account
from sync_backend.store.contacts import find_contacts
from sync_backend.store.conversations import find_chat
from sync_backend.store.groups import find_group, get_or_create_group
from sync_backend.store.identities import refuse_what_is_no_chat
from sync_backend.store.reading import mark_read
from sync_backend.store.revisions import edit_message, react, revoke_message
from sync_backend.store.status import apply_ack
from wire.status import ACKS
from wire.webhooks import (
    BridgeEvent,
    ChatRead,
    GroupUpdate,
    MessageAck,
    MessageEdit,
    MessageEvent,
    MessageReaction,
    MessageRevoke,
    SessionStatus,
    SyncProgress,
)

Action = Callable[[WorkspaceTransaction, Account, int], Awaitable[None]]
"""Applies an event inside a transaction, at a time in milliseconds."""

_LONGEST_EMOJI: Final = 64


def prepare(event: BridgeEvent, limits: SyncLimits = DEFAULT_LIMITS) -> Action:
    """Understands an event before anything is locked. ApiError 422; NotAChatError for what is to be passed over.

    `limits` are those that imports have here.
    """
    match event:
        case MessageEvent():
            return _message(event)
        case MessageAck():
            return _ack(event)
        case MessageEdit():
            return _edit(event)
        case MessageRevoke():
            return _revoke(event)
        case MessageReaction():
            return _reaction(event)
        case ChatRead():
            return _chat_read(event)
        case SessionStatus():
            return _session_status(event)
        case SyncProgress():
            return _sync_progress(event, limits)
        case GroupUpdate():
            return _group_update(event)


def _message(event: MessageEvent) -> Action:
    prepared = PreparedMessage(event)

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await receive_message(transaction, account, prepared, now)

    return apply


def _ack(event: MessageAck) -> Action:
    if event.ack not in ACKS:
        raise invalid("ack", f"Unknown ack. Known are {', '.join(map(str, ACKS))}.")
    status = ACKS[event.ack]
    error = None
    if event.ack < 0:
        error = {"code": event.error_code or "provider", "message": event.error or "WhatsApp could not send it."}

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        key = provider_key(event.message_id)
        await apply_ack(transaction, account, key, status, now, error=error, client_uuid=event.client_uuid)

    return apply


def _edit(event: MessageEdit) -> Action:
    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        edited_at = _time(event.timestamp, now)
        await edit_message(transaction, account, provider_key(event.message_id), event.message_body, edited_at, now)

    return apply


def _revoke(event: MessageRevoke) -> Action:
    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await revoke_message(transaction, account, provider_key(event.message_id), _time(event.timestamp, now), now)

    return apply


def _reaction(event: MessageReaction) -> Action:
    people = sender_of("sender_phone", event.sender_phone, event.identities)
    # In a private chat the bridge need not say who the other one is.
    sender_key = "me" if event.from_me else (people[0].value if people else "other")

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await react(
            transaction,
            account,
            provider_key(event.message_id),
            sender_key=sender_key[:100],
            sender_name=clipped(event.sender_name),
            emoji=event.emoji[:_LONGEST_EMOJI],
            reacted_at_ms=_time(event.timestamp, now),
        )

    return apply


def _chat_read(event: ChatRead) -> Action:
    if event.chat_type == "group" and not event.group_jid:
        raise invalid("group_jid", "A group is named by its group_jid.")
    people = [] if event.chat_type == "group" else identities_of("contact_phone", event.contact_phone, None)
    if event.chat_type == "private" and not people:
        raise invalid("contact_phone", "A private chat is named by its contact_phone.")

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        connection = transaction.connection
        if event.chat_type == "group":
            group_id = await find_group(connection, transaction.workspace_id, event.group_jid or "")
            chat = None if group_id is None else await find_chat(connection, account, group_id=group_id)
        else:
            known = await find_contacts(connection, transaction.workspace_id, people)
            chat = await find_chat(connection, account, contact_id=known[0].id) if known else None
        if chat is not None:
            await mark_read(transaction, chat)

    return apply


def _session_status(event: SessionStatus) -> Action:
    values: dict[str, Any] = {"status": event.status, "status_reason": event.reason}
    if event.phone_number and (phone := phone_in(identities_of("phone_number", event.phone_number, None))):
        values["phone_number"] = phone
    if name := clipped(event.display_name):
        values["display_name"] = name

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await change_account(transaction, account.id, now, **values)

    return apply


def _sync_progress(event: SyncProgress, limits: SyncLimits) -> Action:
    for field, count in (("synced_count", event.synced_count), ("total_count", event.total_count)):
        if count is not None and not 0 <= count < 2**31:
            raise invalid(field, "Not a number of chats.")

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await note_from_bridge(
            transaction,
            account,
            now,
            limits,
            status=event.status,
            synced_count=event.synced_count,
            total_count=event.total_count,
        )

    return apply


def _group_update(event: GroupUpdate) -> Action:
    if not event.group_jid or len(event.group_jid) > 255:
        raise invalid("group_jid", "Empty or longer than 255 characters.")
    refuse_what_is_no_chat(event.group_jid)
    owner = phone_in(sender_of("owner_phone", event.owner_phone))
    normal = replace(event, participants=normal_participants(event.participants))

    async def apply(transaction: WorkspaceTransaction, account: Account, now: int) -> None:
        await get_or_create_group(
            transaction,
            account,
            normal.group_jid,
            now,
            name=clipped(normal.group_name),
            description=normal.description,
            owner_phone=owner,
            participants=normal.participants,
        )

    return apply


def _time(seconds: int | None, now: int) -> int:
    return now if seconds is None else seconds * 1000
