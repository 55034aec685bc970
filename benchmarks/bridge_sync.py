"""How long a number's first import takes, from `ready` to `completed`: real bridge (on a stand-in phone), real backend.

500 chats of 50 messages, at the default 10 chats a second (whose reading alone takes 49.9 s: that is the floor), and
without that limit.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

CHATS, MESSAGES = 500, 50
GOAL_SECONDS = 60.0
IMPORTED = "SELECT sync_status, (SELECT count(*) FROM chats) FROM whatsapp_accounts"
ROOT = Path(__file__).parents[1]


async def main() -> int:
    limited = await _measure("10")
    floor = (CHATS - 1) / 10
    print(f"10 chats/s   {limited:6.1f} s   ÷ reading alone {limited / floor:.2f}   goal ≤ {GOAL_SECONDS:.0f} s")  # noqa: T201
    free = await _measure("all")
    print(f"no limit     {free:6.1f} s   {CHATS * MESSAGES / free:,.0f} messages/s")  # noqa: T201
    return 0 if limited <= GOAL_SECONDS else 1


async def _measure(rate: str) -> float:
    with tempfile.TemporaryDirectory(prefix="bench-bridge-") as name:
        folder = Path(name)
        backend_port, bridge_port = _free_port(), _free_port()
        settings = {"INBOX_DATA_DIR": str(folder / "data"), "INBOX_LOG_LEVEL": "warning"}
        serve = [sys.executable, "-m", "sync_backend", "serve", "--port", str(backend_port)]
        backend = _spawn(folder / "backend.log", serve, settings)
        try:
            await _until(lambda: '"ready"' in (folder / "backend.log").read_text())
            account = _number(folder, bridge_port)
            bridge_settings = _bridge_settings(folder, account, backend_port, bridge_port, rate)
            command = ["node", str(ROOT / "node_bridge/src/main.js")]
            bridge = _spawn(folder / "bridge.log", command, bridge_settings)
            try:
                return await _ready_to_completed(folder)
            finally:
                bridge.terminate()
                bridge.wait()
        finally:
            backend.terminate()
            backend.wait()


async def _ready_to_completed(folder: Path) -> float:
    log, database = folder / "bridge.log", folder / "data" / "inbox.sqlite3"
    await _until(lambda: '"status":"connected"' in log.read_text())
    began = time.perf_counter()

    def completed() -> bool:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)
        try:
            [(status, count)] = connection.execute(IMPORTED)
        finally:
            connection.close()
        return bool(status == "completed" and count == CHATS * MESSAGES)

    await _until(completed)
    return time.perf_counter() - began


def _number(folder: Path, bridge_port: int) -> dict[str, str]:
    environment = {"INBOX_DATA_DIR": str(folder / "data")}
    workspace = _command(environment, "workspace", "add", "--name", "Bench")
    account = _command(
        environment, "account", "add", "--workspace", str(workspace["id"]), "--provider", "webjs",
        "--phone", "+6281200000001", "--bridge-url", f"http://127.0.0.1:{bridge_port}",
    )  # fmt: skip
    return {"id": str(account["id"]), "workspace_id": str(workspace["id"]), "hmac_secret": str(account["hmac_secret"])}


def _bridge_settings(folder: Path, account: dict[str, str], backend: int, bridge: int, rate: str) -> dict[str, str]:
    (folder / "sessions.json").write_text(json.dumps([account]))
    world = {"chats": CHATS, "messages": MESSAGES, "now": int(time.time()) - 60, "phone": "6281200000001"}
    (folder / "worlds.json").write_text(json.dumps({"default": world}))
    return {
        "BRIDGE_BACKEND_URL": f"http://127.0.0.1:{backend}",
        "BRIDGE_PORT": str(bridge),
        "BRIDGE_DATA_DIR": str(folder / "bridge"),
        "BRIDGE_SESSIONS_FILE": str(folder / "sessions.json"),
        "BRIDGE_CLIENT_MODULE": str(ROOT / "node_bridge/standin/client.js"),
        "BRIDGE_SYNC_CHATS_PER_SECOND": rate,
        "STANDIN_WORLDS": str(folder / "worlds.json"),
    }


def _command(environment: dict[str, str], *arguments: str) -> dict[str, object]:
    run = subprocess.run(
        [sys.executable, "-m", "sync_backend", *arguments, "--json"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, object] = json.loads(run.stdout)
    return answer


def _spawn(log: Path, command: list[str], settings: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=file, env=os.environ | settings)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


async def _until(condition: Callable[[], bool], seconds: float = 180) -> None:
    ends = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > ends:
            raise TimeoutError("the import did not end")
        await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
