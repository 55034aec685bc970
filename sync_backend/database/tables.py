"""The server's tables, under the names and columns of the existing system where it had them.

Columns ending in `_ms` are milliseconds since 1970; the existing datetime columns look the same from Python (`Moment`).
`version` is the workspace's head at which a row last changed; `deleted_at` makes it a tombstone.
"""

from __future__ import annotations

import sqlalchemy as sa

from sync_backend.database.types import Exact, Id, Key, LongBytes, LongText, Moment

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Python's None is the database's NULL, not the JSON text `null`.
_Json = sa.JSON(none_as_null=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", Id, primary_key=True, autoincrement=True)


def _uuid() -> sa.Column[str]:
    return sa.Column("uuid", sa.String(36), nullable=False, unique=True)


def _reference(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Id, sa.ForeignKey(f"{target}.id"), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false())


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.BigInteger, nullable=False, server_default="0")


workspaces = sa.Table(
    "workspaces",
    metadata,
    _id(),
    _uuid(),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("head", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("created_at", Moment),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    sa.Column("name", sa.String(255), nullable=False),
    sa.Column("email", sa.String(255), nullable=False, unique=True),
    sa.Column("password", sa.String(255), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("created_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.Index(None, "workspace_id"),
)

access_tokens = sa.Table(
    "access_tokens",
    metadata,
    _id(),
    _reference("user_id", "users"),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("device_name", sa.String(255), nullable=False),
    sa.Column("created_at", Moment),
    sa.Column("last_used_at", Moment),
    sa.Column("revoked_at", Moment),
    sa.Index(None, "user_id"),
)

whatsapp_accounts = sa.Table(
    "whatsapp_accounts",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    sa.Column("phone_number", sa.String(50), nullable=False),
    sa.Column("display_name", sa.String(255)),
    sa.Column("provider_type", sa.String(20), nullable=False),
    sa.Column("status", sa.String(50), nullable=False, server_default="connecting"),
    sa.Column("status_reason", sa.Text),
    _flag("is_primary"),
    sa.Column("health_score", sa.Integer, nullable=False, server_default="100"),
    _count("unread_count"),
    sa.Column("bridge_url", sa.String(255)),
    sa.Column("hmac_secret", sa.String(255)),
    _flag("strict_signatures"),
    sa.Column("provider_config", _Json),
    sa.Column("sync_status", sa.String(20), nullable=False, server_default="pending"),
    _count("synced_count"),
    sa.Column("total_count", sa.Integer),
    sa.Column("last_sync_at_ms", sa.BigInteger),
    _version(),
    sa.Column("created_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("deleted_at", Moment),
    # Which import this is, how many chats it brought, since when it runs, and what the bridge says it ended as while
    # some of what it brought is still in the queue.
    _count("sync_run"),
    _count("imported_count"),
    sa.Column("sync_started_at_ms", sa.BigInteger),
    sa.Column("sync_ended_as", sa.String(20)),
    sa.Index(None, "workspace_id", "version", "id"),
    sqlite_autoincrement=True,
)

contacts = sa.Table(
    "contacts",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    sa.Column("first_name", sa.String(255)),
    sa.Column("phone", sa.String(50)),
    sa.Column("search_text", sa.String(512), nullable=False, server_default=""),
    sa.Column("source_type", sa.String(20), nullable=False, server_default="manual"),
    _reference("source_session_id", "whatsapp_accounts", nullable=True),
    sa.Column("latest_chat_created_at", Moment),
    _version(),
    sa.Column("created_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.Index(None, "workspace_id", "search_text"),
    sa.Index(None, "workspace_id", "version", "id"),
    sqlite_autoincrement=True,
)

contact_identities = sa.Table(
    "contact_identities",
    metadata,
    _id(),
    _reference("workspace_id", "workspaces"),
    _reference("contact_id", "contacts"),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("value", Key, nullable=False),
    sa.UniqueConstraint("workspace_id", "kind", "value"),
    sa.Index(None, "contact_id"),
)

whatsapp_groups = sa.Table(
    "whatsapp_groups",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    # The number that saw the group first; the group outlives it.
    sa.Column("whatsapp_account_id", Id, sa.ForeignKey("whatsapp_accounts.id", ondelete="SET NULL")),
    sa.Column("group_jid", Key, nullable=False),
    sa.Column("name", sa.String(255)),
    sa.Column("search_text", sa.String(512), nullable=False, server_default=""),
    sa.Column("description", LongText),
    sa.Column("owner_phone", sa.String(50)),
    sa.Column("participants", _Json),
    sa.Column("participants_count", sa.Integer),
    sa.Column("invite_code", sa.String(255)),
    sa.Column("settings", _Json),
    sa.Column("group_created_at", Moment),
    _version(),
    sa.Column("created_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("deleted_at", Moment),
    sa.UniqueConstraint("workspace_id", "group_jid"),
    sa.Index(None, "workspace_id", "search_text"),
    sa.Index(None, "workspace_id", "version", "id"),
    sqlite_autoincrement=True,
)

conversations = sa.Table(
    "conversations",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    _reference("whatsapp_account_id", "whatsapp_accounts"),
    sa.Column("chat_type", sa.String(10), nullable=False),
    _reference("contact_id", "contacts", nullable=True),
    _reference("group_id", "whatsapp_groups", nullable=True),
    # Derived from `chats`, which refer to their conversation: a foreign key here would close a circle.
    sa.Column("last_message_id", Id),
    sa.Column("last_message_at_ms", sa.BigInteger, nullable=False, server_default="0"),
    _count("unread_count"),
    sa.Column("status", sa.String(20), nullable=False, server_default="open"),
    sa.Column("window_expires_at_ms", sa.BigInteger),
    _reference("merged_into", "conversations", nullable=True),
    _version(),
    sa.Column("created_at", Moment),
    sa.Column("updated_at", Moment),
    sa.Column("deleted_at", Moment),
    # The last import (`whatsapp_accounts.sync_run`) that brought this chat: each counts it once.
    _count("sync_run"),
    sa.UniqueConstraint("whatsapp_account_id", "contact_id"),
    sa.UniqueConstraint("whatsapp_account_id", "group_id"),
    sa.Index(None, "workspace_id", "last_message_at_ms", "id"),
    sa.Index("ix_conversations_account_list", "workspace_id", "whatsapp_account_id", "last_message_at_ms", "id"),
    sa.Index(None, "workspace_id", "version", "id"),
    sa.Index(None, "contact_id"),
    sa.Index(None, "group_id"),
    sqlite_autoincrement=True,
)

chats = sa.Table(
    "chats",
    metadata,
    _id(),
    _uuid(),
    _reference("workspace_id", "workspaces"),
    _reference("whatsapp_account_id", "whatsapp_accounts"),
    sa.Column("wam_id", Key),
    _reference("contact_id", "contacts", nullable=True),
    _reference("user_id", "users", nullable=True),
    sa.Column("type", sa.String(10), nullable=False),
    sa.Column("metadata", _Json),
    sa.Column("media_id", Id),
    sa.Column("status", sa.String(50), nullable=False),
    _flag("is_read"),
    # Whoever discarded this message, which was not sent.
    sa.Column("deleted_by", Id),
    sa.Column("deleted_at", Moment),
    sa.Column("created_at", Moment),
    sa.Column("provider_type", sa.String(20), nullable=False),
    sa.Column("chat_type", sa.String(10), nullable=False),
    _reference("group_id", "whatsapp_groups", nullable=True),
    _reference("conversation_id", "conversations"),
    # The provider's id of the message, or `uuid:<client uuid>` until it gave one: one message, one row.
    sa.Column("provider_key", Key, nullable=False),
    sa.Column("body", LongText, nullable=False),
    sa.Column("message_type", sa.String(30), nullable=False),
    sa.Column("sent_at_ms", sa.BigInteger, nullable=False),
    sa.Column("sort_order", Exact(32), nullable=False),
    sa.Column("arrival", sa.BigInteger, nullable=False),
    sa.Column("client_uuid", sa.String(36)),
    _reference("sender_contact_id", "contacts", nullable=True),
    sa.Column("sender_name", sa.String(255)),
    sa.Column("sender_phone", sa.String(50)),
    sa.Column("quoted_provider_key", Key),
    sa.Column("quoted_chat_id", Id),
    sa.Column("error", _Json),
    sa.Column("edited_at_ms", sa.BigInteger),
    _reference("sent_via_account_id", "whatsapp_accounts", nullable=True),
    _version(),
    sa.UniqueConstraint("whatsapp_account_id", "type", "provider_key"),
    sa.UniqueConstraint("workspace_id", "client_uuid"),
    sa.Index(None, "conversation_id", "sort_order", "id"),
    sa.Index(None, "workspace_id", "version", "id"),
    # Almost everything is read: what is not is found without walking the rest.
    sa.Index(
        "ix_chats_unread",
        "conversation_id",
        "is_read",
        "arrival",
        sqlite_where=sa.text("is_read = 0"),
        postgresql_where=sa.text("NOT is_read"),
    ),
    sqlite_autoincrement=True,
)

reactions = sa.Table(
    "reactions",
    metadata,
    _id(),
    _reference("workspace_id", "workspaces"),
    _reference("whatsapp_account_id", "whatsapp_accounts"),
    sa.Column("provider_key", Key, nullable=False),
    _reference("chat_id", "chats", nullable=True),
    # `me`, or the phone or privacy id of whoever reacted: one reaction each.
    sa.Column("sender_key", sa.String(100), nullable=False),
    sa.Column("sender_name", sa.String(255)),
    # Empty once taken back; kept, so that a late older reaction does not return.
    sa.Column("emoji", sa.String(64), nullable=False),
    sa.Column("reacted_at_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("whatsapp_account_id", "provider_key", "sender_key"),
    sa.Index(None, "chat_id"),
)

receipts = sa.Table(
    "receipts",
    metadata,
    _id(),
    _reference("workspace_id", "workspaces"),
    _reference("whatsapp_account_id", "whatsapp_accounts"),
    sa.Column("provider_key", Key, nullable=False),
    # ack | edit | revoke: news of a message that has not come yet.
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("news", _Json, nullable=False),
    sa.Column("received_at_ms", sa.BigInteger, nullable=False),
    sa.UniqueConstraint("whatsapp_account_id", "provider_key", "kind"),
)

# Without references: to put a job into the queue must not wait for whoever changes the rows that it speaks of.
jobs = sa.Table(
    "jobs",
    metadata,
    _id(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("workspace_id", Id, nullable=False),
    sa.Column("account_id", Id, nullable=False),
    # Jobs of one lane are done one after the other, in the order of their ids.
    sa.Column("lane", sa.String(64)),
    # When it may be taken; while somebody holds it, when the lease ends.
    sa.Column("due_at_ms", sa.BigInteger, nullable=False),
    sa.Column("holder", sa.String(150)),
    _count("failures"),
    _count("losses"),
    sa.Column("error", sa.Text),
    sa.Column("created_at_ms", sa.BigInteger, nullable=False),
    sa.Column("dead_at_ms", sa.BigInteger),
    # Compressed JSON; last, because SQLite walks over it to what comes after.
    sa.Column("payload", LongBytes, nullable=False),
    sa.Index(None, "kind", "due_at_ms", "account_id"),
    sa.Index(None, "account_id", "kind"),
    sa.Index(None, "lane", "id"),
    sqlite_autoincrement=True,
)

server_state = sa.Table(
    "server_state",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

BURIED = "merged:"
"""Begins the provider's key of an echo whose place the message typed here took."""

NEVER_REUSED = (whatsapp_accounts, contacts, whatsapp_groups, conversations, chats)
"""Clients hold ids of these: one that was given out never names another row, not even after its row was lost."""
