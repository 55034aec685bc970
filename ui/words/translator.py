"""Puts a catalog into the application's hands: what widgets say, Qt's own words, dates and numbers, and direction."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from resources.catalog import LANGUAGES, Catalog, load_catalog

SYSTEM = "system"


class CatalogTranslator(QTranslator):
    """Answers `QCoreApplication.translate` from a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self.catalog = catalog

    def translate(self, context: str, text: str, _disambiguation: str | None = None, count: int = -1) -> str:
        if count >= 0:
            return self.catalog.count(context, text, text, count)
        return self.catalog.say(context, text)

    def isEmpty(self) -> bool:
        """Qt leaves out translators that say so of themselves."""
        return False


class Speech:
    """The language that an application speaks; `catalog` is for whoever speaks without Qt.

    Words that are on the screen stay as they are: whoever changes the language builds the screen anew.
    """

    def __init__(self, app: QApplication, chosen: str = SYSTEM) -> None:
        self._app = app
        self._translator: CatalogTranslator | None = None
        self.catalog = load_catalog("")
        self.speak(chosen)

    def speak(self, chosen: str) -> None:
        """A language's code, or `system` for the desktop's own, in English where there is no catalog of it."""
        language = chosen if chosen in LANGUAGES else _of_the_system()
        self.catalog = load_catalog(language)
        QLocale.setDefault(_locale_of(language))
        self._app.setLayoutDirection(QLocale(language).textDirection())
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
        self._translator = CatalogTranslator(self.catalog)
        self._app.installTranslator(self._translator)

    def close(self) -> None:
        """The application speaks English again."""
        if self._translator is not None:
            self._app.removeTranslator(self._translator)
            self._translator = None


def _of_the_system() -> str:
    for wanted in QLocale.system().uiLanguages():
        language = wanted.partition("-")[0]
        if language in LANGUAGES:
            return language
    return ""


def _locale_of(language: str) -> QLocale:
    """The system's own where it is of that language: its dates may be another country's."""
    system = QLocale.system()
    known = language or "en"
    return system if system.name().partition("_")[0] == known else QLocale(known)
