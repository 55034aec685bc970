"""Turns database rows into the wire's shapes, as plain dicts ready for JSON.

Each function takes a row of the select of the same name in `sync_backend.rows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_backend.database.tables import BURIED
from wire.times import to_iso

Rendered = dict[str, Any]


def session(row: Any) -> Rendered:
    """`wire.rows.Session`."""
    return {
        "id": str(row.id),
        "phone_number": row.phone_number,
        "display_name": row.display_name,
        "provider_type": row.provider_type,
        "status": row.status,
        "status_reason": row.status_reason,
        "is_primary": row.is_primary,
        "health_score": row.health_score,
        "unread_count": row.unread_count,
        "sync": {
            "status": row.sync_status,
            "synced_count": row.synced_count,
            "total_count": row.total_count,
            "last_sync_at": _iso(row.last_sync_at_ms),
        },
        "version": row.version,
        "deleted_at": _iso(row.deleted_at),
    }


def contact(row: Any) -> Rendered:
    """`wire.rows.Contact`."""
    return {
        "id": str(row.id),
        "name": row.first_name,
        "phone": row.phone,
        "version": row.version,
        "deleted_at": _iso(row.deleted_at),
    }


def group(row: Any) -> Rendered:
    """`wire.rows.Group`."""
    return {
        "id": str(row.id),
        "group_jid": row.group_jid,
        "name": row.name,
        "participants_count": row.participants_count,
        "version": row.version,
        "deleted_at": _iso(row.deleted_at),
    }


def group_details(row: Any) -> Rendered:
    """`wire.rows.GroupDetails`."""
    return {
        **group(row),
        "description": row.description,
        "owner_phone": row.owner_phone,
        "participants": row.participants or [],
        "invite_code": row.invite_code,
        "settings": row.settings,
        "session_id": _id(row.whatsapp_account_id),
        "group_created_at": _iso(row.group_created_at),
    }


def conversation(row: Any) -> Rendered:
    """`wire.rows.Conversation`."""
    return {
        "id": str(row.id),
        "chat_type": row.chat_type,
        "session_id": str(row.whatsapp_account_id),
        "provider_type": row.provider_type,
        "contact": None
        if row.contact_id is None
        else {"id": str(row.contact_id), "name": row.contact_name, "phone": row.contact_phone},
        "group": None
        if row.group_id is None
        else {"id": str(row.group_id), "name": row.group_name, "participants_count": row.participants_count},
        "last_message": None
        if row.last_message_id is None
        else {
            "id": str(row.last_message_id),
            "body": row.last_body,
            "message_type": row.last_message_type,
            "direction": row.last_type,
            "status": row.last_status,
            "sender_name": row.last_sender_name,
            "created_at": to_iso(row.last_sent_at_ms),
        },
        "last_message_at": None if row.last_message_id is None else to_iso(row.last_message_at_ms),
        "unread_count": row.unread_count,
        "status": row.status,
        "window_expires_at": _iso(row.window_expires_at_ms),
        "merged_into": _id(row.merged_into),
        "version": row.version,
        "deleted_at": _iso(row.deleted_at),
    }


def message(row: Any, reactions: Sequence[Any]) -> Rendered:
    """`wire.rows.Message`; of a deleted message nothing of its content leaves the server."""
    extra = {} if row.deleted_at is not None else row.metadata or {}
    return {
        "id": str(row.id),
        "uuid": row.uuid,
        "conversation_id": str(row.conversation_id),
        "session_id": str(row.whatsapp_account_id),
        "direction": row.type,
        "message_type": row.message_type,
        "body": "" if row.deleted_at is not None else row.body,
        "status": row.status,
        "error": row.error,
        "sender": None
        if row.type == "outbound" or (row.sender_name is None and row.sender_phone is None)
        else {"name": row.sender_name, "phone": row.sender_phone},
        "user": None if row.user_id is None else {"id": str(row.user_id), "name": row.user_name},
        "sent_via_session_id": _id(row.sent_via_account_id),
        "reply_to": None
        if row.quoted_provider_key is None
        else {"message_id": _id(row.quoted_chat_id), **_NO_QUOTE, **extra.get("quoted", {})},
        "media": {"id": _id(row.media_id), **_NO_MEDIA, **extra["media"]} if "media" in extra else None,
        "reactions": [
            {"emoji": each.emoji, "sender_name": each.sender_name, "from_me": each.from_me} for each in reactions
        ],
        "created_at": to_iso(row.sent_at_ms),
        "edited_at": _iso(row.edited_at_ms),
        "order": f"{row.sort_order}-{row.id:012d}",
        "arrival": row.arrival,
        "is_read": row.is_read,
        "client_uuid": row.client_uuid,
        "provider_message_id": row.wam_id,
        "version": row.version,
        "deleted_at": _iso(row.deleted_at),
        "revoked": row.deleted_at is not None and not row.provider_key.startswith(BURIED),
        "discarded": row.deleted_by is not None,
    }


_NO_QUOTE = {"sender_name": None, "body": "", "message_type": "text"}
_NO_MEDIA = {"mime_type": None, "file_name": None, "size": None, "duration_seconds": None}


def _iso(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else to_iso(milliseconds)


def _id(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
