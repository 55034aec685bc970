"""Finds the files that ship with the desktop application, from source and from a frozen bundle alike.

By path, not through `importlib.resources`: that loads zip files' machinery, which a start would wait for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent


def icon_svg(name: str) -> str:
    """The SVG of one icon, drawn in `currentColor`; `FileNotFoundError` for an unknown name."""
    return (_HERE / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def app_icon_svg() -> bytes:
    """The application's own icon, in its own colours."""
    return app_icon_file().read_bytes()


def app_icon_file() -> Path:
    """Where the application's icon lies on disk, for desktops that want a path."""
    return _HERE / "app-icon.svg"


def sound_file(name: str) -> Path:
    """Where a sound lies on disk, for players that want a path; `FileNotFoundError` for an unknown name."""
    path = _HERE / "sounds" / f"{name}.wav"
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
