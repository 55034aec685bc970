"""What every test stands on: guards against leftovers, and a machine whose screen, home and keyring are not touched."""

import os
import shutil
import tempfile
from collections.abc import Iterator

import keyring
import pytest

from tests.keyrings import MemoryKeyring

pytest_plugins = ["pytester", "tests.guards.threads", "tests.guards.tasks", "tests.guards.qt"]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """For this process and those that tests start: no screen, no settings from the shell, an empty home."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for name in [name for name in os.environ if name.startswith(("INBOX_", "WHATSAPP_"))]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="inbox-tests-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = os.path.join(home, name.lower())
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture
def memory_keyring() -> Iterator[MemoryKeyring]:
    """An unlocked keyring, empty at first; without it a test has none (`NoKeyringError`)."""
    previous = keyring.get_keyring()
    memory = MemoryKeyring()
    keyring.set_keyring(memory)
    yield memory
    keyring.set_keyring(previous)
