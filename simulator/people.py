"""The cast: customers as WhatsApp would show them, the same ones for the same seed; nobody in it exists."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

from wire.webhooks import Identity

Language = Literal["indonesian", "english", "arabic", "hebrew"]

_PREFIXES: Final = (812, 813, 811, 821, 822, 852, 853, 856, 857, 858, 877, 878, 895, 896)
"""Mobile prefixes of Indonesian networks; the simulator's numbers go on with 0000, which no network has given out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The words of `scripts/names.toml`, of which people's names are made."""

    indonesian_given: list[str]
    indonesian_family: list[str]
    english_given: list[str]
    english_family: list[str]
    arabic: list[str]
    hebrew: list[str]
    shop_kinds: list[str]
    shop_names: list[str]
    emoji: list[str]
    long: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone on WhatsApp. `name` is '' where the profile has none; `phone` (E.164) is None where it is hidden."""

    name: str
    phone: str | None
    lid: str
    language: Language

    @property
    def address(self) -> str:
        """What the bridge calls this person: the phone where it is known, else the LID as a JID."""
        return self.phone or f"{self.lid}@lid"

    @property
    def jid(self) -> str:
        return f"{self.phone.removeprefix('+')}@c.us" if self.phone else f"{self.lid}@lid"

    @property
    def identities(self) -> list[Identity]:
        lid = Identity(kind="lid", value=self.lid)
        return [Identity(kind="phone", value=self.phone), lid] if self.phone else [lid]


def cast(seed: int) -> Iterator[Person]:
    """An endless line of different people; about one in twelve is odd (nameless, hidden, right-to-left, very long)."""
    rng = random.Random(f"{seed}/people")
    names = _load_names()
    for position in range(len(_PREFIXES) * 10_000):
        phone = f"+62{_PREFIXES[position % len(_PREFIXES)]}0000{position // len(_PREFIXES):04d}"
        name, language = (_FIRST[position] if position < len(_FIRST) else rng.choices(_STYLES, _WEIGHTS)[0])(names, rng)
        hidden = position == _FIRST_HIDDEN or (position > _FIRST_HIDDEN and rng.random() < 0.02)
        yield Person(
            name=name,
            phone=None if hidden else phone,
            lid=str(rng.randrange(10**13, 10**14)),
            language=language,
        )


def stranger(phone: str, name: str, lid: str) -> Person:
    """A person whom nobody wrote to before."""
    return Person(name=name, phone=phone, lid=lid, language="indonesian")


def _load_names() -> Names:
    return Names(**tomllib.loads(files("simulator").joinpath("scripts", "names.toml").read_text(encoding="utf-8")))


def _indonesian(names: Names, rng: random.Random) -> tuple[str, Language]:
    given = rng.choice(names.indonesian_given)
    pattern = rng.choices(("{0} {1}", "{0}", "{0} {1} {2}"), (75, 12, 13))[0]
    family, second = rng.sample(names.indonesian_family, 2)
    return pattern.format(given, family, second), "indonesian"


def _english(names: Names, rng: random.Random) -> tuple[str, Language]:
    return f"{rng.choice(names.english_given)} {rng.choice(names.english_family)}", "english"


def _shop(names: Names, rng: random.Random) -> tuple[str, Language]:
    return f"{rng.choice(names.shop_kinds)} {rng.choice(names.shop_names)}", "indonesian"


def _emoji(names: Names, rng: random.Random) -> tuple[str, Language]:
    return rng.choice(names.emoji).format(rng.choice(names.indonesian_given)), "indonesian"


def _nameless(_names: Names, rng: random.Random) -> tuple[str, Language]:
    return "", rng.choice(("indonesian", "english"))


def _long(names: Names, rng: random.Random) -> tuple[str, Language]:
    return rng.choice(names.long).format(_indonesian(names, rng)[0]), "indonesian"


def _arabic(names: Names, rng: random.Random) -> tuple[str, Language]:
    return rng.choice(names.arabic), "arabic"


def _hebrew(names: Names, rng: random.Random) -> tuple[str, Language]:
    return rng.choice(names.hebrew), "hebrew"


def _hostile(_names: Names, _rng: random.Random) -> tuple[str, Language]:
    return "<b onclick=alert(1)>Budi</b> & Co.", "indonesian"


_STYLES: Final = (_indonesian, _english, _shop, _emoji, _nameless, _long, _arabic, _hebrew)
_WEIGHTS: Final = (58, 24, 7, 4, 3, 1, 2, 1)
_FIRST: Final = (_indonesian, _english, _arabic, _shop, _nameless, _long, _hebrew, _emoji, _indonesian, _hostile)
"""The first ones are set, so that a small world has one of each kind too."""
_FIRST_HIDDEN: Final = 8
