"""Nothing is said in one language only: each catalog holds every text of the desktop, and no other.

A text that you add goes into `resources/languages/id.json` too, under its context.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from resources.catalog import LANGUAGES
from sync_backend.providers.meta.failures import FAILURES
from tests.house.sources import ROOT, modules, parse
from tests.house.texts import constants_of, counted_texts, languages, reasons_of, said_texts

OF_QT = {"QPlatformTheme", "QWidgetTextControl", "QLineEdit"}
"""Qt's own words, which come in few languages: they are in our catalogs, and in none of our sources."""

REASONS = "Server"
"""The context of what the server, a provider or our own client gives as a reason."""

PLACE = re.compile(r"{\w*}")


def test_every_language_that_can_be_chosen_has_a_catalog() -> None:
    assert {path.stem for path in languages()} == set(LANGUAGES) - {"en"}


@pytest.mark.parametrize("catalog", languages(), ids=lambda path: path.stem)
def test_every_text_is_said_in_every_language(catalog: Path) -> None:
    texts = json.loads(catalog.read_text(encoding="utf-8"))["contexts"]
    missing = [
        f"{context}: {text!r} ({where})"
        for (context, text), where in said_texts().items()
        if text not in texts.get(context, {})
    ]
    assert missing == [], f"add them to {catalog.relative_to(ROOT)}"
    reasons = reasons_of("sync_backend/providers", "sync_backend/sending", "inbox_app")
    reasons |= {failure.words for failure in FAILURES.values()}
    assert sorted(reasons - texts[REASONS].keys()) == [], f"add them to {catalog.relative_to(ROOT)} under {REASONS}"


@pytest.mark.parametrize("catalog", languages(), ids=lambda path: path.stem)
def test_no_catalog_holds_what_nobody_says(catalog: Path) -> None:
    texts = json.loads(catalog.read_text(encoding="utf-8"))["contexts"]
    said = said_texts().keys()
    reasons = constants_of("sync_backend", "inbox_app")
    stale = [
        f"{context}: {text!r}"
        for context, entries in texts.items()
        for text in entries
        if context not in OF_QT and (context, text) not in said and not (context == REASONS and text in reasons)
    ]
    assert stale == []


@pytest.mark.parametrize("catalog", languages(), ids=lambda path: path.stem)
def test_translations_keep_places_and_plural_forms(catalog: Path) -> None:
    held = json.loads(catalog.read_text(encoding="utf-8"))
    forms = int(held["plural_forms"].partition("nplurals=")[2].partition(";")[0])
    counted = counted_texts()
    for context, entries in held["contexts"].items():
        for text, translation in entries.items():
            is_counted = (context, text) in counted
            assert isinstance(translation, list) == is_counted, f"{context}: {text!r}"
            assert not is_counted or len(translation) == forms
            for each in translation if is_counted else [translation]:
                assert each.strip(), f"{context}: {text!r} is empty"
                assert sorted(PLACE.findall(each)) == sorted(PLACE.findall(text)), f"{context}: {text!r}"


def test_nothing_is_said_around_the_catalogs() -> None:
    """`tr` takes its context from a class's name; texts handed to a widget as they are would stay English."""
    bare = {"setText", "setWindowTitle", "setToolTip", "setPlaceholderText", "setAccessibleName", "addAction"}
    offences = []
    for module in modules("ui"):
        for call in (node for node in ast.walk(parse(module)) if isinstance(node, ast.Call)):
            name = getattr(call.func, "attr", "")
            first = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else ""
            is_words = isinstance(first, str) and re.search("[A-Za-z]{2}", first) and "://" not in first
            if name == "tr" or (name in bare and is_words):
                offences.append(f"{module}:{call.lineno} {name}({first!r})")
    assert offences == []
