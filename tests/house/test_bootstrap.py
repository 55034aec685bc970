"""`scripts/bootstrap` on a machine where it may not install: it names the one command that helps, and stops."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.house.sources import ROOT

ORDINARY_USER = "#!/bin/sh\necho 1000\n"
NO_SUDO = "#!/bin/sh\nexit 1\n"
A_BARE_DEBIAN = "#!/bin/sh\necho 'ii |base-files|base'\n"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder of commands that stand before the machine's own."""
    for name, script in {"id": ORDINARY_USER, "sudo": NO_SUDO, "dpkg-query": A_BARE_DEBIAN}.items():
        (tmp_path / name).write_text(script)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def bootstrap(machine: Path, mode: str, **env: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [ROOT / "scripts/bootstrap", mode],
        env=inherited | {"PATH": f"{machine}:{os.environ['PATH']}"} | env,
        capture_output=True,
        text=True,
        check=False,
    )


def commands(output: str) -> list[str]:
    return [line for line in output.splitlines() if "apt-get install" in line]


def test_without_root_it_names_one_command_with_every_package_and_stops(machine: Path) -> None:
    run = bootstrap(machine, "test")
    assert run.returncode == 1
    [command] = commands(run.stderr)
    assert {"libxcb-cursor0", "xvfb", "dunst", "xdotool", "fonts-inter"} <= set(command.strip('"').split())


def test_a_machine_with_a_display_is_asked_for_no_virtual_one(machine: Path) -> None:
    [command] = commands(bootstrap(machine, "run", DISPLAY=":7").stderr)
    assert "xvfb" not in command
    assert "libxcb-cursor0" in command


def test_a_package_that_another_provides_is_not_missing(machine: Path) -> None:
    (machine / "dpkg-query").write_text("#!/bin/sh\necho 'ii |libglib2.0-0t64|libglib2.0-0 (= 2.84)'\n")
    [command] = commands(bootstrap(machine, "run").stderr)
    assert "libglib2.0-0" not in command


def test_an_unknown_mode_is_refused(machine: Path) -> None:
    run = bootstrap(machine, "everything")
    assert run.returncode == 2
    assert "usage" in run.stderr
