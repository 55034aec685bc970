"""A few letters find what a person means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.palette.matching import best, folded, score
from ui.palette.rows import PaletteEntry


def entries(*titles: str) -> list[PaletteEntry]:
    return [PaletteEntry(kind="chat", target=title, title=title) for title in titles]


def titles(query: str, *among: str) -> list[str]:
    return [entry.title for entry in best(query, entries(*among), 50)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("rjb", "Reseller Jabodetabek"),
        ("resel", "Reseller Jabodetabek"),
        ("jabo", "Reseller Jabodetabek"),
        ("jabo res", "Reseller Jabodetabek"),
        ("sinar", "Toko Sinar Jaya"),
        ("jose", "José Álvarez"),
        ("0812", "+62 0812-3456"),
    ],
)
def test_what_is_meant_comes_first(query: str, first: str) -> None:
    among = ("Surya Jaya Bersama", "Toko Sinar Jaya", "Reseller Jabodetabek", "José Álvarez", "+62 0812-3456")
    assert titles(query, *among)[0] == first


def test_what_does_not_fit_is_left_out_and_nothing_typed_keeps_the_order() -> None:
    assert titles("xyz", "Toko Sinar Jaya", "Reseller") == []
    assert titles("", "b", "a", "c") == ["b", "a", "c"]


def test_the_detail_counts_too() -> None:
    entry = PaletteEntry(kind="chat", target="1", title="Budi", detail="+62 811-2223 · Gudang")
    assert best("budi gudang", [entry], 5) == [entry]


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_text_may_be_typed(query: str, title: str) -> None:
    found = best(query, entries(title), 5)
    for word in folded(query[:60]).split():
        rest = iter(folded(f"{title} "))
        assert not found or all(letter in rest for letter in word), "found only where the letters are, in order"


@given(st.text(alphabet="abc ", min_size=1, max_size=12))
def test_a_text_fits_itself_best(text: str) -> None:
    own = score(text, text)
    assert own is not None
    other = score(text, f"x{text}")
    assert other is not None
    assert own >= other
