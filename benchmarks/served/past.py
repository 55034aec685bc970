"""Writes a long past straight into a backend's database: what took a team a week would take the webhooks an hour."""

from __future__ import annotations

import random
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sync_backend.store.messages import sort_order

_WEEK_MS = 7 * 86_400_000
_LIVELY = 1.2
"""Exponent of how chats share the messages: a few have most of them."""


def add_messages(database: Path, count: int, *, receipts: int = 0, seed: int = 1) -> None:
    """`count` messages of the last week in the chats that there are, a number (`version`) each, as live traffic has it;
    after them so many receipts, for messages of any age."""
    rng = random.Random(seed)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN IMMEDIATE")
        workspace, head = connection.execute("SELECT id, head FROM workspaces").fetchone()
        templates = connection.execute("SELECT * FROM chats GROUP BY conversation_id").fetchall()
        shares = [1 / place**_LIVELY for place in range(1, len(templates) + 1)]
        rng.shuffle(shares)
        chosen = rng.choices(templates, shares, k=count)
        rows = list(_messages(chosen, head, count, rng))
        columns = ", ".join(f'"{name}"' for name in rows[0])
        marks = ", ".join(f":{name}" for name in rows[0])
        connection.executemany(f"INSERT INTO chats ({columns}) VALUES ({marks})", rows)
        known = [each for (each,) in connection.execute("SELECT id FROM chats")]
        ticked = rng.sample(known, receipts)
        connection.executemany(
            "UPDATE chats SET status = 'read', version = ? WHERE id = ?",
            [(head + count + place, each) for place, each in enumerate(ticked, 1)],
        )
        connection.execute(_LIFT_CONVERSATIONS)
        connection.execute("UPDATE workspaces SET head = ? WHERE id = ?", (head + count + receipts, workspace))
        connection.execute("COMMIT")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _messages(chosen: list[sqlite3.Row], head: int, count: int, rng: random.Random) -> Iterator[dict[str, object]]:
    now = int(time.time() * 1000)
    for place, template in enumerate(chosen, 1):
        sent_at = now - _WEEK_MS + place * _WEEK_MS // count
        outbound = rng.random() < 0.4
        yield {
            **{name: template[name] for name in template.keys() if name != "id"},  # noqa: SIM118  # a Row's keys
            "uuid": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "wam_id": f"PAST{head + place:016d}",
            "provider_key": f"PAST{head + place:016d}",
            "type": "outbound" if outbound else "inbound",
            "status": "delivered",
            "is_read": rng.random() < 0.95,
            "body": f"Baik kak, pesanan nomor {place} kami proses hari ini ya. Terima kasih banyak 🙏",
            "sent_at_ms": sent_at,
            "created_at": sent_at,
            "sort_order": sort_order(sent_at, now, head + place),
            "arrival": head + place,
            "version": head + place,
        }


_LIFT_CONVERSATIONS = """
UPDATE conversations SET
    last_message_id = newest.id, last_message_at_ms = newest.sent_at_ms, version = newest.version,
    unread_count = (
        SELECT count(*) FROM chats WHERE conversation_id = conversations.id AND type = 'inbound' AND NOT is_read
    )
FROM (
    SELECT conversation_id, id, sent_at_ms, max(sort_order), max(version) AS version FROM chats GROUP BY conversation_id
) AS newest
WHERE newest.conversation_id = conversations.id
"""
