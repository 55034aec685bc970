"""`sync-backend serve` works with nothing configured, stops gently, and survives being killed."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.sync_backend.backend import PASSWORD, post_webhook
from tests.sync_backend.cli.processes import made, run, serving, signed_in
from tests.sync_backend.fake_bridge import FakeBridge


async def test_with_nothing_configured_it_serves_and_says_how_to_sign_in(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"

    async with serving(data_dir) as server:
        credentials = dict(line.strip().split(None, 2)[:2] for line in server.printed[1:])
        async with signed_in(server.url, credentials["e-mail:"], credentials["password:"]) as admin:
            me = (await admin.get("/api/v1/me")).json()
            ready = await admin.get("/readyz")
        assert await server.stop() == 0

    assert (me["user"]["role"], me["realtime"]["port"]) == ("admin", httpx.URL(server.url).port)
    assert ready.status_code == 200
    assert stat.S_IMODE((data_dir / "secrets.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700

    async with serving(data_dir) as again:
        assert again.printed == []
        async with signed_in(again.url, credentials["e-mail:"], credentials["password:"]) as admin:
            assert (await admin.get("/api/v1/me")).json()["realtime"]["key"] == me["realtime"]["key"]


async def test_a_port_in_use_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = await run(tmp_path / "data", "serve", "--port", str(taken.getsockname()[1]))

    assert said.status == 1
    assert "Cannot listen" in said.err
    assert "Traceback" not in said.err


async def test_stopping_tells_desktops_to_come_back(tmp_path: Path) -> None:
    async with serving(tmp_path / "data") as server:
        async with httpx.AsyncClient(base_url=server.url) as anyone:
            assert (await anyone.get("/healthz")).status_code == 200
        key = orjson.loads((tmp_path / "data" / "secrets.json").read_bytes())["pusher_app_key"]
        async with connect(f"{server.url.replace('http', 'ws')}/app/{key}?protocol=7") as desktop:
            await desktop.recv()
            stopping = asyncio.create_task(server.stop())
            with pytest.raises(ConnectionClosed) as closed:
                await desktop.recv()
        assert await stopping == 0
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4200


async def test_killed_between_call_and_answer_the_message_is_sent_exactly_once(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    async with FakeBridge().running() as bridge:
        workspace = await made(data_dir, "workspace", "add", "--name", "Toko")
        agent = ("--email", "sari@example.com", "--role", "agent", "--password", PASSWORD)
        await made(data_dir, "user", "add", "--workspace", workspace["id"], *agent)
        number = ("--provider", "webjs", "--phone", "+62 812-3456-7890", "--bridge-url", bridge.url)
        account = await made(data_dir, "account", "add", "--workspace", workspace["id"], *number)
        bridge.secret = account["hmac_secret"]

        async with serving(data_dir) as server, signed_in(server.url, "sari@example.com", PASSWORD) as client:
            event = {
                "session_id": account["id"], "workspace_id": workspace["id"], "chat_type": "private",
                "contact_phone": "6281111111111@c.us", "message_body": "Halo", "message_id": "IN1",
                "timestamp": 1_700_000_000,
            }  # fmt: skip
            assert (await post_webhook(client, account["hmac_secret"], event)).status_code == 200
            conversation = (await client.get("/api/v1/conversations")).json()["items"][0]["id"]
            messages = f"/api/v1/conversations/{conversation}/messages"
            bridge.hold_next()
            await client.post(messages, json={"uuid": str(uuid4()), "body": "pertama"})
            await bridge.was_called(1)
            await client.post(messages, json={"uuid": str(uuid4()), "body": "kedua"})
            assert (await client.get(messages)).json()["items"][1]["status"] == "sending"
            await server.kill()

        async with serving(data_dir) as server, signed_in(server.url, "sari@example.com", PASSWORD) as client:
            await until_all_sent(client, messages)

        bridge.accepted_exactly("pertama", "kedua")
        assert [call["body"] for call in bridge.calls] == ["pertama", "pertama", "kedua"]


async def until_all_sent(client: httpx.AsyncClient, messages: str) -> None:
    async with asyncio.timeout(20):
        while True:
            items: list[dict[str, Any]] = (await client.get(messages)).json()["items"]
            if all(item["status"] == "sent" for item in items if item["direction"] == "outbound"):
                return
            await asyncio.sleep(0.02)
