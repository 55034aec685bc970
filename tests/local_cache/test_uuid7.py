"""UUIDs of version 7: time first."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_cache.uuid7 import uuid7

times = st.integers(0, (1 << 48) - 1)
bits = st.integers(0, (1 << 74) - 1)


def test_example_of_the_rfc() -> None:
    random_bits = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    assert uuid7(0x017F22E279B0, random_bits) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(times, bits, times, bits)
def test_later_sorts_later_and_version_and_variant_are_right(t1: int, b1: int, t2: int, b2: int) -> None:
    first, second = uuid7(t1, b1), uuid7(t2, b2)
    assert (first < second) == ((t1, b1) < (t2, b2))
    assert (UUID(first).version, UUID(first).variant) == (7, UUID(second).variant)


@pytest.mark.parametrize(("time", "random_bits"), [(-1, 0), (1 << 48, 0), (0, 1 << 74)])
def test_what_does_not_fit_is_refused(time: int, random_bits: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        uuid7(time, random_bits)
