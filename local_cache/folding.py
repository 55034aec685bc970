"""How names and phone numbers are compared: whatever a person types finds what they mean."""

from __future__ import annotations

import re
import unicodedata

# Letters whose stroke or dot is not a combining mark, so that decomposition leaves it on.
_PLAIN_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
_UNSEEN = {"Mn", "Me", "Cf"}
_PHONE_LIKE = re.compile(r"[\s\d+().\-/\u00ad\u200b-\u200f\u2010-\u2015\u202a-\u202e\u2066-\u2069]+")


def folded(text: str) -> str:
    """Without case, accents and invisible characters; white space becomes single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    visible = "".join(character for character in decomposed if unicodedata.category(character) not in _UNSEEN)
    return " ".join(visible.translate(_PLAIN_LETTERS).split())


def digits(text: str) -> str:
    """The decimal digits of any script, as ASCII."""
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


def phone_part(typed: str) -> str | None:
    """The digits to look for when `typed` looks like (part of) a phone number, else null.

    Leading zeros go: `0812…` is written so at home only, `0062…` when dialling; stored numbers are E.164.
    """
    if not _PHONE_LIKE.fullmatch(typed):
        return None
    return digits(typed).lstrip("0") or None
