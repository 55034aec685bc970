"""Starts the inbox with the desktop: an entry in the freedesktop autostart folder."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

ENTRY = "whatsapp-inbox.desktop"


class Autostart:
    """`folder` is the desktop's autostart folder; None where this system has another way."""

    def __init__(self, folder: Path | None, command: list[str]) -> None:
        self._folder = folder
        self._command = command

    @property
    def is_on(self) -> bool | None:
        """None where it cannot be arranged from here."""
        return None if self._folder is None else (self._folder / ENTRY).is_file()

    def turn(self, *, on: bool) -> None:
        """Raises OSError where the folder cannot be written."""
        if self._folder is None:
            return
        entry = self._folder / ENTRY
        if not on:
            entry.unlink(missing_ok=True)
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        run = " ".join(shlex.quote(each).replace("%", "%%") for each in self._command)
        entry.write_text(
            f"[Desktop Entry]\nType=Application\nName=WhatsApp Inbox\nExec={run}\nX-GNOME-Autostart-enabled=true\n",
            encoding="utf-8",
        )


def autostart_folder() -> Path | None:
    """Where freedesktop desktops look."""
    if not sys.platform.startswith("linux"):
        return None
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "autostart"
