"""What people say: whole conversations from `scripts/*.txt`, filled with goods, prices and places.

In a script `C` is the customer, `W` one of us, a digit a member of a group; `[image]` and its like make a message of
that type whose caption, possibly empty, follows.
"""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from simulator.people import Language

US: Final = "W"
CUSTOMER: Final = "C"

_LINE = re.compile(r"(?P<speaker>[CW1-9]): (?:\[(?P<kind>[a-z]+)\] ?)?(?P<text>.*)")
_LANGUAGES: Final[tuple[Language, ...]] = ("indonesian", "english", "arabic", "hebrew")
_GROUP_LANGUAGES: Final[tuple[Language, ...]] = ("indonesian", "english")


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """The words of `scripts/goods.toml`, with which scripts are filled."""

    cities: list[str]
    couriers: list[str]
    banks: list[str]
    items: dict[Language, list[str]]
    colors: dict[Language, list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a script: who says it, its `message_type`, and its text or caption."""

    speaker: str
    kind: str
    text: str

    @property
    def has_media(self) -> bool:
        return self.kind not in ("text", "location")


class Texts:
    """All scripts, in memory; what it hands out depends only on the `random.Random` it is given."""

    def __init__(
        self,
        private: dict[Language, list[list[Line]]],
        group: dict[Language, list[list[Line]]],
        replies: dict[Language, list[str]],
        nudges: dict[Language, list[str]],
        odd: list[str],
        goods: Goods,
    ) -> None:
        self._private = private
        self._group = group
        self._replies = replies
        self._nudges = nudges
        self._odd = odd
        self._goods = goods

    def conversations(self, language: Language, *, in_group: bool) -> list[list[Line]]:
        """Whole conversations, their fields still to be filled by `fill`."""
        return (self._group if in_group else self._private)[language]

    def fill(self, lines: list[Line], language: Language, rng: random.Random) -> list[Line]:
        """The lines with goods, prices and places; the same ones throughout."""
        return _filled(lines, language, self._goods, rng)

    def reply(self, language: Language, rng: random.Random) -> str:
        """What a customer may say to nearly any answer."""
        return rng.choice(self._replies[language])

    def nudge(self, language: Language, rng: random.Random) -> str:
        """What a customer says who waits for an answer."""
        return rng.choice(self._nudges[language])

    def odd(self, rng: random.Random) -> str:
        """Text that has broken a program somewhere: markup, joined emoji, overrides, very long words."""
        return rng.choice(self._odd)

    def city(self, rng: random.Random) -> str:
        return rng.choice(self._goods.cities)

    def all_odd(self) -> list[str]:
        return list(self._odd)


def load_texts() -> Texts:
    """Reads the scripts that come with the package."""
    return Texts(
        private={language: _conversations(f"private.{language}") for language in _LANGUAGES},
        group={language: _conversations(f"group.{language}") for language in _GROUP_LANGUAGES},
        replies={language: _sentences(f"replies.{language}") for language in _LANGUAGES},
        nudges={language: _sentences(f"nudges.{language}") for language in _LANGUAGES},
        odd=_sentences("odd"),
        goods=Goods(**tomllib.loads(_read("goods.toml"))),
    )


def _read(file_name: str) -> str:
    return files("simulator").joinpath("scripts", file_name).read_text(encoding="utf-8")


def _sentences(name: str) -> list[str]:
    return [sentence for sentence in _read(f"{name}.txt").split("\n") if sentence]


def _conversations(name: str) -> list[list[Line]]:
    return [[_parse(name, line) for line in block.split("\n")] for block in _read(f"{name}.txt").strip().split("\n\n")]


def _parse(name: str, line: str) -> Line:
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"scripts/{name}.txt: not a line of a script: {line!r}")
    return Line(match["speaker"], match["kind"] or "text", match["text"])


def _filled(lines: list[Line], language: Language, goods: Goods, rng: random.Random) -> list[Line]:
    details = {
        "item": rng.choice(goods.items[language]),
        "color": rng.choice(goods.colors[language]),
        "size": rng.choice(("S", "M", "L", "XL", "39", "40", "42")),
        "qty": str(rng.choice((1, 2, 2, 3, 5, 12))),
        "price": f"{rng.randrange(60, 900)}.000",
        "order": f"#{rng.randrange(10_000, 99_999)}",
        "tracking": f"CTH{rng.randrange(10**9, 10**10)}",
        "city": rng.choice(goods.cities),
        "courier": rng.choice(goods.couriers),
        "bank": rng.choice(goods.banks),
        "time": rng.choice(("10.00", "13.30", "15.00", "16.45")),
    }
    return [Line(line.speaker, line.kind, line.text.format_map(details)) for line in lines]
