"""Makes a past of a million messages in half a minute: the database computes it, nothing of it is sent."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sync_backend.database import migrate
from sync_backend.database.tables import whatsapp_accounts, workspaces

WORKSPACE: Final = 1
_NUMBERS: Final = 3
_GROUPS: Final = 200
_CHUNK: Final = 100_000
_START_MS: Final = 1_700_000_000_000


def people_of(messages: int) -> int:
    """As in the measurements that the goals come from: 2,000 at 50,000 messages, 20,000 at a million."""
    return max(messages // 50, 2000)


async def add_past(url: str, messages: int) -> None:
    """Into an empty database, which gets its schema; one message a second, a tenth of them in groups."""
    await migrate.upgrade(url)
    engine = create_async_engine(url)
    people = people_of(messages)
    async with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.create_function("CONCAT", -1, lambda *parts: "".join(map(str, parts)))  # newer SQLites have it
        await connection.execute(
            sa.insert(workspaces), {"id": WORKSPACE, "uuid": "w", "name": "Toko", "head": messages}
        )
        numbers = [
            {
                "id": each,
                "uuid": f"a{each}",
                "workspace_id": WORKSPACE,
                "phone_number": f"+62{each}",
                "provider_type": "webjs",
            }
            for each in range(1, _NUMBERS + 1)
        ]
        await connection.execute(sa.insert(whatsapp_accounts), numbers)
        await _insert(connection, "contacts", _CONTACTS, people)
        await _insert(connection, "whatsapp_groups", _GROUP_COLUMNS, _GROUPS)
        await _insert(connection, "conversations", _of_contacts(), people)
        await _insert(connection, "conversations", _of_groups(people), _GROUPS)
        await _insert(connection, "chats", _chats(people), messages)
        await connection.execute(sa.text(_SHOW_LAST))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in _FRESH_STATISTICS[connection.dialect.name]:
            await connection.exec_driver_sql(statement)
    await engine.dispose()


async def _insert(connection: AsyncConnection, table: str, columns: dict[str, str], count: int) -> None:
    dialect = connection.dialect.name
    quoted = ", ".join(f"`{name}`" if dialect == "mysql" else f'"{name}"' for name in columns)
    for first in range(1, count + 1, _CHUNK):
        last = min(first + _CHUNK - 1, count)
        values = ", ".join(_in_words_of(dialect, expression) for expression in columns.values())
        numbers = _NUMBERS_OF[dialect].format(first=first, last=last)
        await connection.execute(sa.text(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {numbers}"))


def _in_words_of(dialect: str, expression: str) -> str:
    """`{moment}` and `{bigint}` are said differently."""
    return expression.replace("{moment}", _MOMENT[dialect]).replace(
        "{bigint}", "SIGNED" if dialect == "mysql" else "BIGINT"
    )


_NUMBERS_OF: Final = {
    "sqlite": (
        "(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)"
    ),
    "postgresql": "generate_series({first}, {last}) AS s(n)",
    "mysql": "(SELECT seq AS n FROM seq_{first}_to_{last}) AS s",
}
_MOMENT: Final = {
    "sqlite": "strftime('%Y-%m-%d %H\\:%M\\:%S.000000', 1700000000 + n, 'unixepoch')",
    "postgresql": "TIMESTAMP '2023-11-14 22\\:13\\:20' + n * INTERVAL '1 second'",
    "mysql": "TIMESTAMP'2023-11-14 22\\:13\\:20' + INTERVAL n SECOND",
}
_FRESH_STATISTICS: Final = {
    "sqlite": ["ANALYZE"],
    "postgresql": ["VACUUM ANALYZE"],
    "mysql": ["ANALYZE TABLE contacts, whatsapp_groups, conversations, chats"],
}

_NAMES: Final = ("budi", "sari", "dewi", "agus", "putri", "eko", "rina", "wati", "joko", "indah")
_FIRST_NAME: Final = "CASE n % 10 " + " ".join(f"WHEN {at} THEN '{name}'" for at, name in enumerate(_NAMES)) + " END"
_CONTACTS: Final = {
    "id": "n",
    "uuid": "CONCAT('c', n)",
    "workspace_id": "1",
    "first_name": f"CONCAT({_FIRST_NAME}, ' n', n, 'x')",
    "phone": "CONCAT('+62', 8120000000 + n)",
    "search_text": f"CONCAT({_FIRST_NAME}, ' n', n, 'x +62', 8120000000 + n)",
    "version": "n",
}
_GROUP_COLUMNS: Final = {
    "id": "n",
    "uuid": "CONCAT('g', n)",
    "workspace_id": "1",
    "group_jid": "CONCAT('12036300', n, '@g.us')",
    "name": "CONCAT('Grup ', n)",
    "search_text": "CONCAT('grup ', n)",
    "version": "n",
}
_SHOW_LAST: Final = (
    "UPDATE conversations SET last_message_id = "
    "(SELECT id FROM chats WHERE conversation_id = conversations.id ORDER BY sort_order DESC, id DESC LIMIT 1), "
    "last_message_at_ms = COALESCE((SELECT sent_at_ms FROM chats WHERE conversation_id = conversations.id "
    "ORDER BY sort_order DESC, id DESC LIMIT 1), 0)"
)


def _conversations(partner: str, chat_type: str, offset: int) -> dict[str, str]:
    return {
        "id": f"n + {offset}",
        "uuid": f"CONCAT('v', n + {offset})",
        "workspace_id": "1",
        "whatsapp_account_id": f"1 + n % {_NUMBERS}",
        "chat_type": f"'{chat_type}'",
        partner: "n",
        "version": f"n + {offset}",
    }


def _of_contacts() -> dict[str, str]:
    return _conversations("contact_id", "private", 0)


def _of_groups(people: int) -> dict[str, str]:
    return _conversations("group_id", "group", people)


def _chats(people: int) -> dict[str, str]:
    """Message n belongs to a person that a multiplication chooses, every tenth to a group."""
    in_group = "n % 10 = 0"
    person, group = f"1 + CAST(n AS {{bigint}}) * 7919 % {people}", f"1 + CAST(n / 10 AS {{bigint}}) % {_GROUPS}"
    return {
        "id": "n",
        "uuid": "CONCAT('m', n)",
        "workspace_id": "1",
        "whatsapp_account_id": f"1 + n % {_NUMBERS}",
        "wam_id": "CONCAT('WA', n)",
        "provider_key": "CONCAT('WA', n)",
        "contact_id": f"CASE WHEN {in_group} THEN NULL ELSE {person} END",
        "group_id": f"CASE WHEN {in_group} THEN {group} END",
        "conversation_id": f"CASE WHEN {in_group} THEN {people} + {group} ELSE {person} END",
        "type": "CASE WHEN n % 3 = 0 THEN 'outbound' ELSE 'inbound' END",
        "status": "'delivered'",
        "is_read": "true",
        "created_at": "{moment}",
        "provider_type": "'webjs'",
        "chat_type": f"CASE WHEN {in_group} THEN 'group' ELSE 'private' END",
        "body": "CONCAT('Selamat pagi, pesanan nomor ', n, ' sudah kami terima dan segera dikirim.')",
        "message_type": "'text'",
        "sent_at_ms": f"{_START_MS} + CAST(n AS {{bigint}}) * 1000",
        "sort_order": f"CONCAT({_START_MS} + CAST(n AS {{bigint}}) * 1000, '-', 100000000000 + n)",
        "arrival": "n",
        "version": "n",
    }
