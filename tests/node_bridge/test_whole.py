"""The real bridge process and the real backend process, killed and started again: nothing is lost, nothing doubled."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync_backend.providers.base import (
    Accepted,
    OutboundMessage,
    OutboundReaction,
    Reacted,
    Recipient,
    Refused,
    Unavailable,
)
from sync_backend.providers.bridge_client import BridgeAccount
from sync_backend.providers.session_bridge import SessionBridge
from sync_backend.providers.webjs import WebJsProvider
from tests.e2e.backend import Backend, ReservedPort
from tests.e2e.waiting import until
from tests.node_bridge.bridge import Bridge
from tests.node_bridge.flaky import flaky_way
from wire.bridge import BridgeStart

MESSAGES = """
SELECT coalesce(groups.group_jid, contacts.phone), chats.wam_id, chats.body, chats.type = 'outbound',
       chats.sent_at_ms / 1000
FROM chats
LEFT JOIN whatsapp_groups AS groups ON groups.id = chats.group_id
LEFT JOIN contacts ON contacts.id = chats.contact_id
JOIN conversations ON conversations.id = chats.conversation_id
WHERE chats.deleted_at IS NULL
"""


class Inbox:
    """What the backend's database holds."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "data" / "inbox.sqlite3"

    def messages(self) -> list[tuple[str, str, str, bool, int]]:
        return [(chat, key, body, bool(ours), at) for chat, key, body, ours, at in self._rows(MESSAGES)]

    def count(self) -> int:
        return int(self._rows("SELECT count(*) FROM chats")[0][0])

    def sync_status(self) -> str:
        return str(self._rows("SELECT sync_status FROM whatsapp_accounts ORDER BY id LIMIT 1")[0][0])

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[tuple[Backend, Bridge, Inbox]]:
    backend = Backend(tmp_path)
    port = ReservedPort()
    bridge = Bridge(tmp_path, port)
    await backend.start()
    yield backend, bridge, Inbox(tmp_path)
    await bridge.stop()
    backend.close()
    port.give_back()


async def holds_exactly(inbox: Inbox, bridge: Bridge, seconds: float = 90) -> None:
    """The backend has each message of the phone once, in its chat."""
    expected = bridge.expected()

    def seen() -> str:
        return f"{inbox.count()} of {len(expected)}; {bridge.said()[-1500:]}"

    await until(lambda: inbox.count() >= len(expected), "all messages are there", seconds=seconds, seen=seen)
    stored = inbox.messages()
    assert len(stored) == len(set(stored))
    assert set(stored) == expected


@pytest.mark.timeout(240)
async def test_both_killed_in_the_middle_and_a_third_of_the_posts_refused(
    stage: tuple[Backend, Bridge, Inbox],
) -> None:
    """2,000 chats with live messages coming all the while, also while bridge or backend is away."""
    backend, bridge, inbox = stage
    team = await backend.add_team(bridge.url)
    now = int(time.time())
    world = {
        "chats": 2000,
        "messages": 6,
        "now": now - 60,
        "phone": "6281234567890",
        "live": {"from": now + 3, "perSecond": 50, "count": 800},
    }
    settings = {
        "BRIDGE_SYNC_MAX_CHATS": "all",
        "BRIDGE_SYNC_CHATS_PER_SECOND": "200",
        "BRIDGE_RETRY_FIRST_SECONDS": "0.05",
        "BRIDGE_RETRY_LONGEST_SECONDS": "0.5",
    }
    async with flaky_way(backend.url, share=0.3) as way:

        async def reached(share: float) -> None:
            enough = share * 12_000
            await until(lambda: inbox.count() > enough, f"{share:.0%} imported", seconds=60, seen=bridge.said)

        await bridge.start(way.url, team.numbers[0], world, **settings)
        await reached(0.2)
        await backend.kill()
        await backend.start()
        await reached(0.4)
        await bridge.kill()
        await bridge.start(way.url, team.numbers[0], world, **settings)
        await reached(0.6)
        await holds_exactly(inbox, bridge)
        await until(lambda: inbox.sync_status() == "completed", "the import ends", seconds=60, seen=inbox.sync_status)
        assert way.refused > 0.2 * way.posts
        await bridge.stop()


async def test_the_backends_own_calls_are_what_the_bridge_understands(stage: tuple[Backend, Bridge, Inbox]) -> None:
    backend, bridge, inbox = stage
    number = (await backend.add_team(bridge.url)).numbers[0]
    world = {"chats": 12, "messages": 3, "now": int(time.time()) - 60, "phone": "6281234567890"}
    await bridge.start(backend.url, number, world, BRIDGE_SYNC_CHATS_PER_SECOND="all")
    await until(lambda: inbox.sync_status() == "completed", "the import ends", seen=inbox.sync_status)
    async with httpx.AsyncClient() as http:
        account = BridgeAccount(number.session_id, bridge.url, number.secret)
        session = SessionBridge(http, account)
        assert (await session.start(BridgeStart(workspace_id=number.workspace_id))).status == "connected"
        assert (await session.qr()).qr is None
        await session.start_sync()
        await session.cancel_sync()
        provider = WebJsProvider(http, account)
        message = OutboundMessage(client_uuid=str(uuid.uuid4()), to=Recipient("phone", "+6281110100000"), body="Halo")
        accepted = await provider.send(message)
        assert isinstance(accepted, Accepted)
        assert await provider.send(message) == accepted
        reaction = OutboundReaction(to=message.to, message_id=accepted.provider_message_id, from_me=True, emoji="👍")
        assert isinstance(await provider.react(reaction), Reacted)
        stranger = await provider.send(
            replace(message, client_uuid=str(uuid.uuid4()), to=Recipient("phone", "+6281110000000"))
        )
        assert isinstance(stranger, Refused)
        assert stranger.code == "recipient_unknown"
        await until(
            lambda: any(row[1] == accepted.provider_message_id for row in inbox.messages()),
            "the echo",
            seen=inbox.count,
        )
        assert (await session.logout()).status == "logged_out"
        assert isinstance(await provider.send(replace(message, client_uuid=str(uuid.uuid4()))), Unavailable)
