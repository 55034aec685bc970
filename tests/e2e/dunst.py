"""A real notification daemon, asked and clicked through its own command."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Dunst:
    """The daemon of the session that the environment names."""

    def count(self, which: str) -> int:
        """How many notifications are `displayed`, `waiting` or in the `history`."""
        return int(self._ask("count", which) or 0)

    def click(self) -> None:
        """The topmost popup's own action, as a click on it does."""
        self._ask("action")

    def close_all(self) -> None:
        """All popups go to the history."""
        self._ask("close-all")

    def history(self) -> list[tuple[str, str]]:
        """Title and body of the popups that are gone."""
        entries: list[dict[str, Any]] = json.loads(self._ask("history"))["data"][0]
        return [(entry["summary"]["data"], entry["body"]["data"]) for entry in entries]

    def answers(self) -> bool:
        """Whether it is there."""
        return subprocess.run(["dunstctl", "is-paused"], capture_output=True, timeout=10, check=False).returncode == 0

    def _ask(self, *words: str) -> str:
        done = subprocess.run(["dunstctl", *words], capture_output=True, timeout=10, check=True)
        return done.stdout.decode().strip()


@contextmanager
def running_dunst(log: Path) -> Iterator[Dunst]:
    """Shows popups on DISPLAY."""
    with log.open("wb") as said:
        daemon = subprocess.Popen(["dunst"], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    try:
        yield Dunst()
    finally:
        daemon.terminate()
        daemon.wait(10)
