"""Search reads an index of names and numbers, on PostgreSQL one of every three letters of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("contacts", "whatsapp_groups")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(op.f(f"ix_{table}_workspace_id_search_text"), table, ["workspace_id", "search_text"])
    if _has_trigrams():
        for table in _TABLES:
            op.execute(f"CREATE INDEX ix_{table}_trigrams ON {table} USING gin (search_text gin_trgm_ops)")


def downgrade() -> None:
    for table in _TABLES:
        if op.get_context().dialect.name == "postgresql":
            op.execute(f"DROP INDEX IF EXISTS ix_{table}_trigrams")
        op.drop_index(op.f(f"ix_{table}_workspace_id_search_text"), table_name=table)


def _has_trigrams() -> bool:
    """PostgreSQL's own extension, which may be missing or not allowed: then the other index is read."""
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return False
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except sa.exc.DBAPIError:
        return False
    return True
