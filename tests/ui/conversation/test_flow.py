"""The reader's place: at the end it follows, elsewhere nothing in sight moves when rows come, go or grow."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ui.conversation.flow import RowFlow


class Column:
    """Rows with true heights that the flow does not know before it measures them (it guesses 50)."""

    def __init__(self, heights: list[int], window: int = 400) -> None:
        self.heights = heights
        self.measured: list[int] = []
        self.flow = RowFlow(self._measure, lambda rows: [50] * len(rows), padding=16)
        self.flow.window = window
        self.flow.reset(len(heights))
        self.flow.settle()

    def _measure(self, row: int) -> int:
        self.measured.append(row)
        return self.heights[row]

    def insert(self, first: int, heights: list[int]) -> None:
        self.heights[first:first] = heights
        self.flow.insert(first, first + len(heights) - 1)
        self.flow.settle()

    def scroll(self, by: int) -> None:
        self.flow.scroll(self.flow.value + by)
        self.flow.settle()


def test_it_opens_at_the_end() -> None:
    column = Column([100] * 20)
    assert column.flow.visible() == (16, 19)
    assert column.flow.top(19) == 400 - 16 - 100


def test_only_what_is_in_sight_is_measured() -> None:
    column = Column([100] * 10_000)
    assert len(set(column.measured)) < 20


def test_few_rows_stand_at_the_lower_edge() -> None:
    column = Column([100, 50])
    assert (column.flow.top(0), column.flow.top(1), column.flow.maximum) == (400 - 16 - 150, 400 - 16 - 50, 0)


def test_at_the_end_it_follows_new_rows() -> None:
    column = Column([100] * 20)
    column.insert(20, [70, 30])
    assert column.flow.follows
    assert column.flow.top(21) == 400 - 16 - 30


def test_away_from_the_end_new_rows_below_move_nothing() -> None:
    column = Column([100] * 20)
    column.scroll(-500)
    before = column.flow.top(12)
    column.insert(20, [70])
    assert column.flow.top(12) == before
    assert not column.flow.follows


def test_rows_above_move_nothing_in_sight() -> None:
    column = Column([100] * 20)
    column.scroll(-500)
    first, last = column.flow.visible()
    before = [column.flow.top(row) for row in range(first, last + 1)]
    column.insert(0, [333] * 50)
    assert [column.flow.top(row + 50) for row in range(first, last + 1)] == before


def test_a_row_above_that_grows_moves_nothing_in_sight() -> None:
    column = Column([100] * 20)
    column.scroll(-450)
    first, last = column.flow.visible()
    tops = [column.flow.top(row) for row in range(first + 1, last + 1)]
    column.heights[first] += 60
    column.flow.outdate(first, first)
    column.flow.settle()
    assert [column.flow.top(row) for row in range(first + 1, last + 1)] == tops


def test_removed_rows_above_move_nothing_in_sight() -> None:
    column = Column([100] * 20)
    column.scroll(-500)
    before = column.flow.top(12)
    del column.heights[0:5]
    column.flow.remove(0, 4)
    column.flow.settle()
    assert column.flow.top(7) == before


def test_the_row_that_held_the_place_may_go() -> None:
    column = Column([100] * 20)
    column.scroll(-500)
    first, last = column.flow.visible()
    del column.heights[first : last + 1]
    column.flow.remove(first, last)
    column.flow.settle()
    assert column.flow.visible()[0] <= first <= column.flow.visible()[1]


def test_a_hidden_row_comes_into_sight_by_the_shortest_way() -> None:
    column = Column([100] * 20)
    column.flow.reveal(2)
    column.flow.settle()
    assert column.flow.top(2) == 16
    column.flow.reveal(10)
    column.flow.settle()
    assert column.flow.top(10) + 100 == 400 - 16


@given(
    st.lists(st.integers(10, 900), min_size=1, max_size=60),
    st.lists(st.integers(-700, 700), max_size=12),
    st.integers(50, 900),
)
def test_a_scroll_carries_what_stays_in_sight_exactly(heights: list[int], moves: list[int], window: int) -> None:
    column = Column(heights, window)
    flow = column.flow
    for move in moves:
        first, last = flow.visible()
        tops = {row: flow.top(row) for row in range(first, last + 1)}
        column.scroll(move)
        first, last = flow.visible()
        moved = {flow.top(row) - top for row, top in tops.items() if first <= row <= last}
        assert len(moved) <= 1
        assert 0 <= flow.value <= flow.maximum
        assert flow.follows == (flow.value == flow.maximum)


@given(st.lists(st.integers(10, 900), max_size=40), st.integers(50, 900))
def test_the_window_is_filled_whatever_the_heights(heights: list[int], window: int) -> None:
    column = Column(heights, window)
    flow = column.flow
    if flow.maximum:
        first, last = flow.visible()
        assert flow.top(first) <= 16
        assert flow.top(last) + heights[last] >= window - 16
