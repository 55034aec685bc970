"""What the program says, in the language of whoever reads it: one catalog per language, without Qt.

The English text is the key, under the context that it is said in. `resources/languages/<code>.json` holds the others:

    {"name": "Bahasa Indonesia", "plural_forms": "nplurals=1; plural=0;",
     "contexts": {"Chips": {"All": "Semua", "{count} chats": ["{count} chat"]}}}

A list has one text for each plural form, by gettext's rule `plural_forms`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

ENGLISH: Final = "en"
LANGUAGES: Final = {ENGLISH: "English", "id": "Bahasa Indonesia"}
"""By code, each as its own people call it."""

_FOLDER: Final = Path(__file__).parent / "languages"

Texts = Mapping[str, Mapping[str, str | list[str]]]


class Catalog:
    """One language; what it lacks is said in English."""

    def __init__(self, language: str, texts: Texts, plural_form: Callable[[int], int]) -> None:
        self.language = language
        self._texts = texts
        self._plural_form = plural_form

    def say(self, context: str, text: str) -> str:
        """A text of this program; one that is not (a server of another version) stays as it is."""
        found = self._texts.get(context, {}).get(text, text)
        return found if isinstance(found, str) else found[-1]

    def count(self, context: str, one: str, many: str, count: int) -> str:
        """The form that goes with a number; `{count}` in it is the caller's to fill in."""
        found = self._texts.get(context, {}).get(many)
        if found is None:
            return one if count == 1 else many
        return found if isinstance(found, str) else found[min(self._plural_form(count), len(found) - 1)]


def english() -> Catalog:
    """The language that everything is written in."""
    return Catalog(ENGLISH, {}, lambda count: int(count != 1))


def load_catalog(language: str) -> Catalog:
    """English for a language that there is no catalog of."""
    if language == ENGLISH or language not in LANGUAGES:
        return english()
    # Here, since English has no use for them and every import delays the first paint.
    from gettext import c2py

    held = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    rule = held["plural_forms"].partition("plural=")[2].rstrip("; ")
    return Catalog(language, held["contexts"], c2py(rule))
