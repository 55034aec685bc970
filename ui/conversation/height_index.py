"""Heights of all rows as a Fenwick tree: where a row begins, and which row is at a place, in log n steps."""

from __future__ import annotations

from collections.abc import Sequence


class HeightIndex:
    """Row heights in whole pixels.

    A change of one height and an append cost log n; inserting or removing in the middle rebuilds the sums on the
    next question, in one pass over integers.
    """

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._tree: list[int] = [0]
        self._stale = False

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> int:
        return self._heights[row]

    def __setitem__(self, row: int, height: int) -> None:
        delta = height - self._heights[row]
        self._heights[row] = height
        if delta and not self._stale:
            node = row + 1
            while node < len(self._tree):
                self._tree[node] += delta
                node += node & -node

    def insert(self, row: int, heights: Sequence[int]) -> None:
        appended = row == len(self._heights)
        self._heights[row:row] = heights
        if not appended or self._stale:
            self._stale = True
            return
        for height in heights:
            self._append(height)

    def remove(self, first: int, last: int) -> None:
        """Forget rows `first` to `last`, both included."""
        del self._heights[first : last + 1]
        if first < len(self._heights):
            self._stale = True
        elif not self._stale:
            del self._tree[first + 1 :]

    def top(self, row: int) -> int:
        """The sum of the heights above a row; `len(self)` asks for the whole height."""
        self._refresh()
        total = 0
        while row:
            total += self._tree[row]
            row -= row & -row
        return total

    def total(self) -> int:
        return self.top(len(self._heights))

    def row_at(self, y: int) -> int:
        """The row that covers a place; the first or last one for places outside, -1 when there are none."""
        self._refresh()
        row, step = 0, 1 << len(self._heights).bit_length()
        while step:
            after = row + step
            if after < len(self._tree) and self._tree[after] <= y:
                row, y = after, y - self._tree[after]
            step >>= 1
        return min(row, len(self._heights) - 1)

    def _append(self, height: int) -> None:
        node = len(self._tree)
        total, child = height, node - 1
        while child > node - (node & -node):
            total += self._tree[child]
            child -= child & -child
        self._tree.append(total)

    def _refresh(self) -> None:
        if not self._stale:
            return
        tree = [0, *self._heights]
        for node in range(1, len(tree)):
            parent = node + (node & -node)
            if parent < len(tree):
                tree[parent] += tree[node]
        self._tree, self._stale = tree, False
