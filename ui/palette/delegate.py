"""Paints a line of the palette: what kind of thing it is, its name, what it is about, its keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.palette.rows import PaletteEntry
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_S, RADIUS_CONTROL
from ui.words.plain import isolated, one_line

ROW: Final = 38
_FLAGS: Final = int(Qt.TextFlag.TextSingleLine) | int(Qt.AlignmentFlag.AlignVCenter.value)


class PaletteDelegate(QStyledItemDelegate):
    """One line each."""

    def __init__(self, theme: Theme, icons: Icons, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(200), self._theme.px(ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        entry: PaletteEntry = index.data(Qt.ItemDataRole.UserRole)
        theme, colors, fonts = self._theme, self._theme.colors, self._theme.fonts
        box = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.sel)
            painter.drawRoundedRect(box.adjusted(0, 1, 0, -1), RADIUS_CONTROL, RADIUS_CONTROL)
        side = theme.px(18)
        inside = box.adjusted(GAP_M, 0, -GAP_M, 0)
        icon_box = QRectF(inside.x(), inside.center().y() - side / 2, side, side)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        if mirrored:
            icon_box.moveRight(inside.right())
        self._icons.paint(painter, icon_box, _icon(entry), colors.muted)
        room = inside.adjusted(0, 0, -side - GAP_M, 0) if mirrored else inside.adjusted(side + GAP_M, 0, 0, 0)
        keys = self._write(painter, room, entry.keys, fonts.secondary, colors.muted, at_end=True, mirrored=mirrored)
        room = room.adjusted(keys, 0, 0, 0) if mirrored else room.adjusted(0, 0, -keys, 0)
        used = self._write(painter, room, entry.title, fonts.base_medium, colors.text, mirrored=mirrored)
        room = room.adjusted(0, 0, -used, 0) if mirrored else room.adjusted(used, 0, 0, 0)
        self._write(painter, room, entry.detail, fonts.secondary, colors.muted, mirrored=mirrored)
        painter.restore()

    def _write(
        self,
        painter: QPainter,
        room: QRectF,
        text: str,
        font: QFont,
        color: QColor,
        *,
        at_end: bool = False,
        mirrored: bool = False,
    ) -> float:
        """The width that it took, with the gap behind it."""
        if not text or room.width() <= 0:
            return 0.0
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(isolated(one_line(text)), Qt.TextElideMode.ElideRight, room.width())
        side = Qt.AlignmentFlag.AlignRight if at_end != mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(room, _FLAGS | int(side.value) | int(Qt.AlignmentFlag.AlignAbsolute.value), shown)
        return metrics.horizontalAdvance(shown) + GAP_S


def _icon(entry: PaletteEntry) -> str:
    if entry.kind == "chat":
        return "group" if entry.is_group else "person"
    return "plug" if entry.kind == "number" else "send"
