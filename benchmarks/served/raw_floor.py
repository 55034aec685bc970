"""The floor of a webhook's cost: raw sqlite3 that writes the same rows, one commit each, and nothing else."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path


def raw_milliseconds(database: Path, messages: int) -> float:
    """CPU per message; writes the last messages again, into a copy of the database without them."""
    with closing(sqlite3.connect(_copied(database), isolation_level=None)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = NORMAL")
        raw.execute("PRAGMA foreign_keys = ON")
        raw.row_factory = sqlite3.Row
        rows = raw.execute("SELECT * FROM chats ORDER BY id DESC LIMIT ?", (messages,)).fetchall()[::-1]
        raw.execute("DELETE FROM chats WHERE id >= ?", (rows[0]["id"],))
        insert = f"INSERT INTO chats VALUES ({','.join('?' * len(rows[0]))})"
        begin = time.process_time()
        for row in rows:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("UPDATE workspaces SET head = head + 1 WHERE id = ?", (row["workspace_id"],))
            raw.execute(insert, tuple(row))
            raw.execute(
                "UPDATE conversations SET last_message_id = ?, last_message_at_ms = ?, unread_count = unread_count + 1,"
                " version = ?, updated_at = ? WHERE id = ?",
                (row["id"], row["sent_at_ms"], row["version"], row["created_at"], row["conversation_id"]),
            )
            raw.execute(
                "UPDATE whatsapp_accounts SET unread_count = unread_count + 1, version = ? WHERE id = ?",
                (row["version"], row["whatsapp_account_id"]),
            )
            raw.execute(
                "UPDATE contacts SET latest_chat_created_at = ? WHERE id = ?", (row["created_at"], row["contact_id"])
            )
            raw.execute("COMMIT")
        return (time.process_time() - begin) / len(rows) * 1000


def _copied(database: Path) -> Path:
    copy = database.with_name("raw.sqlite3")
    for suffix in ("", "-wal"):
        original = database.with_name(database.name + suffix)
        if original.exists():
            shutil.copy(original, copy.with_name(copy.name + suffix))
    return copy
