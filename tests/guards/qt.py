"""Fails a test that leaves a window open or a timer ticking, or makes Qt complain while it is torn down.

(Complaints during the test itself are pytest-qt's: `qt_log_level_fail` in pyproject.toml.)
"""

import gc
import re
from collections.abc import Generator, Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication
from shiboken6 import getCppPointer, isValid

FAILING_LEVELS = (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg)


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Takes what was imported so far out of the garbage collector's sight: the search for timers then stays fast."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_stray_qt_objects(request: pytest.FixtureRequest) -> Iterator[None]:
    if "qapp" not in request.fixturenames:
        yield
        return
    windows_before, timers_before = _visible_windows(), _active_timers()
    yield
    _let_deleted_objects_go()
    if _visible_windows().keys() - windows_before or _active_timers().keys() - timers_before:
        gc.collect()  # what only waits for the collector is not left behind
        _let_deleted_objects_go()
    left = [text for address, text in _visible_windows().items() if address not in windows_before]
    left += [text for address, text in _active_timers().items() if address not in timers_before]
    if left:
        pytest.fail(f"left behind: {', '.join(left)}", pytrace=False)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    complaints: list[str] = []

    def take(level: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        ignored = any(re.search(pattern, message) for pattern in item.config.getini("qt_log_ignore"))
        if level in FAILING_LEVELS and not ignored:
            complaints.append(message)

    previous = qInstallMessageHandler(take)
    try:
        result = yield
    finally:
        qInstallMessageHandler(previous)
    if complaints:
        pytest.fail("Qt complained during teardown: " + "; ".join(complaints), pytrace=False)
    return result


def _let_deleted_objects_go() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


def _visible_windows() -> dict[int, str]:
    """What is on the screen, by address."""
    return {
        getCppPointer(widget)[0]: f"window {type(widget).__name__} {widget.windowTitle()!r} still visible"
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible()
    }


def _active_timers() -> dict[int, str]:
    """The running timers that Python made, by address."""
    return {
        getCppPointer(timer)[0]: f"QTimer {timer.objectName()!r} of {type(timer.parent()).__name__} still active"
        for timer in gc.get_objects()
        if issubclass(type(timer), QTimer) and isValid(timer) and timer.isActive()
    }
