"""Times keep their milliseconds on the way through the wire, whatever offset they come with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire.times import to_iso, to_milliseconds

FROM_YEAR_1000 = -30_610_224_000_000
TO_YEAR_9999 = 253_402_300_799_999
moments = st.integers(FROM_YEAR_1000, TO_YEAR_9999)


@given(moments)
def test_a_time_survives_the_round_trip(milliseconds: int) -> None:
    assert to_milliseconds(to_iso(milliseconds)) == milliseconds


@given(moments, moments)
def test_text_sorts_as_time_does(one: int, other: int) -> None:
    assert (to_iso(one) < to_iso(other)) == (one < other)


@given(moments, st.integers(-14 * 60, 14 * 60))
def test_another_offset_is_the_same_moment(milliseconds: int, minutes: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    try:
        elsewhere = moment.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert to_milliseconds(elsewhere.isoformat()) == milliseconds


def test_the_form_is_the_documented_one() -> None:
    assert to_iso(1_763_894_400_123) == "2025-11-23T10:40:00.123Z"


@pytest.mark.parametrize("text", ["", "yesterday", "2025-11-23T10:40:00", "2025-11-23", "2025-13-01T00:00:00Z"])
def test_what_is_not_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        to_milliseconds(text)
