"""The outbox's schema: what a person typed, wrote half or read, until the server has it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

SCHEMA_VERSION: Final = 1
"""Nobody else has these rows: a change below needs a migration in `outbox`."""

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
