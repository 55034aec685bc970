"""The real backend: a process on a port of its own that can be stopped, killed and started again with its database."""

from __future__ import annotations

import itertools
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from simulator.settings import MetaNumber, Number
from sync_backend.administration.accounts import MetaConfig, add_account
from sync_backend.administration.users import add_user
from sync_backend.administration.workspaces import add_workspace
from sync_backend.auth.passwords import Passwords
from sync_backend.cli.administrator import Nobody
from sync_backend.clock import system_clock
from sync_backend.database.engine import open_write_engine
from tests.e2e.waiting import until

PASSWORD = "correct horse battery"
SHARED_SECRET = "what bridge and backend share"
SECRET = "secret of the simulated app"
START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ReservedPort:
    """A port that stays ours while nobody listens on it; nobody who tries to connect meanwhile gets it by chance."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", 0))
        self.number: int = self._socket.getsockname()[1]

    def give_back(self) -> None:
        self._socket.close()


@dataclass(frozen=True)
class Team:
    """A workspace, the agent who signs in to it, and its WhatsApp numbers as their bridge knows them."""

    email: str
    agent_name: str
    numbers: tuple[Number, ...]


class Backend:
    """One process at a time, always at `url`. `start` and `stop` may be called in any order, any number of times.

    Numbers that are added in the client are driven by a bridge at `bridge_port`, which shares SHARED_SECRET with it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = ReservedPort()
        self._bridge = ReservedPort()
        self.bridge_port = self._bridge.number
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = itertools.count(1)
        self._teams = itertools.count(1)
        self._log = folder / "none"
        self.port = self._port.number
        self.url = f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Begins to start, unless it runs; `started` waits for it."""
        if self._process is not None:
            return
        self._log = self._folder / f"backend-{next(self._starts)}.log"
        environment = os.environ | {
            "INBOX_DATA_DIR": str(self._folder / "data"),
            "INBOX_LOG_LEVEL": "warning",
            "INBOX_BRIDGE_URL": f"http://127.0.0.1:{self.bridge_port}",
            "WHATSAPP_HMAC_SECRET": SHARED_SECRET,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "sync_backend", "serve", "--port", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
            )

    async def start(self) -> None:
        """Returns when it listens."""
        self.launch()
        await until(self._is_ready, "the backend listens", seconds=START_SECONDS, seen=self.said)

    async def stop(self) -> None:
        """Gracefully, as a service manager would."""
        if self._process is not None:
            self._process.terminate()
            await self._end()

    async def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._end()

    def close(self) -> None:
        """For good."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STOP_SECONDS)
        self._port.give_back()
        self._bridge.give_back()

    def said(self) -> str:
        """What the running process wrote."""
        return self._log.read_text(errors="replace")

    async def add_team(self, bridge_url: str, *, agent_name: str = "Sari Wulandari", role: str = "agent") -> Team:
        """A workspace of its own, as an administrator would make it beside the running server."""
        place = next(self._teams)
        email = f"sari{place}@example.com"
        engine = open_write_engine(f"sqlite+aiosqlite:///{self._folder / 'data' / 'inbox.sqlite3'}")
        try:
            workspace = await add_workspace(engine, system_clock, f"Toko Nusantara {place}")
            await add_user(
                engine,
                Passwords(),
                system_clock,
                workspace_id=workspace.id,
                email=email,
                role=role,
                name=agent_name,
                password=PASSWORD,
            )
            numbers = (
                await _add_number(engine, workspace.id, "+6281234567890", "Toko Pusat", bridge_url, meta=False),
                await _add_number(engine, workspace.id, "+6281122334412", "Layanan", bridge_url, meta=True),
            )
        finally:
            await engine.dispose()
        return Team(email, agent_name, numbers)

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the backend ended: {self.said()}"
        return '"ready"' in self.said()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await until(lambda: process.poll() is not None, "the backend ended", seconds=STOP_SECONDS)


async def _add_number(
    engine: AsyncEngine, workspace_id: int, phone: str, name: str, bridge_url: str, *, meta: bool
) -> Number:
    # Phones repeat from team to team; Meta's ids never do.
    number_id = f"{workspace_id}{phone.removeprefix('+')}"
    config = MetaConfig(phone_number_id=number_id, access_token=SECRET, app_secret=SECRET, graph_url=bridge_url)
    added = await add_account(
        engine,
        Nobody(),
        system_clock,
        workspace_id=workspace_id,
        provider="meta" if meta else "webjs",
        phone=phone,
        display_name=name,
        bridge_url=None if meta else bridge_url,
        meta=config if meta else None,
    )
    secret = SECRET if meta else added.hmac_secret
    assert secret is not None
    return Number(
        session_id=str(added.account.id),
        workspace_id=str(workspace_id),
        secret=secret,
        meta=MetaNumber(phone_number_id=number_id, access_token=SECRET) if meta else None,
        phone=phone,
        name=name,
    )
