"""How names and numbers are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cache.folding import digits, folded, phone_part


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("José  ÅNGSTRÖM", "jose angstrom"),
        ("Łódź Đặng Ørsted", "lodz dang orsted"),
        ("İstanbul IĞDIR ısı", "istanbul igdir isi"),
        ("Ｆｕｌｌ　Width", "full width"),
        ("𝐁𝐨𝐥𝐝", "bold"),
        ("\u202eRTL\u202c \u200bzero", "rtl zero"),
        ("أحمد", "احمد"),
        ("👩‍💻 Dev", "👩💻 dev"),
    ],
)
def test_names_lose_what_people_do_not_type(written: str, plain: str) -> None:
    assert folded(written) == plain


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_upper_case_is_found_by_lower_case(before: str, name: str) -> None:
    assert folded(name.upper()) == folded(name.upper().lower())


def test_digits_of_any_script() -> None:
    assert digits("+٦٢ (8१2)") == "62812"


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("+62 812-34", "6281234"),
        ("0812", "812"),
        ("0062", "62"),
        ("0", None),
        ("+", None),
        ("", None),
        ("Budi 1", None),
        ("12b", None),
    ],
)
def test_what_looks_like_a_phone_number(typed: str, part: str | None) -> None:
    assert phone_part(typed) == part
