"""How the inbox lives on this desktop: in the tray, from its start on."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Signal

from ui.settings.page import Page
from ui.theme.theme import Theme
from ui.window.remembered import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRow:
    """What this desktop can do, and whether the inbox starts with it; None where that cannot be arranged."""

    has_tray: bool
    autostart: bool | None


class SystemPage(Page):
    """Says why where something is not possible."""

    autostart_wanted = Signal(bool)

    def __init__(self, theme: Theme, remembered: Remembered, system: SystemRow) -> None:
        super().__init__(theme)
        say = QCoreApplication.translate
        self.heading(say("Settings", "System"))
        self.tray = self.choice(
            say("Settings", "Closing the window leaves the inbox in the tray"),
            checked=system.has_tray and remembered.close_to_tray,
        )
        self.tray.setEnabled(system.has_tray)
        if not system.has_tray:
            self.sentence(say("Settings", "This desktop has no tray: closing the window ends the program."))
        self.autostart = self.choice(say("Settings", "Start with the desktop"), checked=bool(system.autostart))
        self.autostart.setEnabled(system.autostart is not None)
        self.tray.toggled.connect(lambda wanted: setattr(remembered, "close_to_tray", wanted))
        self.autostart.toggled.connect(self.autostart_wanted)
