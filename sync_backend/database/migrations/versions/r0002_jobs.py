"""The queue, and how far each number's import has come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from sync_backend.database.types import Id, LongBytes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", Id, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("lane", sa.String(length=64), nullable=True),
        sa.Column("due_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=150), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("losses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("dead_at_ms", sa.BigInteger(), nullable=True),
        sa.Column("payload", LongBytes, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_kind_due_at_ms_account_id"), "jobs", ["kind", "due_at_ms", "account_id"])
    op.create_index(op.f("ix_jobs_account_id_kind"), "jobs", ["account_id", "kind"])
    op.create_index(op.f("ix_jobs_lane_id"), "jobs", ["lane", "id"])
    for name in ("sync_run", "imported_count"):
        op.add_column("whatsapp_accounts", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("whatsapp_accounts", sa.Column("sync_started_at_ms", sa.BigInteger(), nullable=True))
    op.add_column("whatsapp_accounts", sa.Column("sync_ended_as", sa.String(length=20), nullable=True))
    op.add_column("conversations", sa.Column("sync_run", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("conversations", "sync_run")
    for name in ("sync_ended_as", "sync_started_at_ms", "imported_count", "sync_run"):
        op.drop_column("whatsapp_accounts", name)
    op.drop_table("jobs")
