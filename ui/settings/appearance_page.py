"""How the inbox looks: light, dark, high contrast or like the system, the size of text, motion, and the language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox

from resources.catalog import LANGUAGES
from ui.settings.page import Page
from ui.theme.theme import MODES, Mode, Theme
from ui.window.remembered import Remembered
from ui.words.times import people_locale

SIZES = (100, 110, 125, 150, 175, 200)


class AppearancePage(Page):
    """Turns the theme itself; another language is only asked for."""

    language_chosen = Signal(str)

    def __init__(self, theme: Theme, remembered: Remembered) -> None:
        super().__init__(theme)
        say = QCoreApplication.translate
        self.heading(say("Settings", "Appearance"))
        self.mode, self.text_size, self.language = QComboBox(self), QComboBox(self), QComboBox(self)
        for mode in MODES:
            self.mode.addItem(mode_words(mode), mode)
        for percent in SIZES:
            self.text_size.addItem(f"{people_locale().toString(percent)} %", percent / 100)
        self.language.addItem(say("Settings", "Like the system"), "system")
        for code, name in LANGUAGES.items():
            self.language.addItem(name, code)
        self.line(say("Settings", "Colours"), self.mode)
        self.line(say("Settings", "Text size"), self.text_size)
        self.calm = self.choice(say("Settings", "Reduce motion"), checked=theme.reduced_motion)
        self.heading(say("Settings", "Language"))
        self.line(say("Settings", "Language"), self.language)
        self.language.setCurrentIndex(max(0, self.language.findData(remembered.language)))
        theme.changed.connect(self._mark)
        self._mark()
        self.mode.activated.connect(lambda at: theme.set_mode(self.mode.itemData(at)))
        self.text_size.activated.connect(lambda at: theme.set_text_scale(self.text_size.itemData(at)))
        self.calm.toggled.connect(theme.set_reduced_motion)
        self.language.activated.connect(lambda at: self.language_chosen.emit(self.language.itemData(at)))

    def _mark(self) -> None:
        self.mode.setCurrentIndex(MODES.index(self._theme.mode))
        self.text_size.setCurrentIndex(self.text_size.findData(round(self._theme.text_scale, 2)))
        self.calm.setChecked(self._theme.reduced_motion)


def mode_words(mode: Mode) -> str:
    """A look's name."""
    words: dict[Mode, str] = {
        "system": QCoreApplication.translate("Settings", "Like the system"),
        "light": QCoreApplication.translate("Settings", "Light"),
        "dark": QCoreApplication.translate("Settings", "Dark"),
        "contrast": QCoreApplication.translate("Settings", "High contrast"),
    }
    return words[mode]
