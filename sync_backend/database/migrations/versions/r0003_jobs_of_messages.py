"""Messages on their way become jobs of the queue."""

from __future__ import annotations

import json
import time
import zlib

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_chats = sa.table(
    "chats",
    *(
        sa.column(name)
        for name in (
            "id",
            "workspace_id",
            "whatsapp_account_id",
            "conversation_id",
            "type",
            "client_uuid",
            "status",
            "deleted_at",
            "deleted_by",
        )
    ),
)
_jobs = sa.table(
    "jobs",
    *(
        sa.column(name)
        for name in ("kind", "workspace_id", "account_id", "lane", "payload", "due_at_ms", "created_at_ms")
    ),
)


def upgrade() -> None:
    on_their_way = sa.select(_chats).where(
        _chats.c.type == "outbound",
        _chats.c.client_uuid.is_not(None),
        _chats.c.status.in_(("queued", "sending")),
        _chats.c.deleted_at.is_(None),
        _chats.c.deleted_by.is_(None),
    )
    now = time.time_ns() // 1_000_000
    rows = [
        {
            "kind": "send",
            "workspace_id": row.workspace_id,
            "account_id": row.whatsapp_account_id,
            "lane": f"conversation:{row.conversation_id}",
            "payload": _packed({"message_id": row.id, "tries": 0, "first_try_ms": None}),
            "due_at_ms": now,
            "created_at_ms": now,
        }
        for row in op.get_bind().execute(on_their_way.order_by(_chats.c.id))
    ]
    if rows:
        op.bulk_insert(_jobs, rows)


def _packed(payload: dict[str, int | None]) -> bytes:
    """As `sync_backend.jobs.queue` reads it."""
    return zlib.compress(json.dumps(payload).encode(), 1)


def downgrade() -> None:
    """The older version finds messages on their way by their status."""
    op.execute(sa.delete(_jobs).where(_jobs.c.kind == "send"))
