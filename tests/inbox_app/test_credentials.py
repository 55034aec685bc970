"""The token is in the desktop's keyring or nowhere, and a keyring that cannot be used is said in words, at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring

from inbox_app.credentials import SERVICE, CredentialsUnavailable, KeyringCredentials
from tests.e2e.needed import need
from tests.keyrings import MemoryKeyring

NOT_A_HANG_SECONDS = 60


def test_a_token_is_kept_by_profile_until_it_is_forgotten(memory_keyring: MemoryKeyring) -> None:
    credentials = KeyringCredentials()
    credentials.save("work", "token of work")
    credentials.save("home", "token of home")
    assert memory_keyring.passwords[SERVICE, "work"] == "token of work"
    credentials.forget("work")
    credentials.forget("work")
    assert credentials.load("work") is None
    assert credentials.load("home") == "token of home"


def test_a_desktop_without_a_keyring_says_so() -> None:
    before = keyring.get_keyring()
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring leaves it unannotated
    try:
        _is_said_by_every_call(KeyringCredentials())
    finally:
        keyring.set_keyring(before)


def test_the_real_keyring_of_a_desktop_keeps_it_and_a_locked_one_says_so(tmp_path: Path) -> None:
    need("dbus-run-session", "gnome-keyring-daemon")
    unlock = "echo -n test | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
    in_the_session = f'{unlock} && exec "$0" -m tests.inbox_app.in_a_session'
    done = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", in_the_session, sys.executable],
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path / "data"),
            "XDG_RUNTIME_DIR": str(tmp_path),
        },
        cwd=Path(__file__).parents[2],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=NOT_A_HANG_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept, forgotten, locked = done.stdout.splitlines()
    assert (kept, forgotten) == ("kept", "forgotten")
    assert "keyring cannot be used" in locked


def _is_said_by_every_call(credentials: KeyringCredentials) -> None:
    calls: list[Callable[[], object]] = [
        lambda: credentials.load("work"),
        lambda: credentials.save("work", "token"),
        lambda: credentials.forget("work"),
    ]
    for call in calls:
        with pytest.raises(CredentialsUnavailable, match="keyring cannot be used"):
            call()
