"""A desktop session of the test's own: bus, screen, and a real notification daemon on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.dunst import Dunst, running_dunst
from tests.e2e.needed import need
from tests.inbox_app.desktop.session import running_bus, running_screen


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    need("dbus-daemon")
    with running_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def start_dunst(session_bus: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], Dunst]]:
    """Starts the daemon on that bus and a screen of its own."""
    need("dunst", "dunstctl", "Xvfb")
    with ExitStack() as running:

        def start() -> Dunst:
            monkeypatch.setenv("DISPLAY", running.enter_context(running_screen()))
            return running.enter_context(running_dunst(tmp_path / "dunst.log"))

        yield start


@pytest.fixture
def dunst(start_dunst: Callable[[], Dunst]) -> Dunst:
    """Running from the start."""
    return start_dunst()
