"""End to end: the real window on a real Qt loop, the real backend in a process, the simulated WhatsApp between them."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop  # after PySide6: it takes whichever Qt is already imported

from tests.e2e.backend import Backend
from tests.e2e.desktop import Desktop, running_bus, showing_popups
from tests.e2e.dunst import Dunst, running_dunst
from tests.e2e.needed import need
from tests.e2e.stage import Stage, set_up


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], QEventLoop]]:
    """As in the program, asyncio runs on Qt's loop here."""
    return {"qt": _loop_of_the_application}


def _loop_of_the_application() -> QEventLoop:
    """The application is made here when it is not there yet: loops come before pytest-qt's fixture."""
    return QEventLoop(QApplication.instance() or QApplication([]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """A closed loop of qasync is a cycle with Qt timers in it. Left to the garbage collector it would be destroyed in
    whatever thread allocates next, which crashes Qt."""
    result = yield
    gc.collect()
    return result


@pytest.fixture(autouse=True)
def _no_notification_service(monkeypatch: pytest.MonkeyPatch) -> None:
    """Popups appear in the scenarios that ask for them, never on the desktop of whoever runs the tests."""
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)


@pytest.fixture(scope="package")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """One process for all scenarios; each has a workspace of its own."""
    backend = Backend(tmp_path_factory.mktemp("backend"))
    backend.launch()
    yield backend
    backend.close()


@pytest.fixture
def stage(qapp: QApplication, backend: Backend, tmp_path: Path) -> AbstractAsyncContextManager[Stage]:
    """Not set up yet: `@scenario` does that inside the test."""
    return set_up(qapp, backend, tmp_path / "stage")


@pytest.fixture
def other_stage(qapp: QApplication, backend: Backend, tmp_path: Path) -> AbstractAsyncContextManager[Stage]:
    """Another team on the same backend."""
    return set_up(qapp, backend, tmp_path / "other stage")


@pytest.fixture
def supervisors_stage(qapp: QApplication, backend: Backend, tmp_path: Path) -> AbstractAsyncContextManager[Stage]:
    """A supervisor sits at its desks, and may add numbers."""
    return set_up(qapp, backend, tmp_path / "stage", role="supervisor", links_numbers=True)


@pytest.fixture
def session_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A D-Bus session of the test's own."""
    need("dbus-daemon")
    with running_bus() as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield


@pytest.fixture
def desktop(session_bus: None) -> AbstractAsyncContextManager[Desktop]:
    """A desktop that shows popups, as far as programs can tell; `@scenario` starts it."""
    return showing_popups()


@pytest.fixture
def dunst(session_bus: None, tmp_path: Path) -> Iterator[Dunst]:
    """A real notification daemon on a real screen, as `scripts/run-tests` provides one."""
    need("dunst", "dunstctl")
    if not os.environ.get("DISPLAY"):
        need("a screen (DISPLAY)")
    with running_dunst(tmp_path / "dunst.log") as dunst:
        yield dunst
