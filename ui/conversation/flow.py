"""Which rows are in sight and where: keeps the reader's place while rows come, go and change their heights."""

from __future__ import annotations

from collections.abc import Callable

from ui.conversation.height_index import HeightIndex


class RowFlow:
    """Rows of different heights under a scrolling window, in pixels; only rows that come into sight are measured.

    The place is kept by a *pin*, one visible row and its distance from the upper edge, or by following the end.
    `measure` is exact, `estimate` serves for rows never seen. After changes call `settle`, then read `value`
    (how far the window is scrolled) and `maximum`. Rows that do not fill the window stand at its lower edge.
    """

    def __init__(self, measure: Callable[[int], int], estimate: Callable[[range], list[int]], padding: int) -> None:
        self._measure = measure
        self._estimate = estimate
        self._padding = padding
        self._heights = HeightIndex()
        self._measured = bytearray()
        self._pin: tuple[int, int] | None = None
        self.window = 0
        self.value = 0
        self.maximum = 0

    def __len__(self) -> int:
        return len(self._heights)

    @property
    def follows(self) -> bool:
        """Whether the end is in sight, and stays so when rows are added."""
        return self._pin is None

    def reset(self, count: int) -> None:
        """Start anew with `count` rows, at their end."""
        self._heights = HeightIndex()
        self._heights.insert(0, self._estimate(range(count)))
        self._measured = bytearray(count)
        self._pin = None

    def insert(self, first: int, last: int) -> None:
        """Rows `first` to `last` are new; the model holds them already."""
        count = last - first + 1
        self._heights.insert(first, self._estimate(range(first, last + 1)))
        self._measured[first:first] = bytearray(count)
        if self._pin is not None and self._pin[0] >= first:
            self._pin = (self._pin[0] + count, self._pin[1])

    def remove(self, first: int, last: int) -> None:
        """Rows `first` to `last` are gone; a pin among them goes to the next row."""
        if self._pin is not None and self._pin[0] > last:
            self._pin = (self._pin[0] - (last - first + 1), self._pin[1])
        elif self._pin is not None and self._pin[0] >= first:
            self._pin = (first, self._pin[1]) if last + 1 < len(self) else None
        self._heights.remove(first, last)
        del self._measured[first : last + 1]

    def outdate(self, first: int, last: int) -> None:
        """Rows `first` to `last` may have another height now; measured again when in sight."""
        self._measured[first : last + 1] = bytearray(last - first + 1)

    def follow(self) -> None:
        """Go to the end, and stay there."""
        self._pin = None

    def pin(self, row: int, offset: int) -> None:
        """Put a row's upper edge `offset` pixels under the window's."""
        self._pin = (row, offset)

    def reveal(self, row: int) -> None:
        """Bring a row into sight by the shortest way."""
        top, height = self.top(row), self.height(row)
        if top < 0 or height > self.window:
            self.pin(row, self._padding)
        elif top + height > self.window:
            self.pin(row, self.window - height - self._padding)

    def scroll(self, value: int) -> None:
        """The reader moved the window. Near moves carry the visible rows along, far ones go by estimates."""
        if not len(self):
            return
        if value >= self.maximum:
            self._pin = None
            return
        moved = value - self.value
        if abs(moved) <= 2 * self.window:
            row, offset = self._pin or self._place_of(len(self) - 1)
            self._pin = (row, offset - moved)
        else:
            row = self._heights.row_at(value - self._padding)
            self._pin = (row, self._heights.top(row) + self._padding - value)

    def settle(self) -> None:
        """Measure what is in sight until nothing moves any more, and choose the pin for what comes."""
        if not len(self):
            self.value = self.maximum = 0
            return
        while True:
            self._place_window()
            first, last = self.visible()
            outdated = [row for row in range(first, last + 1) if not self._measured[row]]
            if not outdated:
                break
            for row in outdated:
                self._heights[row] = self._measure(row)
                self._measured[row] = 1
        self._pin = None if self.value >= self.maximum else self._best_pin(first, last)

    def visible(self) -> tuple[int, int]:
        """The first and the last row in sight, (0, -1) when there are none."""
        if not len(self):
            return (0, -1)
        origin = self._origin()
        return self._heights.row_at(-origin), self._heights.row_at(self.window - origin - 1)

    def top(self, row: int) -> int:
        """The distance of a row's upper edge from the window's."""
        return self._heights.top(row) + self._origin()

    def height(self, row: int) -> int:
        """A row's height, measured now if it was not."""
        if not self._measured[row]:
            self._heights[row] = self._measure(row)
            self._measured[row] = 1
        return self._heights[row]

    def row_at(self, y: int) -> int:
        """The row that covers a place of the window, -1 where there is none."""
        if not len(self):
            return -1
        place = y - self._origin()
        return self._heights.row_at(place) if 0 <= place < self._heights.total() else -1

    def _place_window(self) -> None:
        self.maximum = max(0, self._heights.total() + 2 * self._padding - self.window)
        if self._pin is None:
            self.value = self.maximum
        else:
            row, offset = self._pin
            self.value = min(max(0, self._heights.top(row) + self._padding - offset), self.maximum)

    def _origin(self) -> int:
        """Where the first row begins, seen from the window's upper edge."""
        slack = self.window - self._heights.total() - 2 * self._padding
        return self._padding + max(0, slack) - self.value

    def _place_of(self, row: int) -> tuple[int, int]:
        return row, self.top(row)

    def _best_pin(self, first: int, last: int) -> tuple[int, int]:
        """A row in sight from its beginning, not the first: that one and all above may grow without moving it."""
        places = (self._place_of(row) for row in range(first + 1, last + 1))
        return next((place for place in places if place[1] >= 0), self._place_of(first))
