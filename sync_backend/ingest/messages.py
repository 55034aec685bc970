"""What a message event does: it finds its chat and its writer, and is stored once."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass, replace
from typing import Any, Final

from sync_backend.ingest.people import identities_of, normal_participants, phone_in, sender_of
from sync_backend.ingest.validation import invalid
from sync_backend.ordering import WorkspaceTransaction
from sync_backend.store.accounts import Account
from sync_backend.store.contacts import find_contacts, get_or_create_contact
from sync_backend.store.conversations import KnownConversation, get_or_create_conversation
from sync_backend.store.groups import get_or_create_group
from sync_backend.store.identities import refuse_what_is_no_chat
from sync_backend.store.messages import (
    MessageContent,
    NewMessage,
    ProviderMedia,
    add_message,
    find_sent,
    is_stored,
    is_uuid_taken,
    was_told_by_another_number,
)
from sync_backend.store.revisions import complete_message
from sync_backend.store.status import name_message
from wire.rows import Media
from wire.webhooks import Identity, MessageEvent, Quoted

_LONGEST_NAME: Final = 255
_LONGEST_ID: Final = 200

_SERIALISED_ID: Final = re.compile(r"(?:true|false)_[^_@]+@[^_@]+_([^_@]+)(?:_.+)?")
"""whatsapp-web.js's `id._serialized`: it differs for one message seen under two addresses, the part in it does not."""

_MESSAGE_TYPES: Final = frozenset(
    {
        "text",
        "image",
        "video",
        "audio",
        "voice",
        "document",
        "sticker",
        "location",
        "contacts",
        "interactive",
        "template",
        "system",
    }
)
_OTHER_WORDS: Final = {
    "chat": "text",
    "ptt": "voice",
    "vcard": "contacts",
    "multi_vcard": "contacts",
    "list": "interactive",
    "list_response": "interactive",
    "buttons_response": "interactive",
    "poll_creation": "interactive",
    "notification": "system",
    "notification_template": "system",
    "gp2": "system",
    "e2e_notification": "system",
    "call_log": "system",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is particular about a message.

    `live` is false for what was written long ago, and for notices of WhatsApp's own: neither is unread, neither
    notifies. `status` is how far one of ours has come. `raw` is the provider's document of what cannot be shown.
    """

    live: bool = True
    status: str | None = None
    raw: dict[str, Any] | None = None
    provider_media: ProviderMedia | None = None


class PreparedMessage:
    """A message event whose addresses were understood. ApiError 422, NotAChatError."""

    def __init__(self, event: MessageEvent, particulars: Particulars | None = None) -> None:
        self.event = event
        self.particulars = particulars or Particulars()
        if event.chat_type == "group":
            if not event.group_jid or len(event.group_jid) > 255:
                raise invalid("group_jid", "A group message names its group.")
            refuse_what_is_no_chat(event.group_jid)
            self.people = sender_of("sender_phone", event.sender_phone, event.identities)
        else:
            self.people = identities_of("contact_phone", event.contact_phone, event.identities)
            if not self.people:
                raise invalid("contact_phone", "A private message names whom it is with.")
        self.participants = normal_participants(event.participants)


async def receive_message(
    transaction: WorkspaceTransaction, account: Account, message: PreparedMessage, now: int
) -> None:
    """Stores the message unless it is there; the echo of what we sent ourselves finds the row it left."""
    event = message.event
    direction = "outbound" if event.from_me else "inbound"
    key = (
        provider_key(event.message_id)
        if event.message_id
        else made_up_key(
            account,
            event.group_jid or event.contact_phone,
            event.sender_phone,
            event.timestamp,
            event.message_type,
            event.message_body,
        )
    )
    if await is_stored(transaction, account, key, direction):
        if event.message_type != "unsupported":
            await complete_message(transaction, account, key, direction, _content_of(message))
        return
    client_uuid = uuid_text(event.client_uuid) if event.from_me else None
    if client_uuid is not None:
        sent = await find_sent(transaction, account, client_uuid)
        if sent is not None:
            await name_message(transaction, account, sent, key, now, status="sent")
            return
        # A restored backup does not know what was sent after it: the desktop that typed it knows it by the uuid.
        client_uuid = None if await is_uuid_taken(transaction, client_uuid) else client_uuid
    conversation, sender_contact_id, phone, name = await _chat_and_sender(transaction, account, message, now)
    notifies = (
        message.particulars.live
        and direction == "inbound"
        and not (conversation.chat_type == "group" and await was_told_by_another_number(transaction, account, key))
    )
    message_id = await add_message(
        transaction,
        account,
        conversation,
        NewMessage(
            direction=direction,
            content=_content_of(message),
            status=(message.particulars.status or "sent") if event.from_me else "delivered",
            sent_at_ms=now if event.timestamp is None else event.timestamp * 1000,
            provider_key=key,
            client_uuid=client_uuid,
            sender_contact_id=sender_contact_id,
            sender_name=name,
            sender_phone=phone,
            quoted=quote_of(event.quoted),
            live=message.particulars.live,
        ),
        now,
    )
    if notifies:
        transaction.announce(message_id)


def _content_of(message: PreparedMessage) -> MessageContent:
    event, particulars = message.event, message.particulars
    shown = shown_type(event.message_type)
    return MessageContent(
        body=event.message_body,
        message_type=shown,
        media=event.media or (Media() if event.has_media else None),
        provider_message_type=event.message_type[:255] if shown == "unsupported" else None,
        provider_media=particulars.provider_media,
        raw=particulars.raw,
    )


def provider_key(message_id: str) -> str:
    """The provider's id as we keep it: of a serialised id the part that names the message, whoever sees it."""
    serialised = _SERIALISED_ID.fullmatch(message_id)
    key = serialised.group(1) if serialised else message_id
    return key if len(key) <= _LONGEST_ID else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"


def quote_of(quoted: Quoted | None) -> Quoted | None:
    """Names the original by its provider's id as we keep it."""
    return None if quoted is None else replace(quoted, message_id=provider_key(quoted.message_id))


def clipped(name: str | None) -> str | None:
    """A name as the columns hold it; None for an empty one."""
    return (name or "").strip()[:_LONGEST_NAME] or None


async def _chat_and_sender(
    transaction: WorkspaceTransaction, account: Account, message: PreparedMessage, now: int
) -> tuple[KnownConversation, int | None, str | None, str | None]:
    """The conversation, and of an inbound message its writer: contact's id, phone, name."""
    event = message.event
    if event.group_jid is not None and event.chat_type == "group":
        group_id = await get_or_create_group(
            transaction,
            account,
            event.group_jid,
            now,
            name=clipped(event.group_name),
            participants=message.participants,
        )
        conversation = await get_or_create_conversation(transaction, account, now, group_id=group_id)
        if event.from_me:
            return conversation, None, None, None
        sender = await _known_sender(transaction, message.people)
        return conversation, sender, phone_in(message.people), clipped(event.sender_name)
    # A message from the phone bears the phone owner's own name: it must not become the customer's.
    contact = await get_or_create_contact(
        transaction, account, message.people, clipped(event.contact_name), now, may_rename=not event.from_me
    )
    conversation = await get_or_create_conversation(transaction, account, now, contact_id=contact.id)
    if event.from_me:
        return conversation, None, None, None
    return conversation, contact.id, contact.phone, clipped(event.sender_name) or contact.name


async def _known_sender(transaction: WorkspaceTransaction, people: list[Identity]) -> int | None:
    """Members of groups become contacts only when they write to us themselves."""
    if not people:
        return None
    known = await find_contacts(transaction.connection, transaction.workspace_id, people)
    return known[0].id if known else None


def shown_type(message_type: str) -> str:
    """Our word for the provider's kind of message; `unsupported` for one that we do not know."""
    shown = _OTHER_WORDS.get(message_type, message_type)
    return shown if shown in _MESSAGE_TYPES else "unsupported"


def made_up_key(
    account: Account, chat: str | None, sender: str | None, timestamp: int | None, message_type: str, body: str
) -> str:
    """The original's bridge names no messages: the same event makes the same id, so that a repetition is known."""
    parts = (account.id, chat, sender, timestamp, message_type, body)
    return f"made:{hashlib.sha256(repr(parts).encode()).hexdigest()}"


def uuid_text(text: str | None) -> str | None:
    """The uuid in its usual form; None for what is none."""
    try:
        return None if text is None else str(uuid.UUID(text))
    except ValueError:
        return None
