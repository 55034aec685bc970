"""What a screen reader gets of the window, asked over AT-SPI on a real session: names, roles, states, news.

Inside the program everything may look right and still never reach anyone.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.waiting import until
from tests.inbox_app.desktop.session import running_bus, running_screen
from tests.ui.accessibility.reader import Node, Reader, reading

PROGRAM = "inbox-under-test"
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
ISOLATES = re.compile("[\u2068\u2069]")


class Session:
    """The window in its own process, and a screen reader beside it."""

    def __init__(self, process: subprocess.Popen[str], reader: Reader) -> None:
        self._process = process
        self.reader = reader

    def happens(self, what: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()

    async def sees(self, what: Callable[[Node], bool]) -> Node:
        """The tree, once it is so."""
        tree: Node | None = None
        async with asyncio.timeout(20):
            while True:
                tree = await self.reader.tree(PROGRAM)
                if tree is not None and what(tree):
                    return tree
                await asyncio.sleep(0.05)


@contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Its output goes nowhere: what it starts would hold a pipe open for ever."""
    process = subprocess.Popen(
        command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        process.wait(10)


@pytest.fixture
def launcher() -> str:
    found = next((path for path in LAUNCHERS if Path(path).exists()), None)
    assert found is not None, "at-spi2-core is missing: `make setup` installs it"
    return found


@pytest.fixture
async def session(tmp_path: Path, launcher: str) -> AsyncIterator[Session]:
    with running_screen() as screen, running_bus(tmp_path) as bus:
        env = os.environ | {
            "DISPLAY": screen,
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "XDG_RUNTIME_DIR": str(tmp_path),
        }
        shown = (sys.executable, "-m", "tests.ui.accessibility.window_process")
        with running(launcher, "--launch-immediately", env=env):
            async with reading(bus) as reader:
                with running(*shown, env=env) as process:
                    yield Session(process, reader)


def named(tree: Node, role: str) -> list[str]:
    """Plain names of everything of a role that shows."""
    return [ISOLATES.sub("", node.name) for node in tree.walk() if node.role == role and "showing" in node.states]


async def test_rows_controls_and_news_reach_a_screen_reader(session: Session) -> None:
    tree = await session.sees(lambda tree: any("Toko Sinar Jaya" in node.name for node in tree.walk()))
    rows = named(tree, "cell")
    assert rows[0].startswith("Toko Sinar Jaya, 3 unread, Barangnya sudah dikirim ya kak?")
    assert re.search(r"10:42\s*AM, WhatsApp Web.js 7890$", rows[0])
    assert "Reseller Jabodetabek, group, 48 members, 12 unread" in rows[1]
    assert "Draft: baik, nanti saya kabari" in rows[3]
    selected = [node.name for node in tree.walk() if node.role == "cell" and "selected" in node.states]
    assert len(selected) == 1
    assert "Reseller Jabodetabek" in selected[0]

    messages = [name for name in named(tree, "list item") if name.startswith("Maya Putri")]
    assert messages[-1].endswith("stok warna hitam masih ada?")
    assert {"Search chats", "Message"} <= set(named(tree, "text"))
    assert {"Settings", "Details", "Emoji", "Send"} <= set(named(tree, "push button"))
    assert [node.name for node in tree.walk() if "checked" in node.states] == ["All"]
    nameless = [
        node.role
        for node in tree.walk()
        if {"focusable", "showing"} <= node.states and not node.name and node.role != "label"  # an empty fact
    ]
    assert nameless == []

    session.happens("unread")
    await session.sees(lambda tree: any("Rina Kartika" in n.name and "7 unread" in n.name for n in tree.walk()))
    session.happens("message")
    await until(lambda: session.reader.heard, "it was announced", seconds=20.0)
    assert re.fullmatch(r"Maya Putri, 10:45\s*AM: Apakah masih buka\?", session.reader.heard[0])
    session.happens("offline")
    await session.sees(lambda tree: any("No connection to the server" in name for name in named(tree, "label")))
    session.happens("focus list")
    tree = await session.sees(
        lambda tree: any(node.role == "cell" and "focused" in node.states for node in tree.walk())
    )
