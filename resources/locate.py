"""Finds the files that ship with the desktop application, from source and from a frozen bundle alike."""

from __future__ import annotations

from importlib import resources
from pathlib import Path


def icon_svg(name: str) -> str:
    """The SVG of one icon, drawn in `currentColor`; `FileNotFoundError` for an unknown name."""
    return resources.files("resources").joinpath("icons", f"{name}.svg").read_text(encoding="utf-8")


def app_icon_svg() -> bytes:
    """The application's own icon, in its own colours."""
    return resources.files("resources").joinpath("app-icon.svg").read_bytes()


def sound_file(name: str) -> Path:
    """Where a sound lies on disk, for players that want a path; `FileNotFoundError` for an unknown name."""
    path = Path(str(resources.files("resources").joinpath("sounds", f"{name}.wav")))
    if not path.is_file():
        raise FileNotFoundError(path)
    return path
