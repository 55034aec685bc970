"""What a machine may lack: a test that needs it is skipped there, but never in CI, which has to have everything."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*commands: str) -> None:
    """Skips the test, or fails it in CI, unless all are there."""
    absent = [command for command in commands if shutil.which(command) is None]
    if not absent:
        return
    words = f"missing here: {', '.join(absent)}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
