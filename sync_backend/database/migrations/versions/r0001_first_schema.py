"""The whole first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sync_backend.database.types import Exact, Id, Key, LongText, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "server_state",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_state")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("head", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("uuid", name=op.f("uq_workspaces_uuid")),
    )
    op.create_table(
        "users",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_users_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("uuid", name=op.f("uq_users_uuid")),
    )
    op.create_index(op.f("ix_users_workspace_id"), "users", ["workspace_id"], unique=False)
    op.create_table(
        "whatsapp_accounts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("phone_number", sa.String(length=50), nullable=False),
        sa.Column("display_name", sa.String(length=255), nullable=True),
        sa.Column("provider_type", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=50), server_default="connecting", nullable=False),
        sa.Column("status_reason", sa.Text(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("health_score", sa.Integer(), server_default="100", nullable=False),
        sa.Column("unread_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bridge_url", sa.String(length=255), nullable=True),
        sa.Column("hmac_secret", sa.String(length=255), nullable=True),
        sa.Column("strict_signatures", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("provider_config", sa.JSON(), nullable=True),
        sa.Column("sync_status", sa.String(length=20), server_default="pending", nullable=False),
        sa.Column("synced_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total_count", sa.Integer(), nullable=True),
        sa.Column("last_sync_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_whatsapp_accounts_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whatsapp_accounts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_whatsapp_accounts_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_whatsapp_accounts_workspace_id_version_id"),
        "whatsapp_accounts",
        ["workspace_id", "version", "id"],
        unique=False,
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("user_id", Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device_name", sa.String(length=255), nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("last_used_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_tokens_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_access_tokens_token_hash")),
    )
    op.create_index(op.f("ix_access_tokens_user_id"), "access_tokens", ["user_id"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("first_name", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=50), nullable=True),
        sa.Column("search_text", sa.String(length=512), server_default="", nullable=False),
        sa.Column("source_type", sa.String(length=20), server_default="manual", nullable=False),
        sa.Column("source_session_id", Id, nullable=True),
        sa.Column("latest_chat_created_at", Moment(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_session_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_contacts_source_session_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_contacts_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_contacts_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_contacts_workspace_id_version_id"), "contacts", ["workspace_id", "version", "id"], unique=False
    )
    op.create_table(
        "receipts",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("whatsapp_account_id", Id, nullable=False),
        sa.Column("provider_key", Key, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("news", sa.JSON(), nullable=False),
        sa.Column("received_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["whatsapp_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_receipts_whatsapp_account_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_receipts_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipts")),
        sa.UniqueConstraint(
            "whatsapp_account_id",
            "provider_key",
            "kind",
            name=op.f("uq_receipts_whatsapp_account_id_provider_key_kind"),
        ),
    )
    op.create_table(
        "whatsapp_groups",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("whatsapp_account_id", Id, nullable=True),
        sa.Column("group_jid", Key, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("search_text", sa.String(length=512), server_default="", nullable=False),
        sa.Column("description", LongText, nullable=True),
        sa.Column("owner_phone", sa.String(length=50), nullable=True),
        sa.Column("participants", sa.JSON(), nullable=True),
        sa.Column("participants_count", sa.Integer(), nullable=True),
        sa.Column("invite_code", sa.String(length=255), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=True),
        sa.Column("group_created_at", Moment(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["whatsapp_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_whatsapp_groups_whatsapp_account_id_whatsapp_accounts"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_whatsapp_groups_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whatsapp_groups")),
        sa.UniqueConstraint("uuid", name=op.f("uq_whatsapp_groups_uuid")),
        sa.UniqueConstraint("workspace_id", "group_jid", name=op.f("uq_whatsapp_groups_workspace_id_group_jid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_whatsapp_groups_workspace_id_version_id"),
        "whatsapp_groups",
        ["workspace_id", "version", "id"],
        unique=False,
    )
    op.create_table(
        "contact_identities",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("contact_id", Id, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("value", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_contact_identities_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_contact_identities_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_identities")),
        sa.UniqueConstraint(
            "workspace_id", "kind", "value", name=op.f("uq_contact_identities_workspace_id_kind_value")
        ),
    )
    op.create_index(op.f("ix_contact_identities_contact_id"), "contact_identities", ["contact_id"], unique=False)
    op.create_table(
        "conversations",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("whatsapp_account_id", Id, nullable=False),
        sa.Column("chat_type", sa.String(length=10), nullable=False),
        sa.Column("contact_id", Id, nullable=True),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("last_message_id", Id, nullable=True),
        sa.Column("last_message_at_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("unread_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("status", sa.String(length=20), server_default="open", nullable=False),
        sa.Column("window_expires_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", Id, nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("updated_at", Moment(), nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_conversations_contact_id_contacts")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["whatsapp_groups.id"], name=op.f("fk_conversations_group_id_whatsapp_groups")
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["conversations.id"], name=op.f("fk_conversations_merged_into_conversations")
        ),
        sa.ForeignKeyConstraint(
            ["whatsapp_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_conversations_whatsapp_account_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_conversations_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_conversations_uuid")),
        sa.UniqueConstraint(
            "whatsapp_account_id", "contact_id", name=op.f("uq_conversations_whatsapp_account_id_contact_id")
        ),
        sa.UniqueConstraint(
            "whatsapp_account_id", "group_id", name=op.f("uq_conversations_whatsapp_account_id_group_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_conversations_account_list",
        "conversations",
        ["workspace_id", "whatsapp_account_id", "last_message_at_ms", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_conversations_contact_id"), "conversations", ["contact_id"], unique=False)
    op.create_index(op.f("ix_conversations_group_id"), "conversations", ["group_id"], unique=False)
    op.create_index(
        op.f("ix_conversations_workspace_id_last_message_at_ms_id"),
        "conversations",
        ["workspace_id", "last_message_at_ms", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_conversations_workspace_id_version_id"),
        "conversations",
        ["workspace_id", "version", "id"],
        unique=False,
    )
    op.create_table(
        "chats",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("uuid", sa.String(length=36), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("whatsapp_account_id", Id, nullable=False),
        sa.Column("wam_id", Key, nullable=True),
        sa.Column("contact_id", Id, nullable=True),
        sa.Column("user_id", Id, nullable=True),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("metadata", sa.JSON(), nullable=True),
        sa.Column("media_id", Id, nullable=True),
        sa.Column("status", sa.String(length=50), nullable=False),
        sa.Column("is_read", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("deleted_by", Id, nullable=True),
        sa.Column("deleted_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=True),
        sa.Column("provider_type", sa.String(length=20), nullable=False),
        sa.Column("chat_type", sa.String(length=10), nullable=False),
        sa.Column("group_id", Id, nullable=True),
        sa.Column("conversation_id", Id, nullable=False),
        sa.Column("provider_key", Key, nullable=False),
        sa.Column("body", LongText, nullable=False),
        sa.Column("message_type", sa.String(length=30), nullable=False),
        sa.Column("sent_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("sort_order", Exact(32), nullable=False),
        sa.Column("arrival", sa.BigInteger(), nullable=False),
        sa.Column("client_uuid", sa.String(length=36), nullable=True),
        sa.Column("sender_contact_id", Id, nullable=True),
        sa.Column("sender_name", sa.String(length=255), nullable=True),
        sa.Column("sender_phone", sa.String(length=50), nullable=True),
        sa.Column("quoted_provider_key", Key, nullable=True),
        sa.Column("quoted_chat_id", Id, nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.Column("edited_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("sent_via_account_id", Id, nullable=True),
        sa.Column("version", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_chats_contact_id_contacts")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_chats_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["group_id"], ["whatsapp_groups.id"], name=op.f("fk_chats_group_id_whatsapp_groups")),
        sa.ForeignKeyConstraint(
            ["sender_contact_id"], ["contacts.id"], name=op.f("fk_chats_sender_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["sent_via_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_chats_sent_via_account_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_chats_user_id_users")),
        sa.ForeignKeyConstraint(
            ["whatsapp_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_chats_whatsapp_account_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_chats_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("uuid", name=op.f("uq_chats_uuid")),
        sa.UniqueConstraint(
            "whatsapp_account_id", "type", "provider_key", name=op.f("uq_chats_whatsapp_account_id_type_provider_key")
        ),
        sa.UniqueConstraint("workspace_id", "client_uuid", name=op.f("uq_chats_workspace_id_client_uuid")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_chats_conversation_id_sort_order_id"), "chats", ["conversation_id", "sort_order", "id"], unique=False
    )
    op.create_index(
        "ix_chats_unread",
        "chats",
        ["conversation_id", "is_read", "arrival"],
        unique=False,
        sqlite_where=sa.text("is_read = 0"),
        postgresql_where=sa.text("NOT is_read"),
    )
    op.create_index(op.f("ix_chats_workspace_id_version_id"), "chats", ["workspace_id", "version", "id"], unique=False)
    op.create_table(
        "reactions",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("whatsapp_account_id", Id, nullable=False),
        sa.Column("provider_key", Key, nullable=False),
        sa.Column("chat_id", Id, nullable=True),
        sa.Column("sender_key", sa.String(length=100), nullable=False),
        sa.Column("sender_name", sa.String(length=255), nullable=True),
        sa.Column("emoji", sa.String(length=64), nullable=False),
        sa.Column("reacted_at_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_reactions_chat_id_chats")),
        sa.ForeignKeyConstraint(
            ["whatsapp_account_id"],
            ["whatsapp_accounts.id"],
            name=op.f("fk_reactions_whatsapp_account_id_whatsapp_accounts"),
        ),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_reactions_workspace_id_workspaces")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reactions")),
        sa.UniqueConstraint(
            "whatsapp_account_id",
            "provider_key",
            "sender_key",
            name=op.f("uq_reactions_whatsapp_account_id_provider_key_sender_key"),
        ),
    )
    op.create_index(op.f("ix_reactions_chat_id"), "reactions", ["chat_id"], unique=False)


def downgrade() -> None:
    op.drop_table("reactions")
    op.drop_table("chats")
    op.drop_table("conversations")
    op.drop_table("contact_identities")
    op.drop_table("whatsapp_groups")
    op.drop_table("receipts")
    op.drop_table("contacts")
    op.drop_table("access_tokens")
    op.drop_table("whatsapp_accounts")
    op.drop_table("users")
    op.drop_table("workspaces")
    op.drop_table("server_state")
