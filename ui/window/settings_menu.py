"""The menu behind the gear: how the inbox looks, how large its text is, and signing out."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from resources.catalog import LANGUAGES
from ui.settings.appearance_page import mode_words
from ui.theme.theme import MODES, Mode, Theme
from ui.words.times import people_locale

TEXT_SIZES: Final = (1.0, 1.25, 1.5, 1.75, 2.0)


class SettingsMenu(QMenu):
    """Turns the theme itself; the numbers' window and signing out are only asked for."""

    numbers_requested = Signal()
    sign_out_requested = Signal()
    language_chosen = Signal(str)
    all_settings_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        translate = QCoreApplication.translate
        self.modes: dict[Mode, QAction] = {}
        self.sizes: dict[float, QAction] = {}
        self.numbers = self.addAction(translate("Settings", "WhatsApp numbers…"))
        self.numbers.triggered.connect(self.numbers_requested)
        self.all_settings = self.addAction(translate("Settings", "All settings…"))
        self.all_settings.triggered.connect(self.all_settings_requested)
        self.addSeparator()
        looks = self.addMenu(translate("Settings", "Appearance"))
        look_group = QActionGroup(self)
        for mode in MODES:
            self.modes[mode] = self._choice(looks, look_group, mode_words(mode))
            self.modes[mode].triggered.connect(lambda _checked, mode=mode: theme.set_mode(mode))
        sizes = self.addMenu(translate("Settings", "Text size"))
        size_group = QActionGroup(self)
        for size in TEXT_SIZES:
            label = people_locale().toString(round(size * 100)) + " %"
            self.sizes[size] = self._choice(sizes, size_group, label)
            self.sizes[size].triggered.connect(lambda _checked, size=size: theme.set_text_scale(size))
        self.languages = self.addMenu(translate("Settings", "Language"))
        for code, name in (("system", translate("Settings", "Like the system")), *LANGUAGES.items()):
            self.languages.addAction(name).triggered.connect(partial(self.language_chosen.emit, code))
        self.addSeparator()
        self.sign_out = self.addAction(translate("Settings", "Sign out…"))
        self.sign_out.triggered.connect(self.sign_out_requested)
        theme.changed.connect(self._mark)
        self._mark()

    def _choice(self, menu: QMenu, group: QActionGroup, words: str) -> QAction:
        action = menu.addAction(words)
        action.setCheckable(True)
        group.addAction(action)
        return action

    def _mark(self) -> None:
        self.modes[self._theme.mode].setChecked(True)
        if self._theme.text_scale in self.sizes:
            self.sizes[self._theme.text_scale].setChecked(True)
