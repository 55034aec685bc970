"""Keeps what rows look like: text is the dear part of painting, and most rows look as they did a frame ago."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from ui.chat_list.rows import ChatRow

KEPT: Final = 64
"""More rows than fit on a screen; a picture takes about 110 KB, four times that on a screen of double density."""


class RowPictures:
    """The last `KEPT` pictures, one per conversation; a changed row, size or density makes a new one."""

    def __init__(self, draw: Callable[[QPainter, QSize, ChatRow], None]) -> None:
        self._draw = draw
        self._kept: OrderedDict[str, tuple[ChatRow, QSize, float, QPixmap]] = OrderedDict()

    def picture(self, row: ChatRow, size: QSize, dpr: float) -> QPixmap:
        """The row's content on a transparent ground, `size` in logical pixels."""
        kept = self._kept.get(row.conversation_id)
        if kept is not None and kept[2] == dpr and kept[1] == size and (kept[0] is row or kept[0] == row):
            self._kept.move_to_end(row.conversation_id)
            return kept[3]
        pixmap = QPixmap(size * dpr)
        pixmap.setDevicePixelRatio(dpr)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._draw(painter, size, row)
        painter.end()
        self._kept[row.conversation_id] = (row, size, dpr, pixmap)
        self._kept.move_to_end(row.conversation_id)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return pixmap

    def forget(self) -> None:
        """Draw everything anew: the theme or the date changed."""
        self._kept.clear()
