"""The outbox's schema: what a person typed, wrote half or read, until the server has it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

SCHEMA_VERSION: Final = 3
"""Nobody else has these rows: a change below needs a step in `STEPS`."""

schema = MetaData()

outgoing = Table(
    "outgoing",
    schema,
    Column("place", Integer, primary_key=True),  # in the order typed
    Column("uuid", Text, nullable=False, unique=True),
    Column("conversation_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("reply_to", Text),
    Column("created_at_ms", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("tried_in_epoch", Text),
    Column("retry_of", Text),
    Column("template", Text),
    sqlite_autoincrement=True,
)

Index("outgoing_of_conversation", outgoing.c.conversation_id, outgoing.c.place)

drafts = Table(
    "drafts",
    schema,
    Column("conversation_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

reads = Table(
    "reads",
    schema,
    Column("conversation_id", Text, primary_key=True),
    Column("message_id", Text, nullable=False),
)

acts = Table(
    "acts",
    schema,
    Column("message_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),  # discard, react
    Column("conversation_id", Text, nullable=False),
    Column("value", Text, nullable=False),
)

STEPS: Final = {
    1: (
        "ALTER TABLE outgoing ADD COLUMN retry_of TEXT",
        "CREATE TABLE acts (message_id TEXT NOT NULL, kind TEXT NOT NULL, conversation_id TEXT NOT NULL, "
        "value TEXT NOT NULL, PRIMARY KEY (message_id, kind))",
    ),
    2: ("ALTER TABLE outgoing ADD COLUMN template TEXT",),
}
"""What brings a file of this version to the next one."""
