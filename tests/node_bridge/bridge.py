"""The real bridge: a Node process on the stand-in phone; it can be stopped, killed and started again with its disk."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.settings import Number
from tests.e2e.backend import STOP_SECONDS, ReservedPort
from tests.e2e.waiting import until
from tests.house.sources import ROOT

START_SECONDS = 30.0
FOLDER = ROOT / "node_bridge"


class Bridge:
    """One process at a time, always at `url`. `world` is what the phone holds (node_bridge/standin/world.js)."""

    def __init__(self, folder: Path, port: ReservedPort) -> None:
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = itertools.count(1)
        self._log = folder / "none"
        self._worlds = folder / "worlds.json"
        self.url = f"http://127.0.0.1:{port.number}"

    async def start(self, backend_url: str, number: Number, world: Mapping[str, Any], **settings: str) -> None:
        """Returns when it listens."""
        self._worlds.write_text(json.dumps({"default": world}))
        sessions = self._folder / "sessions.json"
        known = {"id": number.session_id, "workspace_id": number.workspace_id, "hmac_secret": number.secret}
        sessions.write_text(json.dumps([known]))
        self._log = self._folder / f"bridge-{next(self._starts)}.log"
        environment = os.environ | {
            "BRIDGE_BACKEND_URL": backend_url,
            "BRIDGE_PORT": str(self._port.number),
            "BRIDGE_DATA_DIR": str(self._folder / "data"),
            "BRIDGE_SESSIONS_FILE": str(sessions),
            "BRIDGE_CLIENT_MODULE": str(FOLDER / "standin" / "client.js"),
            "STANDIN_WORLDS": str(self._worlds),
            **settings,
        }
        self._launch(environment)
        await until(
            lambda: self._said("the bridge listens"), "the bridge listens", seconds=START_SECONDS, seen=self.said
        )

    def _launch(self, environment: Mapping[str, str]) -> None:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["node", str(FOLDER / "src" / "main.js")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
            )

    async def stop(self) -> None:
        """Gracefully."""
        if self._process is not None:
            self._process.terminate()
            await self._end()

    async def kill(self) -> None:
        """As a power cut would."""
        if self._process is not None:
            self._process.kill()
            await self._end()

    def said(self) -> str:
        """What the running process wrote."""
        return self._log.read_text(errors="replace")

    def expected(self) -> set[tuple[str, str, str, bool, int]]:
        """Every message of the phone at its end: chat, provider's id, text, whether ours, seconds."""
        lines = subprocess.run(
            ["node", str(FOLDER / "standin" / "expected.js"), str(self._worlds), "any"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        rows = map(json.loads, lines)
        return {(row["chat"], row["message_id"], row["body"], row["from_me"], row["timestamp"]) for row in rows}

    def _said(self, words: str) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"the bridge ended: {self.said()}"
        return words in self.said()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await until(lambda: process.poll() is not None, "the bridge ended", seconds=STOP_SECONDS)
