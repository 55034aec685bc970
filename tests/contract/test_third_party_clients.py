"""Clients that we did not write, pusher-js and Laravel Echo, understand our realtime endpoint."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract.realtime_backend import RealtimeBackend, group_message, running_backend
from wire.realtime import workspace_channel

NODE_PACKAGE = Path(__file__).parent / "realtime_node"
DEADLINE_SECONDS = 20.0

LISTENERS = {
    "pusher-js": ["pusher-js.mjs"],
    "Laravel Echo on pusher": ["laravel-echo.mjs", "--broadcaster=pusher"],
    "Laravel Echo on reverb": ["laravel-echo.mjs", "--broadcaster=reverb"],
}
each_listener = pytest.mark.parametrize("script", LISTENERS.values(), ids=LISTENERS)


@pytest.fixture(scope="module", autouse=True)
def node_packages() -> None:
    if shutil.which("node") is None or not (NODE_PACKAGE / "node_modules").is_dir():
        pytest.fail("Needs Node 20 or newer and: npm ci --prefix tests/contract/realtime_node", pytrace=False)


class Listener:
    """A Node process that tells what its client library saw."""

    def __init__(self, output: asyncio.StreamReader) -> None:
        self._output = output

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(DEADLINE_SECONDS):
            line = await self._output.readline()
        assert line, "the listener ended; what it wrote to standard error is in the test's output"
        told: dict[str, Any] = json.loads(line)
        return told


@asynccontextmanager
async def listener(
    script: list[str], backend: RealtimeBackend, *more: str, token: str | None = None, workspace: str | None = None
) -> AsyncIterator[Listener]:
    arguments = {
        "host": backend.host,
        "port": backend.port,
        "key": backend.key,
        "token": backend.token if token is None else token,
        "workspace": backend.workspace_id if workspace is None else workspace,
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        *script,
        *(f"--{name}={value}" for name, value in arguments.items()),
        *more,
        cwd=NODE_PACKAGE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Listener(process.stdout)
    finally:
        process.stdin.close()
        await process.communicate()


@each_listener
async def test_a_webhook_reaches_the_listener_with_the_originals_payload(script: list[str], tmp_path: Path) -> None:
    body = 'Halo 👋 "semua"\n\u202eשלום'
    async with running_backend(tmp_path) as backend, listener(script, backend) as client:
        assert await client.next() == {"subscribed": workspace_channel(backend.workspace_id)}
        assert (await backend.receive(group_message(backend, body))).json() == {"success": True}
        payload = (await client.next())["payload"]
    chat, group = payload["chat"], payload["group"]
    assert set(chat) == {"id", "type", "chat_type", "provider_type", "message", "created_at", "is_read"}
    assert (chat["type"], chat["chat_type"], chat["provider_type"]) == ("inbound", "group", "webjs")
    assert (chat["message"], chat["is_read"]) == (body, False)
    assert payload["contact"] is None
    assert (group["name"], set(group)) == ("Keluarga 👨‍👩‍👧", {"id", "name", "participants_count"})
    assert payload["sender"] == {"name": "Sari", "phone": "+6281234567890"}
    assert payload["session"]["phone_number"] == "+6281200000001"


@each_listener
async def test_another_workspaces_channel_is_refused(script: list[str], tmp_path: Path) -> None:
    async with running_backend(tmp_path) as backend:
        other = str(int(backend.workspace_id) + 1)
        async with listener(script, backend, workspace=other) as client:
            assert await client.next() == {"refused": 404}
            assert await backend.publish(workspace_channel(other), "new-chat-received", "{}") == 0


async def test_a_wrong_token_is_refused(tmp_path: Path) -> None:
    async with (
        running_backend(tmp_path) as backend,
        listener(LISTENERS["pusher-js"], backend, token="stolen") as client,
    ):
        assert await client.next() == {"refused": 401}


async def test_a_forged_signature_is_refused_by_the_socket_and_the_client_is_told(tmp_path: Path) -> None:
    async with (
        running_backend(tmp_path) as backend,
        listener(LISTENERS["pusher-js"], backend, "--forged-auth") as client,
    ):
        assert await client.next() == {"refused": 401}
        error = (await client.next())["error"]
        assert error == {"code": 4009, "message": "Connection is unauthorized"}
        assert await backend.publish(workspace_channel(backend.workspace_id), "new-chat-received", "{}") == 0


async def test_when_a_server_hands_over_to_its_successor_the_client_follows_at_once(tmp_path: Path) -> None:
    async with AsyncExitStack() as old_life:
        old = await old_life.enter_async_context(running_backend(tmp_path))
        channel = workspace_channel(old.workspace_id)
        async with listener(LISTENERS["pusher-js"], old) as client:
            assert await client.next() == {"subscribed": channel}
            async with running_backend(tmp_path, port=old.port) as successor:
                await old_life.aclose()
                while "error" in (told := await client.next()):  # pusher-js tells of one close twice
                    assert told["error"]["code"] == 4200
                assert told == {"subscribed": channel}
                assert await successor.publish(channel, "changes", "{}") == 1
