"""The loaded messages of one conversation in their order, and what each owes its neighbours: day, divider, run."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from ui.conversation.rows import MessageRow

SYSTEM: Final = "system"
SortKey = tuple[bool, str, int, str]


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A message where it stands.

    `starts_day` marks a day's first message, `new_messages` (> 0) the one under the "new messages" line, and
    `starts_run` the first of consecutive messages from the same person.
    """

    row: MessageRow
    starts_day: bool
    new_messages: int
    starts_run: bool


class RowsListener(Protocol):
    """Is told about every change before and after it; positions are inclusive, as Qt's models have them."""

    def begin_insert(self, first: int, last: int) -> None: ...
    def end_insert(self) -> None: ...
    def begin_remove(self, first: int, last: int) -> None: ...
    def end_remove(self) -> None: ...
    def changed(self, first: int, last: int) -> None: ...


class LocalDays:
    """The day of a moment on this machine's clock. Messages come by days: the day asked for last is remembered."""

    def __init__(self) -> None:
        self._begin, self._end, self._day = 0.0, 0.0, date.min

    def __call__(self, time_ms: int) -> date:
        """A time outside the calendar counts as its nearest end."""
        if self._begin <= time_ms < self._end:
            return self._day
        try:
            year, month, number = time.localtime(time_ms / 1000)[:3]
            self._begin = time.mktime((year, month, number, 0, 0, 0, 0, 0, -1)) * 1000
            self._end = time.mktime((year, month, number + 1, 0, 0, 0, 0, 0, -1)) * 1000
            self._day = date(year, month, number)
        except (OverflowError, ValueError, OSError):
            self._begin = self._end = 0.0
            return date.max if time_ms > 0 else date.min
        return self._day


def place_in_order(row: MessageRow) -> SortKey:
    """What sorts a conversation: the server's order, then what is not sent yet by the time it was written."""
    pending = row.order == ""
    return (pending, row.order, row.time_ms if pending else 0, row.key)


class RowsList:
    """Messages sorted by `order`, found by key; every change costs its own size, not the conversation's."""

    def __init__(self, listener: RowsListener, day_of: Callable[[int], date] | None = None) -> None:
        self._listener = listener
        self._day_of = day_of or LocalDays()
        self._sort_keys: list[SortKey] = []
        self._placed: list[PlacedRow] = []
        self._by_key: dict[str, SortKey] = {}
        self._divider_key: str | None = None
        self._divider_count = 0

    def __len__(self) -> int:
        return len(self._placed)

    def __getitem__(self, position: int) -> PlacedRow:
        return self._placed[position]

    @property
    def divider_key(self) -> str | None:
        return self._divider_key

    @property
    def divider_count(self) -> int:
        return self._divider_count

    def position(self, key: str) -> int | None:
        sort_key = self._by_key.get(key)
        return None if sort_key is None else bisect_left(self._sort_keys, sort_key)

    def load(self, rows: Iterable[MessageRow], divider_key: str | None) -> None:
        """Hold these messages and no others, without a word to the listener; the line stands above `divider_key`."""
        by_key = {row.key: row for row in rows}
        self._sort_keys = sorted(place_in_order(row) for row in by_key.values())
        ordered = [by_key[sort_key[-1]] for sort_key in self._sort_keys]
        self._by_key = {sort_key[-1]: sort_key for sort_key in self._sort_keys}
        start = self.position(divider_key) if divider_key is not None else None
        self._divider_key = None if start is None else divider_key
        self._divider_count = 0 if start is None else sum(not row.outbound for row in ordered[start:])
        neighbours = zip(ordered, [None, *ordered], strict=False)
        self._placed = [self._place(row, previous) for row, previous in neighbours]

    def upsert(self, rows: Iterable[MessageRow]) -> None:
        """Add what is new, replace what is known by its key, move what got another place."""
        arriving: list[MessageRow] = []
        for row in {row.key: row for row in rows}.values():
            held = self.position(row.key)
            if held is None:
                arriving.append(row)
            elif self._stays_at(held, place_in_order(row)):
                self._replace(held, row)
            else:
                self._remove(held, held)
                arriving.append(row)
        for block in self._blocks(sorted(arriving, key=place_in_order)):
            self._insert(block)

    def remove(self, keys: Iterable[str]) -> None:
        """Forget these messages; unknown keys are fine."""
        for key in keys:
            position = self.position(key)
            if position is not None:
                self._remove(position, position)

    def divide(self, key: str | None, count: int) -> None:
        """Draw the "`count` new messages" line above this message, and nowhere else; None: no line."""
        before = self._divider_key
        self._divider_key, self._divider_count = key, count
        for each in {before, key} - {None}:
            position = self.position(str(each))
            if position is not None:
                self._refresh(position)

    def _stays_at(self, position: int, sort_key: SortKey) -> bool:
        after_previous = position == 0 or self._sort_keys[position - 1] < sort_key
        before_next = position + 1 == len(self) or sort_key < self._sort_keys[position + 1]
        return after_previous and before_next

    def _replace(self, position: int, row: MessageRow) -> None:
        self._sort_keys[position] = self._by_key[row.key] = place_in_order(row)
        placed = self._place(row, self._placed[position - 1].row if position else None)
        if placed != self._placed[position]:
            self._placed[position] = placed
            self._listener.changed(position, position)
        self._refresh(position + 1)

    def _blocks(self, rows: Sequence[MessageRow]) -> Iterable[list[MessageRow]]:
        """Runs of sorted new rows that go to one place, from the last to the first, so that places stay true."""
        blocks: list[tuple[int, list[MessageRow]]] = []
        for row in rows:
            position = bisect_left(self._sort_keys, place_in_order(row))
            if blocks and blocks[-1][0] == position:
                blocks[-1][1].append(row)
            else:
                blocks.append((position, [row]))
        return [block for _, block in reversed(blocks)]

    def _insert(self, block: Sequence[MessageRow]) -> None:
        sort_keys = [place_in_order(row) for row in block]
        first = bisect_left(self._sort_keys, sort_keys[0])
        previous = self._placed[first - 1].row if first else None
        placed = []
        for row in block:
            placed.append(self._place(row, previous))
            previous = row
        self._listener.begin_insert(first, first + len(block) - 1)
        self._placed[first:first] = placed
        self._sort_keys[first:first] = sort_keys
        self._by_key.update((row.key, sort_key) for row, sort_key in zip(block, sort_keys, strict=True))
        self._listener.end_insert()
        self._refresh(first + len(block))

    def _remove(self, first: int, last: int) -> None:
        self._listener.begin_remove(first, last)
        for placed in self._placed[first : last + 1]:
            del self._by_key[placed.row.key]
        del self._placed[first : last + 1], self._sort_keys[first : last + 1]
        self._listener.end_remove()
        self._refresh(first)

    def _refresh(self, position: int) -> None:
        """Look again at what a message owes to the one before it."""
        if position >= len(self):
            return
        placed = self._place(self._placed[position].row, self._placed[position - 1].row if position else None)
        if placed != self._placed[position]:
            self._placed[position] = placed
            self._listener.changed(position, position)

    def _place(self, row: MessageRow, previous: MessageRow | None) -> PlacedRow:
        day = self._day_of(row.time_ms)
        starts_day = previous is None or self._day_of(previous.time_ms) != day
        new_messages = self._divider_count if row.key == self._divider_key else 0
        starts_run = starts_day or new_messages > 0 or previous is None or not same_voice(previous, row)
        return PlacedRow(row, starts_day, new_messages, starts_run)


def same_voice(before: MessageRow, after: MessageRow) -> bool:
    """Whether two neighbours are said by one person, so that the name above the second would only repeat."""
    if before.message_type == SYSTEM or after.message_type == SYSTEM or before.outbound != after.outbound:
        return False
    if after.outbound:
        return before.agent_name == after.agent_name
    return (before.sender_seed, before.sender_phone, before.sender_name) == (
        after.sender_seed,
        after.sender_phone,
        after.sender_name,
    )
