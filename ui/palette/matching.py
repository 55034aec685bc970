"""Finds what a person means from a few letters in their order: "rjb" is "Reseller Jabodetabek"; knows no Qt."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from ui.palette.rows import PaletteEntry

START_OF_WORD: Final = 8
NEXT_LETTER: Final = 5
WHOLE: Final = 40
FARTHEST: Final = 6
LONGEST_QUERY: Final = 60


def folded(text: str) -> str:
    """Without case and accents, for comparing."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def score(query: str, text: str) -> int | None:
    """How well a text fits letters that must all be in it, in their order; None where they are not. Both folded.

    Beginnings of words and letters in a row count most, and an unbroken match before all.
    """
    if not query:
        return 0
    found = text.find(query)
    if found >= 0:
        return WHOLE + NEXT_LETTER * len(query) + (START_OF_WORD if _begins_word(text, found) else 0) - found // 8
    points, place = 0, -1
    for letter in query:
        here = _next(letter, text, place + 1)
        if here is None:
            return None
        follows, begins = here == place + 1, _begins_word(text, here)
        points += (NEXT_LETTER if follows else 0) + (START_OF_WORD if begins else 0)
        points -= 0 if follows or begins else min(here - place, FARTHEST)
        place = here
    return points


def best(query: str, entries: Iterable[PaletteEntry], limit: int) -> Sequence[PaletteEntry]:
    """The entries that fit best, among equals in their given order; every word of the query must fit somewhere."""
    words = folded(query[:LONGEST_QUERY]).split()
    found: list[tuple[int, int, PaletteEntry]] = []
    for position, entry in enumerate(entries):
        text = folded(f"{entry.title} {entry.detail}")
        points = [score(word, text) for word in words]
        if None not in points:
            found.append((-sum(each or 0 for each in points), position, entry))
    return [entry for _, _, entry in sorted(found, key=lambda each: each[:2])[:limit]]


def _next(letter: str, text: str, start: int) -> int | None:
    """Where a letter is: the next place if it is there, else where a word begins with it, else anywhere."""
    first = text.find(letter, start)
    if first < 0 or first == start:
        return first if first >= 0 else None
    here = first
    while here >= 0:
        if _begins_word(text, here):
            return here
        here = text.find(letter, here + 1)
    return first


def _begins_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()
