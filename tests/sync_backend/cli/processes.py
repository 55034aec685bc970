"""Runs `sync-backend` as the operating system would: a process with an environment, and nothing else configured."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson

START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


async def run(data_dir: Path, *arguments: str, **environment: str) -> Said:
    """Runs one command to its end."""
    process = await _start(data_dir, arguments, environment)
    out, err = await process.communicate()
    return Said(process.returncode or 0, out.decode(), err.decode())


async def made(data_dir: Path, *arguments: str) -> dict[str, Any]:
    """Runs a command that adds something; what it said with `--json`."""
    said = await run(data_dir, *arguments, "--json")
    assert said.status == 0, said.err
    entry: dict[str, Any] = said.json
    return entry


@dataclass
class Server:
    process: Process
    url: str
    printed: list[str] = field(default_factory=list)
    """What it said before it was ready."""

    async def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        self.process.terminate()
        return await self.process.wait()


@asynccontextmanager
async def serving(data_dir: Path, *arguments: str) -> AsyncIterator[Server]:
    """A server that is ready; stopped at the end, unless the test did."""
    process = await _start(data_dir, ("serve", "--port", "0", *arguments), {}, err=(data_dir.parent / "serve.log"))
    assert process.stdout is not None
    try:
        printed: list[str] = []
        async with asyncio.timeout(START_SECONDS):
            async for line in process.stdout:
                if line.startswith(b"{"):
                    yield Server(process, orjson.loads(line)["url"], printed)
                    return
                printed.append(line.decode())
        raise AssertionError((data_dir.parent / "serve.log").read_text())
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@asynccontextmanager
async def working(data_dir: Path) -> AsyncIterator[Process]:
    """A worker of its own that is ready; stopped at the end, and it ends well."""
    process = await _start(data_dir, ("worker",), {}, err=(data_dir.parent / "worker.log"))
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_SECONDS):
            ready = await process.stdout.readline()
        assert ready.startswith(b"{"), (data_dir.parent / "worker.log").read_text()
        yield process
    finally:
        process.terminate()
        await process.communicate()
    assert process.returncode == 0


@asynccontextmanager
async def signed_in(url: str, email: str, password: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=START_SECONDS) as client:
        login = {"email": email, "password": password, "device_name": "test"}
        answer = await client.post("/api/v1/auth/login", json=login)
        assert answer.status_code == 200, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client


async def _start(
    data_dir: Path, arguments: tuple[str, ...], environment: dict[str, str], err: Path | None = None
) -> Process:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("INBOX_", "WHATSAPP_"))}
    command = (sys.executable, "-m", "sync_backend", *arguments)
    env = own | {"INBOX_DATA_DIR": str(data_dir)} | environment
    if err is None:
        return await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE, stderr=PIPE)
    with err.open("ab") as log:
        return await asyncio.create_subprocess_exec(*command, env=env, stdout=PIPE, stderr=log)
