"""A backend to measure: a database of its own with one number and one agent, and the process that serves it."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

from sync_backend.administration.accounts import add_account
from sync_backend.administration.users import add_user
from sync_backend.administration.workspaces import add_workspace
from sync_backend.auth.passwords import Passwords
from sync_backend.auth.tokens import Tokens
from sync_backend.clock import system_clock
from sync_backend.database import migrate
from sync_backend.database.engine import open_write_engine
from sync_backend.ordering import Committed, Turns
from sync_backend.secrets_file import load_secrets
from sync_backend.settings import Settings

_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a bridge and a desktop must know of a database that is ready to be served."""

    settings: Settings
    workspace_id: int
    session_id: int
    hmac_secret: str
    token: str
    pusher_key: str
    pusher_secret: str


async def prepare(folder: Path, url: str | None = None) -> Prepared:
    """One workspace, one number on whatsapp-web.js and one signed-in agent, in a new SQLite file in `folder`, or in the
    empty database at `url`."""
    settings = Settings(data_dir=folder, log_format="json")
    if url is not None:
        settings = settings.model_copy(update={"database_url": url})
    await migrate.upgrade(settings.database_url)
    secrets = load_secrets(settings)
    writes = open_write_engine(settings.database_url)
    try:
        workspace = await add_workspace(writes, system_clock, "Benchmark")
        added = await add_account(
            writes,
            _Nobody(),
            system_clock,
            workspace_id=workspace.id,
            provider="webjs",
            phone="+62 812-3456-7890",
            bridge_url="http://127.0.0.1:1",
        )
        user = await add_user(
            writes, Passwords(), system_clock, workspace_id=workspace.id, email="agent@example.com", role="agent"
        )
        token = await Tokens(writes, writes, system_clock).issue(user.user.id, "benchmark")
    finally:
        await writes.dispose()
    assert added.hmac_secret is not None
    return Prepared(
        settings=settings,
        workspace_id=workspace.id,
        session_id=added.account.id,
        hmac_secret=added.hmac_secret,
        token=token.token,
        pusher_key=secrets.pusher_app_key,
        pusher_secret=secrets.pusher_app_secret,
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A running `sync-backend serve`."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What the process has used so far; Linux only."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def serving(prepared: Prepared) -> AsyncIterator[Serving]:
    """Serves as an operator would, with every default; its log goes to a file, as under a service manager."""
    folder = prepared.settings.data_dir
    with (folder / "serve.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "sync_backend", "serve", "--port", "0"),
            env=os.environ | {"INBOX_DATA_DIR": str(folder)},
            stdout=PIPE,
            stderr=log,
        )
    try:
        async with asyncio.timeout(_START_SECONDS):
            port = await _port(process)
        yield Serving(port, process.pid)
    finally:
        process.terminate()
        await process.communicate()


async def _port(process: Process) -> int:
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"{"):
            return int(orjson.loads(line)["port"])
    raise RuntimeError("the server ended before it was ready; see serve.log in its data folder")


class _Nobody(Turns):
    def committed(self, news: Committed) -> None:
        """Nobody listens yet."""
