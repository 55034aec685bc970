"""What the window remembers from one start to the next: its place, its panes, the look."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, QSettings

from ui.theme.theme import MODES, Mode

_GEOMETRY: Final = "window/geometry"
_PANES: Final = "window/panes"
_DETAILS: Final = "window/details"
_MODE: Final = "look/mode"
_LANGUAGE: Final = "language"
_TEXT_SCALE: Final = "look/text_scale"


class Remembered:
    """Typed access to a `QSettings`; what is missing or damaged reads as the default."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def geometry(self) -> QByteArray | None:
        """The window's place and size."""
        return self._bytes(_GEOMETRY)

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue(_GEOMETRY, geometry)

    @property
    def panes(self) -> QByteArray | None:
        """How wide the panes are."""
        return self._bytes(_PANES)

    @panes.setter
    def panes(self, panes: QByteArray) -> None:
        self._settings.setValue(_PANES, panes)

    @property
    def details_wanted(self) -> bool:
        """Whether the details pane is to be seen where there is room."""
        return str(self._settings.value(_DETAILS, "true")).lower() != "false"

    @details_wanted.setter
    def details_wanted(self, wanted: bool) -> None:
        self._settings.setValue(_DETAILS, wanted)

    @property
    def mode(self) -> Mode:
        """Light, dark, or like the system."""
        held = self._settings.value(_MODE)
        return next((mode for mode in MODES if mode == held), "system")

    @mode.setter
    def mode(self, mode: Mode) -> None:
        self._settings.setValue(_MODE, mode)

    @property
    def language(self) -> str:
        """A language's code, or `system`."""
        return str(self._settings.value(_LANGUAGE, "system"))

    @language.setter
    def language(self, language: str) -> None:
        self._settings.setValue(_LANGUAGE, language)

    @property
    def text_scale(self) -> float:
        """The size of text, 1.0 being 100 %."""
        try:
            return float(str(self._settings.value(_TEXT_SCALE, 1.0)))
        except ValueError:
            return 1.0

    @text_scale.setter
    def text_scale(self, text_scale: float) -> None:
        self._settings.setValue(_TEXT_SCALE, text_scale)

    def _bytes(self, key: str) -> QByteArray | None:
        held = self._settings.value(key)
        return held if isinstance(held, QByteArray) else None
