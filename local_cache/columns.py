"""Turns the wire's rows into the cache's columns."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from local_cache.folding import digits, folded
from wire.rows import Contact, Conversation, Group, Media, Message, Quote, Reaction, Session
from wire.times import to_milliseconds

log = logging.getLogger(__name__)

Columns = dict[str, Any]


def session_columns(row: Session) -> Columns:
    return {
        "id": row.id,
        "phone_number": row.phone_number,
        "display_name": row.display_name,
        "provider_type": row.provider_type,
        "status": row.status,
        "status_reason": row.status_reason,
        "is_primary": int(row.is_primary),
        "health_score": row.health_score,
        "unread_count": row.unread_count,
        "sync_status": row.sync.status,
        "synced_count": row.sync.synced_count,
        "total_count": row.sync.total_count,
        "last_sync_at_ms": _milliseconds(row.sync.last_sync_at),
        "version": row.version,
        "deleted_at_ms": _deleted(row.deleted_at),
    }


def contact_columns(row: Contact) -> Columns:
    return {
        "id": row.id,
        "name": row.name,
        "phone": row.phone,
        "search_name": folded(row.name or ""),
        "search_phone": digits(row.phone or ""),
        "version": row.version,
        "deleted_at_ms": _deleted(row.deleted_at),
    }


def group_columns(row: Group) -> Columns:
    return {
        "id": row.id,
        "group_jid": row.group_jid,
        "name": row.name,
        "participants_count": row.participants_count,
        "search_name": folded(row.name or ""),
        "version": row.version,
        "deleted_at_ms": _deleted(row.deleted_at),
    }


def conversation_columns(row: Conversation) -> Columns:
    """All but those that are not the server's to say."""
    last = row.last_message
    return {
        "id": row.id,
        "chat_type": row.chat_type,
        "session_id": row.session_id,
        "provider_type": row.provider_type,
        "contact_id": row.contact.id if row.contact else None,
        "group_id": row.group.id if row.group else None,
        "last_message_id": last.id if last else None,
        "last_body": last.body if last else None,
        "last_message_type": last.message_type if last else None,
        "last_direction": last.direction if last else None,
        "last_status": last.status if last else None,
        "last_sender_name": last.sender_name if last else None,
        "last_created_at_ms": (_milliseconds(last.created_at) or 0) if last else None,
        "last_message_at_ms": _milliseconds(row.last_message_at) or 0,
        "unread_count": row.unread_count,
        "status": row.status,
        "window_expires_at_ms": _milliseconds(row.window_expires_at),
        "merged_into": row.merged_into,
        "hidden": int(row.deleted_at is not None or row.merged_into is not None),
        "version": row.version,
        "deleted_at_ms": _deleted(row.deleted_at),
    }


def message_columns(row: Message, conversation_id: str) -> Columns:
    """`conversation_id`: where the message is now, which after a merge is not where it was."""
    return {
        "id": row.id,
        "uuid": row.uuid,
        "conversation_id": conversation_id,
        "session_id": row.session_id,
        "direction": row.direction,
        "message_type": row.message_type,
        "body": row.body,
        "status": row.status,
        "error_code": row.error.code if row.error else None,
        "error_message": row.error.message if row.error else None,
        "sender_name": row.sender.name if row.sender else None,
        "sender_phone": row.sender.phone if row.sender else None,
        "user_id": row.user.id if row.user else None,
        "user_name": row.user.name if row.user else None,
        "sent_via_session_id": row.sent_via_session_id,
        "reply_to": _json(row.reply_to),
        "media": _json(row.media),
        "reactions": _json(row.reactions),
        "created_at_ms": _milliseconds(row.created_at) or 0,
        "edited_at_ms": _milliseconds(row.edited_at),
        "order": row.order,
        "arrival": row.arrival,
        "is_read": int(row.is_read),
        "client_uuid": row.client_uuid,
        "provider_message_id": row.provider_message_id,
        "revoked": int(row.revoked),
        "discarded": int(row.discarded),
        "version": row.version,
        "deleted_at_ms": _deleted(row.deleted_at),
    }


def _milliseconds(iso: str | None) -> int | None:
    """One odd time must not keep the page that it came on from being applied, for ever."""
    if iso is None:
        return None
    try:
        return to_milliseconds(iso)
    except ValueError:
        log.warning("not a time: %r", iso)
        return None


def _deleted(iso: str | None) -> int | None:
    """A tombstone is one whatever its time looks like."""
    return None if iso is None else _milliseconds(iso) or 0


def _json(part: Quote | Media | Sequence[Reaction] | None) -> str | None:
    if not part:
        return None
    return json.dumps([_fields(each) for each in part] if isinstance(part, Sequence) else _fields(part))


def _fields(part: Quote | Media | Reaction) -> Columns:
    """Flat, unlike `asdict`, which copies each value."""
    return {each.name: getattr(part, each.name) for each in fields(part)}
