"""The list's order, without Qt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.samples import chat
from ui.chat_list.ordering import OrderedRows
from ui.chat_list.rows import ChatRow


def _row(conversation_id: str, time: int) -> ChatRow:
    return chat(conversation_id, sort_key=(time, conversation_id))


def _ids(rows: OrderedRows) -> list[str]:
    return [rows[position].conversation_id for position in range(len(rows))]


def test_newest_first_whatever_the_order_of_arrival() -> None:
    rows = OrderedRows([_row("b", 2), _row("c", 3), _row("a", 1)])
    assert _ids(rows) == ["c", "b", "a"]


def test_news_brings_a_chat_to_the_top() -> None:
    rows = OrderedRows([_row("a", 1), _row("b", 2), _row("c", 3)])
    assert rows.position_for(_row("a", 9)) == 0
    rows.put(_row("a", 9))
    assert _ids(rows) == ["a", "c", "b"]


def test_chats_of_the_same_moment_keep_one_order() -> None:
    rows = OrderedRows([_row("a", 5), _row("b", 5)])
    assert _ids(rows) == ["b", "a"]
    rows.put(_row("a", 5))
    assert _ids(rows) == ["b", "a"]


def test_remove_and_unknown() -> None:
    rows = OrderedRows([_row("a", 1), _row("b", 2)])
    rows.remove("b")
    assert _ids(rows) == ["a"]
    assert rows.position("b") is None
    assert "b" not in rows
    with pytest.raises(KeyError):
        rows.remove("b")
    with pytest.raises(IndexError):
        rows[1]


@given(st.lists(st.tuples(st.sampled_from("abcdefg"), st.integers(0, 9), st.booleans()), max_size=40))
def test_equals_sorting_after_any_history(history: list[tuple[str, int, bool]]) -> None:
    rows, expected = OrderedRows(), dict[str, ChatRow]()
    for conversation_id, time, removed in history:
        row = _row(conversation_id, time)
        if removed and conversation_id in expected:
            del expected[conversation_id]
            rows.remove(conversation_id)
            continue
        foreseen = rows.position_for(row)
        rows.put(row)
        expected[conversation_id] = row
        assert rows.position(conversation_id) == foreseen
    in_order = sorted(expected.values(), key=lambda row: row.sort_key, reverse=True)
    assert [rows[position] for position in range(len(rows))] == in_order
    assert [rows.position(row.conversation_id) for row in in_order] == list(range(len(in_order)))
