"""The cache's schema: the wire's rows, flat; names are joined by id; no foreign keys, so that an orphan may wait."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, and_

SCHEMA_VERSION: Final = 4
"""Raise it with every change below: a cache of another version is fetched anew."""

schema = MetaData()

sessions = Table(
    "sessions",
    schema,
    Column("id", Text, primary_key=True),
    Column("phone_number", Text, nullable=False),
    Column("display_name", Text),
    Column("provider_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_reason", Text),
    Column("is_primary", Integer, nullable=False),
    Column("health_score", Integer, nullable=False),
    Column("unread_count", Integer, nullable=False),
    Column("sync_status", Text, nullable=False),
    Column("synced_count", Integer, nullable=False),
    Column("total_count", Integer),
    Column("last_sync_at_ms", Integer),
    Column("version", Integer, nullable=False),
    Column("deleted_at_ms", Integer),
)

contacts = Table(
    "contacts",
    schema,
    Column("id", Text, primary_key=True),
    Column("name", Text),
    Column("phone", Text),
    Column("search_name", Text, nullable=False),
    Column("search_phone", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted_at_ms", Integer),
)

groups = Table(
    "groups",
    schema,
    Column("id", Text, primary_key=True),
    Column("group_jid", Text, nullable=False),
    Column("name", Text),
    Column("participants_count", Integer),
    Column("search_name", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted_at_ms", Integer),
)

conversations = Table(
    "conversations",
    schema,
    Column("id", Text, primary_key=True),
    Column("chat_type", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("provider_type", Text, nullable=False),
    Column("contact_id", Text),
    Column("group_id", Text),
    Column("last_message_id", Text),
    Column("last_body", Text),
    Column("last_message_type", Text),
    Column("last_direction", Text),
    Column("last_status", Text),
    Column("last_sender_name", Text),
    Column("last_created_at_ms", Integer),
    Column("last_message_at_ms", Integer, nullable=False),  # 0: never; part of the list's key, so not null
    Column("unread_count", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("window_expires_at_ms", Integer),
    Column("merged_into", Text),
    Column("hidden", Integer, nullable=False),  # deleted or merged
    Column("contiguous_from", Text),  # the order down to which no message is missing
    Column("gap_head", Integer),  # the head of the last walk that left messages out
    Column("version", Integer, nullable=False),
    Column("deleted_at_ms", Integer),
)

OURS: Final = frozenset({"contiguous_from", "gap_head"})
"""Columns of a conversation that are not the server's to say."""

# Partial, and not led by `hidden`: SQLite knows no better than to think that an equality narrows a search down.
Index(
    "conversations_newest",
    conversations.c.last_message_at_ms,
    conversations.c.id,
    sqlite_where=conversations.c.hidden == 0,
)
Index(
    "conversations_newest_of_session",
    conversations.c.session_id,
    conversations.c.last_message_at_ms,
    conversations.c.id,
    sqlite_where=conversations.c.hidden == 0,
)
Index(
    "conversations_newest_unread",
    conversations.c.last_message_at_ms,
    conversations.c.id,
    conversations.c.unread_count,
    sqlite_where=and_(conversations.c.hidden == 0, conversations.c.unread_count > 0),
)
Index("conversations_by_contact", conversations.c.contact_id)
Index("conversations_by_group", conversations.c.group_id)

messages = Table(
    "messages",
    schema,
    Column("id", Text, primary_key=True),
    Column("uuid", Text, nullable=False),
    Column("conversation_id", Text, nullable=False),
    Column("session_id", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("message_type", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("error_code", Text),
    Column("error_message", Text),
    Column("sender_name", Text),
    Column("sender_phone", Text),
    Column("user_id", Text),
    Column("user_name", Text),
    Column("sent_via_session_id", Text),
    Column("reply_to", Text),  # JSON, as are the next two
    Column("media", Text),
    Column("reactions", Text),
    Column("created_at_ms", Integer, nullable=False),
    Column("edited_at_ms", Integer),
    Column("order", Text, nullable=False),
    Column("arrival", Integer, nullable=False),
    Column("is_read", Integer, nullable=False),
    Column("client_uuid", Text),
    Column("provider_message_id", Text),
    Column("revoked", Integer, nullable=False),
    Column("discarded", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted_at_ms", Integer),
)

Index("messages_in_order", messages.c.conversation_id, messages.c.order)
Index("messages_by_uuid", messages.c.uuid)
Index("messages_by_client_uuid", messages.c.client_uuid, sqlite_where=messages.c.client_uuid.is_not(None))

group_details = Table(
    "group_details",
    schema,
    Column("id", Text, primary_key=True),
    Column("participants", Text, nullable=False),  # JSON
    Column("version", Integer, nullable=False),
)

position = Table(
    "position",
    schema,
    Column("only", Integer, primary_key=True),
    Column("epoch", Text),
    Column("cursor", Integer),
    Column("walk_kind", Text),
    Column("walk_since", Integer),
    Column("walk_head", Integer),
    Column("walk_next_cursor", Text),
)
