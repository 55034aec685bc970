"""A worker in a process of its own does what a server without one leaves in the queue, and tells its desktops."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import httpx
import orjson

from tests.sync_backend.cli.processes import made, run, serving, working
from wire.signatures import sign_body
from wire.webhooks import SIGNATURE_HEADER


async def first_chats(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Waits for the list to show something."""
    async with asyncio.timeout(30):
        while True:
            items: list[dict[str, Any]] = (await client.get("/api/v1/conversations")).json()["items"]
            if items:
                return items
            await asyncio.sleep(0.05)


async def test_a_worker_apart_imports_what_a_server_queued(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    workspace = await made(data_dir, "workspace", "add", "--name", "Toko")
    account = await made(
        data_dir, "account", "add", "--workspace", workspace["id"], "--provider", "webjs", "--phone", "+62811000001"
    )
    user = await made(
        data_dir, "user", "add", "--workspace", workspace["id"], "--email", "a@example.com", "--role", "agent"
    )
    token = await made(data_dir, "token", "issue", "--user", user["id"])
    chat = {
        "type": "private",
        "contact_phone": "6281200000001@c.us",
        "last_message": "Halo",
        "timestamp": 1_700_000_000,
    }
    body = orjson.dumps({"session_id": account["id"], "workspace_id": workspace["id"], "chats": [chat]})
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign_body(account["hmac_secret"], body)}
    async with serving(data_dir, "--no-worker") as server, httpx.AsyncClient(base_url=server.url) as client:
        queued = await client.post("/api/whatsapp/chats/sync", content=body, headers=headers)
        assert queued.status_code == 202
        listed = (await run(data_dir, "jobs", "list", "--json")).json["items"]
        assert [(job["kind"], job["state"]) for job in listed] == [("import", "waiting")]
        client.headers["Authorization"] = f"Bearer {token['token']}"
        async with working(data_dir):
            items = await first_chats(client)
        assert items[0]["last_message"]["body"] == "Halo"
        assert (await run(data_dir, "jobs", "list", "--json")).json["items"] == []
