"""Keeps the chat list's rows in order, newest first, and finds them by conversation; knows nothing of Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter

from ui.chat_list.rows import ChatRow

_key = attrgetter("sort_key")


class OrderedRows:
    """Rows by descending `sort_key`; positions count from the newest. Looking up and moving cost O(log n)."""

    def __init__(self, rows: Iterable[ChatRow] = ()) -> None:
        # Kept oldest first: what comes to the top of the list, the common case, is then an append.
        self._ascending: list[ChatRow] = []
        self._by_id: dict[str, ChatRow] = {}
        self.replace(rows)

    def __len__(self) -> int:
        return len(self._ascending)

    def __getitem__(self, position: int) -> ChatRow:
        if not 0 <= position < len(self._ascending):
            raise IndexError(position)
        return self._ascending[-1 - position]

    def __contains__(self, conversation_id: object) -> bool:
        return conversation_id in self._by_id

    def replace(self, rows: Iterable[ChatRow]) -> None:
        """Hold exactly these rows, in any order given; of two with one id the later counts."""
        self._by_id = {row.conversation_id: row for row in rows}
        self._ascending = sorted(self._by_id.values(), key=_key)

    def position(self, conversation_id: str) -> int | None:
        """Where a conversation stands, or None."""
        row = self._by_id.get(conversation_id)
        if row is None:
            return None
        index = bisect_left(self._ascending, row.sort_key, key=_key)
        while self._ascending[index] is not row:
            index += 1
        return len(self._ascending) - 1 - index

    def position_for(self, row: ChatRow) -> int:
        """Where `row` would stand once put in, counted without the row of that conversation already held."""
        length = len(self._ascending)
        index = bisect_left(self._ascending, row.sort_key, key=_key)
        held = self._by_id.get(row.conversation_id)
        if held is None:
            return length - index
        if held.sort_key < row.sort_key:
            return length - index
        return length - 1 - index

    def put(self, row: ChatRow) -> None:
        """Hold `row` at the place that its `sort_key` asks for, instead of the conversation's former row."""
        held = self.position(row.conversation_id)
        if held is not None:
            del self._ascending[-1 - held]
        self._ascending.insert(bisect_left(self._ascending, row.sort_key, key=_key), row)
        self._by_id[row.conversation_id] = row

    def remove(self, conversation_id: str) -> None:
        """Forget a conversation; `KeyError` for one that is not held."""
        position = self.position(conversation_id)
        if position is None:
            raise KeyError(conversation_id)
        del self._ascending[-1 - position]
        del self._by_id[conversation_id]
