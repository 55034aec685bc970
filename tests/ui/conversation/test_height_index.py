"""The height index answers like plain sums, whatever was changed before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.conversation.height_index import HeightIndex

HEIGHTS = st.integers(min_value=1, max_value=500)
CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("insert"), st.integers(0, 60), st.lists(HEIGHTS, max_size=5)),
        st.tuples(st.just("append"), st.just(0), st.lists(HEIGHTS, max_size=5)),
        st.tuples(st.just("remove"), st.integers(0, 60), st.just([1, 2])),
        st.tuples(st.just("set"), st.integers(0, 60), st.lists(HEIGHTS, min_size=1, max_size=1)),
    ),
    max_size=30,
)


@given(CHANGES)
def test_it_equals_plain_sums_after_any_changes(changes: list[tuple[str, int, list[int]]]) -> None:
    index, plain = HeightIndex(), list[int]()
    for what, at, heights in changes:
        if what in ("insert", "append"):
            row = len(plain) if what == "append" else min(at, len(plain))
            index.insert(row, heights)
            plain[row:row] = heights
        elif plain:
            row = at % len(plain)
            if what == "set":
                index[row] = plain[row] = heights[0]
            else:
                last = min(row + 1, len(plain) - 1)
                index.remove(row, last)
                del plain[row : last + 1]
        assert index.total() == sum(plain)
        assert [index.top(row) for row in range(len(plain))] == [sum(plain[:row]) for row in range(len(plain))]
        for row, height in enumerate(plain):
            top = sum(plain[:row])
            assert index.row_at(top) == index.row_at(top + height - 1) == row


def test_places_outside_belong_to_the_first_and_last_row() -> None:
    index = HeightIndex()
    assert index.row_at(10) == -1
    index.insert(0, [20, 30])
    assert (index.row_at(-5), index.row_at(1000)) == (0, 1)
