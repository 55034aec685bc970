"""The inbox starts with the desktop when that is wanted, and not else."""

from __future__ import annotations

import configparser
import shlex
from pathlib import Path

from inbox_app.desktop.autostart import Autostart


def test_it_is_turned_on_and_off(tmp_path: Path) -> None:
    command = ["/opt/my inbox/inbox-app", "--profile", "100%"]
    autostart = Autostart(tmp_path / "autostart", command)
    assert autostart.is_on is False
    autostart.turn(on=True)
    assert Autostart(tmp_path / "autostart", command).is_on is True
    [entry] = (tmp_path / "autostart").iterdir()
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(entry)
    run = parsed["Desktop Entry"]["Exec"]
    assert [each.replace("%%", "%") for each in shlex.split(run)] == command
    autostart.turn(on=False)
    autostart.turn(on=False)
    assert autostart.is_on is False


def test_where_there_is_no_such_folder_nothing_is_promised() -> None:
    autostart = Autostart(None, ["inbox-app"])
    autostart.turn(on=True)
    assert autostart.is_on is None
