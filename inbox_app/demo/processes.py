"""Starts what the demo talks to: the backend and the simulator, as processes of their own, on loopback."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WORKSPACE = "Toko Nusantara"
AGENT_EMAIL = "sari@example.com"
AGENT_NAME = "Sari Wulandari"
STOP_SECONDS = 10.0
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A WhatsApp number of the demo's team."""

    phone: str
    name: str
    provider: str


NUMBERS = (
    Number(phone="+6281234567890", name="Toko Pusat", provider="webjs"),
    Number(phone="+6281122334412", name="Layanan Pelanggan", provider="meta"),
    Number(phone="+6285799001055", name="Gudang & Reseller", provider="webjs"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSize:
    """How much the simulator plays; `rate` is live messages a second."""

    chats: int = 600
    groups: int = 60
    messages: int = 5
    rate: float = 1.0
    seed: int = 7


class DemoFailedError(Exception):
    """A process of the demo did not do its part; `str()` holds what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoServers:
    """Where the two processes listen, and how to sign in."""

    backend: str
    simulator: str
    email: str
    password: str


class DemoProcesses:
    """Owns the processes; `folder` holds their data and logs. `close()` ends them, gently at first."""

    def __init__(self, folder: Path, size: DemoSize) -> None:
        self._folder = folder
        self._size = size
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._secret = secrets.token_hex(32)
        self._environment = _without_settings(os.environ) | {
            "INBOX_DATA_DIR": str(folder / "backend"),
            "INBOX_LOG_LEVEL": "warning",
            "WHATSAPP_HMAC_SECRET": self._secret,
        }

    async def start(self) -> DemoServers:
        """Returns once both listen. Raises DemoFailedError."""
        workspace = await self._administer("workspace", "add", "--name", WORKSPACE)
        workspace_id = str(workspace["id"])
        backend_port, bridge_port = _free_ports(2)
        bridge = f"http://127.0.0.1:{bridge_port}"
        self._environment["INBOX_BRIDGE_URL"] = bridge
        agent, *accounts = await asyncio.gather(
            self._administer(
                "user", "add", "--workspace", workspace_id, "--email", AGENT_EMAIL, "--name", AGENT_NAME,
                "--role", "supervisor",
            ),
            *(self._add_account(workspace_id, number, bridge) for number in NUMBERS),
        )  # fmt: skip
        backend = f"http://127.0.0.1:{backend_port}"
        self._serve("sync_backend", "serve", "--port", str(backend_port))
        await self._listening("sync_backend", backend_port)
        sessions = self._folder / "simulator.json"
        sessions.write_text(json.dumps({"sessions": self._sessions(workspace_id, accounts), "secret": self._secret}))
        self._serve(
            "simulator", "serve", "--backend", backend, "--port", str(bridge_port), "--config", str(sessions),
            "--chats", str(self._size.chats), "--groups", str(self._size.groups),
            "--messages", str(self._size.messages), "--rate", str(self._size.rate), "--seed", str(self._size.seed),
        )  # fmt: skip
        await self._listening("simulator", bridge_port)
        return DemoServers(backend=backend, simulator=bridge, email=AGENT_EMAIL, password=str(agent["password"]))

    async def close(self) -> None:
        """Asks each process to end, and ends it after STOP_SECONDS; may be called twice."""
        ending, self._running = self._running, {}
        for process in ending.values():
            process.terminate()
        for process in ending.values():
            await asyncio.to_thread(_wait_or_kill, process)

    def died(self) -> list[str]:
        """Words about each process that ended by itself."""
        return [
            f"{module} ended with {process.returncode}"
            for module, process in self._running.items()
            if process.poll() is not None
        ]

    async def _add_account(self, workspace_id: str, number: Number, bridge: str) -> dict[str, Any]:
        where: tuple[str, ...] = ("--bridge-url", bridge)
        if number.provider == "meta":
            # The simulator plays the Graph API where it plays the bridge.
            where = (
                "--graph-url", bridge, "--phone-number-id", _phone_number_id(number),
                "--access-token", self._secret, "--app-secret", self._secret,
            )  # fmt: skip
        return await self._administer(
            "account", "add", "--workspace", workspace_id, "--provider", number.provider, "--phone", number.phone,
            "--name", number.name, *where,
        )  # fmt: skip

    def _sessions(self, workspace_id: str, accounts: list[dict[str, Any]]) -> list[dict[str, str]]:
        return [
            {
                "id": str(account["id"]),
                "workspace": workspace_id,
                "phone": number.phone,
                "name": number.name,
            }
            | (
                {"secret": self._secret, "access_token": self._secret, "phone_number_id": _phone_number_id(number)}
                if number.provider == "meta"
                else {"secret": str(account["hmac_secret"])}
            )
            for number, account in zip(NUMBERS, accounts, strict=True)
        ]

    async def _administer(self, *arguments: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "sync_backend", *arguments, "--json"]
        done = await asyncio.to_thread(
            subprocess.run, command, stdin=subprocess.DEVNULL, capture_output=True, env=self._environment, check=False
        )
        if done.returncode != 0:
            raise DemoFailedError(f"sync-backend {arguments[0]} {arguments[1]}: {done.stderr.decode().strip()}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def _serve(self, module: str, *arguments: str) -> None:
        with (self._folder / f"{module}.log").open("ab") as log:
            self._running[module] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
            )

    async def _listening(self, module: str, port: int) -> None:
        tries_end = asyncio.get_running_loop().time() + START_SECONDS
        while not await _answers(port):
            if words := self.died():
                raise DemoFailedError(", ".join(words))
            if asyncio.get_running_loop().time() > tries_end:
                raise DemoFailedError(f"{module} does not listen on port {port} after {START_SECONDS:.0f} s")
            await asyncio.sleep(0.05)


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The demo never meets the database that this machine's own backend is configured with."""
    return {name: value for name, value in environment.items() if not name.startswith(("INBOX_", "WHATSAPP_"))}


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _phone_number_id(number: Number) -> str:
    """Meta's id of a simulated number."""
    return number.phone.removeprefix("+")


def _free_ports(count: int) -> list[int]:
    """Ports that are free now; held together, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
