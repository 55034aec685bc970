"""What the window remembers from one start to the next: its place, its panes, the look."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from PySide6.QtCore import QByteArray, QSettings

from ui.settings.rows import PRIVACIES, NotificationChoices
from ui.theme.theme import MODES, Mode

_GEOMETRY: Final = "window/geometry"
_PANES: Final = "window/panes"
_DETAILS: Final = "window/details"
_MODE: Final = "look/mode"
_NOTIFICATIONS: Final = "notifications"
_TRAY: Final = "window/close_to_tray"
_TOLD_OF_TRAY: Final = "window/told_of_tray"
_MOTION: Final = "look/reduced_motion"
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
        return _truth(self._settings.value(_DETAILS), otherwise=True)

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
    def notifications(self) -> NotificationChoices:
        """When and how new messages are told."""
        held = self._settings.value
        privacy = held(f"{_NOTIFICATIONS}/privacy")
        return NotificationChoices(
            do_not_disturb=_truth(held(f"{_NOTIFICATIONS}/do_not_disturb"), otherwise=False),
            quiet_from=_number(held(f"{_NOTIFICATIONS}/quiet_from")),
            quiet_to=_number(held(f"{_NOTIFICATIONS}/quiet_to")),
            privacy=next((each for each in PRIVACIES if each == privacy), "full"),
            sound=_truth(held(f"{_NOTIFICATIONS}/sound"), otherwise=True),
            muted_numbers=_names(held(f"{_NOTIFICATIONS}/muted_numbers")),
            muted_chats=_names(held(f"{_NOTIFICATIONS}/muted_chats")),
        )

    @notifications.setter
    def notifications(self, choices: NotificationChoices) -> None:
        for each in fields(choices):
            value = getattr(choices, each.name)
            kept = " ".join(sorted(value)) if isinstance(value, frozenset) else value
            self._settings.setValue(f"{_NOTIFICATIONS}/{each.name}", kept)

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing is to slide or fade."""
        return _truth(self._settings.value(_MOTION), otherwise=False)

    @reduced_motion.setter
    def reduced_motion(self, reduced: bool) -> None:
        self._settings.setValue(_MOTION, reduced)

    @property
    def close_to_tray(self) -> bool:
        """Whether closing the window leaves the program running where there is a tray."""
        return _truth(self._settings.value(_TRAY), otherwise=True)

    @close_to_tray.setter
    def close_to_tray(self, wanted: bool) -> None:
        self._settings.setValue(_TRAY, wanted)

    @property
    def told_of_tray(self) -> bool:
        """Whether it was said once that the program goes on there."""
        return _truth(self._settings.value(_TOLD_OF_TRAY), otherwise=False)

    @told_of_tray.setter
    def told_of_tray(self, told: bool) -> None:
        self._settings.setValue(_TOLD_OF_TRAY, told)

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


def _truth(held: object, *, otherwise: bool) -> bool:
    """Ini files give back words."""
    return {"true": True, "false": False}.get(str(held).lower(), otherwise)


def _number(held: object) -> int:
    try:
        return int(str(held))
    except ValueError:
        return 0


def _names(held: object) -> frozenset[str]:
    return frozenset(str(held).split()) if held else frozenset()
