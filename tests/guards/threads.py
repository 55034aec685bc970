"""Fails a test that leaves a thread running behind, daemon or not."""

import threading
import time
from collections.abc import Iterator

import pytest

GRACE_S = 2.0  # a thread told to stop may still be on its way out


@pytest.fixture(autouse=True)
def no_stray_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + GRACE_S
    strays = [thread for thread in threading.enumerate() if thread not in before]
    for thread in strays:
        if not isinstance(thread, threading._DummyThread):  # a foreign one: cannot be joined
            thread.join(max(0.0, deadline - time.monotonic()))
    left = sorted(thread.name for thread in strays if thread.is_alive())
    if left:
        pytest.fail(f"threads left running: {', '.join(left)}", pytrace=False)
