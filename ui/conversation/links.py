"""Finds what may be clicked in a message: http, https and mailto addresses that stand in its text, nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

# Bidi controls, spaces and quotes end an address: what is shown must be what opens.
_STOPS: Final = r"\s<>\"“”«»`\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"
_ADDRESS: Final = re.compile(rf"(?<![\w.+-])(?:https?://|mailto:)[^{_STOPS}]{{1,2048}}", re.IGNORECASE)
_TRAILING: Final = ".,;:!?'’…*_~"
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """Characters `start` to `end` (exclusive) of the text are the address `target`."""

    start: int
    end: int
    target: str


def find_links(text: str) -> tuple[Link, ...]:
    """The addresses in reading order; punctuation after an address belongs to the sentence."""
    found = []
    for match in _ADDRESS.finditer(text):
        target = _without_sentence_end(match.group())
        if may_open(target):
            found.append(Link(match.start(), match.start() + len(target), target))
    return tuple(found)


def may_open(target: str) -> bool:
    """Whether an address is of a kind that a click may hand to the system."""
    try:
        parts = urlsplit(target)
        if parts.scheme == "mailto":
            return "@" in parts.path
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _without_sentence_end(target: str) -> str:
    while target:
        last = target[-1]
        opening = _BRACKETS.get(last)
        if last in _TRAILING or (opening is not None and target.count(last) > target.count(opening)):
            target = target[:-1]
        else:
            break
    return target
