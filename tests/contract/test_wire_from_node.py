"""Node, as the bridge will, reads the wire's samples and makes its signatures: this runs `tests/contract/wire_node`."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent / "wire_node"


def test_node_reads_every_sample_and_makes_the_same_signatures() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("Node 20 or newer is needed for this test: `make setup` installs it.")
    if not (PACKAGE / "node_modules").is_dir():
        pytest.fail("Node modules are missing: run `npm ci --prefix tests/contract/wire_node` (or `make setup`).")
    command = [node, "--test", "--test-reporter=tap"]
    run = subprocess.run(command, cwd=PACKAGE, capture_output=True, text=True, timeout=100, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "\n# pass 0\n" not in run.stdout, "node ran no tests"
