"""The guards that every test runs under catch what they are for, and let a clean test pass."""

import pytest

from tests.house.sources import ROOT

CONFTEST = 'pytest_plugins = ["tests.guards.threads", "tests.guards.tasks", "tests.guards.qt"]\n'

# name of the inner test → its code, and what the report must say.
OFFENCES = {
    "a_daemon_thread": (
        """
        import threading
        import time
        def test_it():
            threading.Thread(target=time.sleep, args=(30,), name="lingerer", daemon=True).start()
        """,
        "threads left running: lingerer",
    ),
    "an_exception_in_a_thread": (
        """
        import threading
        def test_it():
            thread = threading.Thread(target=lambda: 1 / 0)
            thread.start()
            thread.join()
        """,
        "PytestUnhandledThreadExceptionWarning",
    ),
    "a_task": (
        """
        import asyncio
        async def test_it():
            asyncio.current_task().kept = asyncio.create_task(asyncio.sleep(30), name="lingering task")
        """,
        "asyncio tasks left running: lingering task",
    ),
    "a_task_of_a_fixture": (
        """
        import asyncio
        import pytest
        @pytest.fixture
        async def server():
            yield asyncio.create_task(asyncio.sleep(30), name="unstopped server")
        async def test_it(server):
            pass
        """,
        "asyncio tasks left running: unstopped server",
    ),
    "a_task_failing_unseen": (
        """
        import asyncio
        async def fail():
            raise ZeroDivisionError
        async def test_it():
            asyncio.create_task(fail())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        """,
        "asyncio logged: Task exception was never retrieved",
    ),
    "a_coroutine_never_awaited": (
        """
        import asyncio
        def test_it():
            asyncio.sleep(0)
        """,
        "coroutine 'sleep' was never awaited",
    ),
    "an_open_file": (
        """
        def test_it():
            open(__file__).read()
        """,
        "unclosed file",
    ),
    "a_python_warning": (
        """
        import warnings
        def test_it():
            warnings.warn("outdated", DeprecationWarning)
        """,
        "DeprecationWarning: outdated",
    ),
    "a_qt_warning": (
        """
        from PySide6.QtCore import qWarning
        def test_it(qapp):
            qWarning("something is off")
        """,
        "Qt messages with level WARNING or above emitted",
    ),
    "a_qt_warning_in_teardown": (
        """
        import pytest
        from PySide6.QtCore import qWarning
        @pytest.fixture
        def window(qapp):
            yield
            qWarning("torn down badly")
        def test_it(window):
            pass
        """,
        "Qt complained during teardown: torn down badly",
    ),
    "a_visible_window": (
        """
        from PySide6.QtWidgets import QWidget
        kept = []
        def test_it(qapp):
            kept.append(QWidget(windowTitle="forgotten"))
            kept[0].show()
        """,
        "left behind: window QWidget 'forgotten' still visible",
    ),
    "a_ticking_timer": (
        """
        from PySide6.QtCore import QTimer
        kept = []
        def test_it(qapp):
            kept.append(QTimer(objectName="ticker"))
            kept[0].start(1000)
        """,
        "left behind: QTimer 'ticker' of NoneType still active",
    ),
}

CLEAN = """
import asyncio
import threading
import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

def test_a_joined_thread():
    thread = threading.Thread(target=lambda: None)
    thread.start()
    thread.join()

async def test_the_default_executor():
    await asyncio.to_thread(lambda: None)

@pytest.fixture
async def server():
    task = asyncio.create_task(asyncio.sleep(30))
    yield task
    task.cancel()

async def test_a_task_cancelled_by_its_fixture(server):
    await asyncio.sleep(0)

def test_a_widget_given_to_qtbot(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    QTimer(widget).start(1000)
    widget.itself = lambda: widget
    widget.show()
"""


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeconftest(CONFTEST)
    return pytester


def run(inner: pytest.Pytester) -> pytest.RunResult:
    """Under the project's own pytest settings."""
    return inner.runpytest_subprocess("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(inner.path), str(inner.path))


def test_every_offence_is_caught_and_named(inner: pytest.Pytester) -> None:
    inner.makepyfile(**{f"test_{name}": code for name, (code, _) in OFFENCES.items()})
    output = run(inner).stdout.str()
    uncaught = [
        name for name in OFFENCES if f"test_{name}.py::test_it" not in output.partition("short test summary")[2]
    ]
    assert uncaught == [], output
    assert [message for _, message in OFFENCES.values() if message not in output] == [], output


def test_a_clean_test_passes(inner: pytest.Pytester) -> None:
    inner.makepyfile(CLEAN)
    run(inner).assert_outcomes(passed=4)
