"""Paints an entry of the dropdown's list: number, unread, provider, and in words when it is not connected."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.session_filter.model import NumberModel
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import all_conversations, is_down, number_text, state_text
from ui.theme.badge import BadgePainter
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_S
from ui.words.plain import one_line


class NumberDelegate(QStyledItemDelegate):
    """One line for all conversations, two for a number."""

    def __init__(self, theme: Theme, model: NumberModel, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = model
        self._badges = BadgePainter(theme)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(40 if index.row() == 0 else 54))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        colors = self._theme.colors
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        rect = QRectF(option.rect)
        if option.state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.sel)
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 6, 6)
        row = self._model.row(index.row())
        left, right = rect.left() + GAP_M, rect.right() - GAP_M
        if row is None:
            self._line(painter, left, right, rect.center().y(), all_conversations(), self._model.unread)
        else:
            self._line(painter, left, right, rect.top() + self._theme.px(17), number_text(row), row.unread)
            self._second_line(painter, left, right, rect.top() + self._theme.px(38), row)
        painter.restore()

    def _line(self, painter: QPainter, left: float, right: float, center: float, words: str, unread: int) -> None:
        badge = self._badges.paint_unread(painter, right, center, unread)
        right -= badge + GAP_S if badge else 0.0
        self._text(painter, left, right, center, words, self._theme.fonts.base_medium, self._theme.colors.text)

    def _second_line(self, painter: QPainter, left: float, right: float, center: float, row: NumberRow) -> None:
        left += self._badges.paint_provider(painter, left, center, row.provider_type) + GAP_S
        colors, font = self._theme.colors, self._theme.fonts.secondary
        if state := state_text(row.status):
            color = colors.danger if is_down(row.status) else colors.muted
            self._text(painter, left, right, center, state, font, color)
        else:
            self._text(painter, left, right, center, one_line(row.display_name or ""), font, colors.muted)

    def _text(
        self, painter: QPainter, left: float, right: float, center: float, words: str, font: QFont, color: QColor
    ) -> None:
        metrics = QFontMetricsF(font)
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, right - left))
        painter.setFont(font)
        painter.setPen(color)
        painter.drawText(QPointF(left, round(center + (metrics.ascent() - metrics.descent()) / 2)), shown)
