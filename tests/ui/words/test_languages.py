"""The window speaks the language chosen: every word, in its plural forms, with its dates, numbers and direction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QLocale, QSettings, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QTextEdit, QWidget

from resources.catalog import Catalog, load_catalog
from tests.ui.gallery import Gallery
from ui.conversation import phrases
from ui.words.said import counted
from ui.words.times import clock_time, list_time, people_locale
from ui.words.translator import CatalogTranslator, Speech

NOON = 1_763_899_200_000
DATA = re.compile(
    r"Toko Sinar Jaya|Reseller Jabodetabek|Sales|Maya Putri|https\S*|\+62[\d -]+|agent@example\.com|English"
    r"|Bahasa Indonesia|Layanan|WhatsApp|Ctrl|Alt|[A-Z]{1,2}"
)
WORD = re.compile(r"[A-Za-z]{2,}")


class Marked(Catalog):
    """Says everything between brackets, so that what is said around it shows."""

    def __init__(self) -> None:
        super().__init__("xx", {}, lambda count: 0)

    def say(self, context: str, text: str) -> str:
        return f"⟦{text}⟧"

    def count(self, context: str, one: str, many: str, count: int) -> str:
        return f"⟦{many}⟧"


@pytest.fixture
def marked(qapp: QApplication) -> Iterator[None]:
    translator = CatalogTranslator(Marked())
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def speech(qapp: QApplication) -> Iterator[Speech]:
    speech = Speech(qapp, "id")
    yield speech
    speech.close()
    QLocale.setDefault(QLocale.c())
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def gallery(qapp: QApplication, tmp_path: Path) -> Iterator[Gallery]:
    palette, font, sheet = qapp.palette(), qapp.font(), qapp.styleSheet()
    gallery = Gallery(qapp, tmp_path, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    gallery.usual()
    yield gallery
    gallery.close()
    for each in (gallery.window, gallery.theme, gallery._clock):
        shiboken6.delete(each)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def shown_by(widget: QWidget) -> Iterator[str]:
    """What one widget says, to eyes and ears."""
    yield widget.accessibleName()
    yield re.sub("<[^>]*>", "", widget.toolTip())
    yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    if isinstance(widget, QLineEdit | QTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QMenu):
        yield from (action.text() for action in widget.actions())


def untranslated(text: str) -> bool:
    return WORD.search(DATA.sub("", re.sub("⟦[^⟧]*⟧", "", text))) is not None


def test_no_word_that_is_shown_is_untranslated(marked: None, gallery: Gallery) -> None:
    texts = set()
    for state in (lambda: None, *gallery.states().values()):
        gallery.usual(sync=True)
        state()
        texts |= {text for widget in QApplication.allWidgets() for text in shown_by(widget)}
    assert len([text for text in texts if "⟦" in text]) > 40, "the widgets were looked at"
    assert sorted(text for text in texts if untranslated(text)) == []


def test_indonesian_is_spoken_with_its_own_numbers_and_times(speech: Speech) -> None:
    assert phrases.new_messages(1) == "1 pesan baru"
    assert phrases.new_messages(1204) == "1.204 pesan baru"
    assert counted("ChatList", "({count} member)", "({count} members)", 12) == "(12 anggota)"
    assert list_time(NOON - 86_400_000, NOON, people_locale()) == "Kemarin"
    assert re.fullmatch(r"\d\d\.\d\d", clock_time(NOON, people_locale()))
    speech.speak("en")
    assert phrases.new_messages(1) == "1 new message"
    assert phrases.new_messages(1204) == "1,204 new messages"


def test_the_whole_window_is_in_indonesian(speech: Speech, gallery: Gallery) -> None:
    assert gallery.chats.search.placeholderText() == "Cari obrolan"
    assert [chip.text() for chip in gallery.chats.chips.chips.values()] == [
        "Semua",
        "Belum dibaca",
        "Menunggu",
        "Grup",
        "Pribadi",
    ]
    assert gallery.window.windowTitle() == "(16) Kotak Masuk"


def test_a_language_without_a_catalog_is_spoken_in_english() -> None:
    assert load_catalog("tlh").language == "en"
    assert load_catalog("id").say("Chips", "All") == "Semua"
    assert load_catalog("id").say("Server", "A reason of a later version.") == "A reason of a later version."
