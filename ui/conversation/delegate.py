"""Paints one row of a conversation: day pill, "new messages" line, and the bubble with all that belongs to it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.conversation.bubbles import LONG_TEXT, RowLayouter
from ui.conversation.layout import Card, Label, QuoteBox, RowLayout, Spot
from ui.conversation.measures import Measures
from ui.conversation.model import PLACED_ROLE, AnyIndex
from ui.conversation.rows import MessageRow
from ui.conversation.rows_list import SYSTEM, PlacedRow
from ui.theme.hues import hue_of, sender_color
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.ticks import TickPainter
from ui.theme.tokens import RADIUS_BUBBLE, RADIUS_CONTROL, RADIUS_TAIL

KEPT: Final = 256
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_CENTER: Final = Qt.AlignmentFlag.AlignCenter
_SINGLE_LINE: Final = int(Qt.TextFlag.TextSingleLine)


class MessageDelegate(QStyledItemDelegate):
    """Lays rows out once per width and keeps the last `KEPT`; paints in the theme's colours of the moment."""

    def __init__(self, theme: Theme, icons: Icons, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._now = now
        self._ticks = TickPainter(theme)
        self._kept: OrderedDict[tuple[PlacedRow, int, bool], RowLayout] = OrderedDict()
        self._whole_texts: set[str] = set()
        self.selected: tuple[str, int, int] | None = None
        """A message's key and the range of its characters that is marked."""
        self.renew()

    def renew(self) -> None:
        """Forget all layouts: the theme, the language or the date is another."""
        self._kept.clear()
        self._measures = Measures(self._theme)
        self._shadow = self._theme.colors.chat.darker(106)  # opaque: blending a whole bubble costs 30 times as much
        self._layouter = RowLayouter(self._measures, self._now)

    def show_whole_text(self, key: str) -> None:
        """From now on, show all of a very long message."""
        self._whole_texts.add(key)

    def layout_of(self, placed: PlacedRow, width: int) -> RowLayout:
        """The row's geometry at a width."""
        key = (placed, width, placed.row.key in self._whole_texts)
        layout = self._kept.get(key)
        if layout is None:
            layout = self._kept[key] = self._layouter.lay_out(placed, width, whole_text=key[2])
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return layout

    def estimates(self, rows: Iterable[PlacedRow], width: int) -> list[int]:
        """About how high rows are, without laying them out."""
        m = self._measures
        per_line = max(8, m.widest_bubble(width) // m.px(7))
        line, first, other = m.body.line, m.px(45), m.px(22)
        return [
            line + min(len(placed.row.body), LONG_TEXT) // per_line * line + (first if placed.starts_run else other)
            for placed in rows
        ]

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        placed: PlacedRow = index.data(PLACED_ROLE)
        width = option.rect.width()
        return QSize(width, self.layout_of(placed, width).height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        placed: PlacedRow = index.data(PLACED_ROLE)
        layout = self.layout_of(placed, option.rect.width())
        painter.save()
        painter.translate(option.rect.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layout.day is not None:
            self._paint_pill(painter, layout.day)
        if layout.divider is not None:
            self._paint_divider(painter, layout.divider)
        if placed.row.message_type == SYSTEM:
            self._paint_system(painter, layout)
        else:
            self._paint_bubble(painter, layout)
        if option.state & QStyle.StateFlag.State_HasFocus:
            self._paint_focus(painter, layout)
        painter.restore()

    def _paint_pill(self, painter: QPainter, label: Label) -> None:
        colors = self._theme.colors
        painter.setPen(QPen(colors.line, 1))
        painter.setBrush(colors.bg)
        radius = label.rect.height() / 2
        painter.drawRoundedRect(label.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._write(painter, label, colors.muted, _CENTER)

    def _paint_divider(self, painter: QPainter, label: Label) -> None:
        accent = self._theme.colors.accent
        faint = QColor(accent)
        faint.setAlphaF(0.4)
        half = label.style.width(label.text) / 2 + self._measures.px(12)
        middle, y = label.rect.center().x(), round(label.rect.center().y())
        painter.fillRect(QRectF(label.rect.left(), y, middle - half - label.rect.left(), 1), faint)
        painter.fillRect(QRectF(middle + half, y, label.rect.right() - middle - half, 1), faint)
        self._write(painter, label, accent, _CENTER)

    def _paint_system(self, painter: QPainter, layout: RowLayout) -> None:
        colors = self._theme.colors
        painter.setPen(QPen(colors.line, 1))
        painter.setBrush(colors.bg)
        painter.drawRoundedRect(layout.bubble.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_BUBBLE, RADIUS_BUBBLE)
        if layout.body is not None:
            layout.body.block.draw(painter, layout.body.at, colors.muted)

    def _paint_bubble(self, painter: QPainter, layout: RowLayout) -> None:
        colors, row = self._theme.colors, layout.placed.row
        shape = bubble_shape(layout.bubble, row.outbound)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shadow)
        painter.drawPath(shape.translated(0, 1))
        painter.setBrush(colors.bubble_out if row.outbound else colors.bubble_in)
        painter.drawPath(shape)
        if layout.name is not None:
            ink = colors.muted if row.outbound else sender_color(self._theme.palette, hue_of(row.sender_seed))
            self._write(painter, layout.name, ink)
        if layout.quote is not None:
            self._paint_quote(painter, layout.quote)
        if layout.card is not None:
            self._paint_card(painter, layout.card, row.outbound)
        if layout.body is not None:
            self._paint_body(painter, layout)
        if layout.read_more is not None:
            self._write(painter, layout.read_more, self._link_ink(row))
        if layout.meta is not None:
            self._write(painter, layout.meta, colors.muted)
        if layout.ticks is not None:
            self._ticks.paint(painter, layout.ticks.x(), layout.ticks.center().y(), row.status)
        if layout.reactions is not None:
            self._paint_pill_over(painter, layout.reactions)
        self._paint_notice(painter, layout)

    def _paint_body(self, painter: QPainter, layout: RowLayout) -> None:
        assert layout.body is not None
        colors, row = self._theme.colors, layout.placed.row
        marked = self.selected[1:] if self.selected is not None and self.selected[0] == row.key else None
        layout.body.block.draw(
            painter,
            layout.body.at,
            colors.muted if row.deleted else colors.text,
            link_color=self._link_ink(row),
            selection=marked,
            selection_colors=(colors.accent, colors.on_accent),
        )

    def _link_ink(self, row: MessageRow) -> QColor:
        """The accent is too faint on our own bubbles: there the underline alone says that it is a link."""
        return self._theme.colors.text if row.outbound else self._theme.colors.accent

    def _paint_quote(self, painter: QPainter, quote: QuoteBox) -> None:
        colors, bar = self._theme.colors, self._measures.px(3)
        shape = QPainterPath()
        shape.addRoundedRect(quote.rect, 6, 6)
        painter.fillPath(shape, colors.chat)
        painter.save()
        painter.setClipRect(QRectF(quote.rect.x(), quote.rect.y(), bar, quote.rect.height()))
        painter.fillPath(shape, colors.accent)
        painter.restore()
        self._write(painter, quote.name, colors.accent)
        quote.text.block.draw(painter, quote.text.at, colors.muted)

    def _paint_card(self, painter: QPainter, card: Card, outbound: bool) -> None:
        colors = self._theme.colors
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.chat)
        painter.drawRoundedRect(card.rect, RADIUS_CONTROL, RADIUS_CONTROL)
        self._icons.paint(painter, card.icon_rect, card.icon, colors.muted)
        picture = card.label.rect.top() >= card.icon_rect.bottom()
        self._write(painter, card.label, colors.muted if picture else colors.text, _CENTER if picture else _LEFT)

    def _paint_pill_over(self, painter: QPainter, label: Label) -> None:
        colors = self._theme.colors
        painter.setPen(QPen(colors.line, 1))
        painter.setBrush(colors.bg)
        radius = label.rect.height() / 2
        painter.drawRoundedRect(label.rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        self._write(painter, label, colors.text, _CENTER)

    def _paint_notice(self, painter: QPainter, layout: RowLayout) -> None:
        colors = self._theme.colors
        if layout.notice is not None:
            failed = layout.placed.row.status == "failed"
            layout.notice.block.draw(painter, layout.notice.at, colors.danger if failed else colors.warn)
        for spot, label in layout.actions:
            self._write(painter, label, colors.accent if spot is Spot.RETRY else colors.danger, _CENTER)

    def _paint_focus(self, painter: QPainter, layout: RowLayout) -> None:
        painter.setPen(QPen(self._theme.colors.accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(layout.bubble.adjusted(-3, -3, 3, 3), RADIUS_BUBBLE + 3, RADIUS_BUBBLE + 3)

    def _write(self, painter: QPainter, label: Label, color: QColor, align: Qt.AlignmentFlag = _LEFT) -> None:
        painter.setFont(label.style.font)
        painter.setPen(color)
        painter.drawText(label.rect, align | _SINGLE_LINE, label.text)


def bubble_shape(rect: QRectF, outbound: bool) -> QPainterPath:
    """A rounded box whose lower corner on the speaker's side is nearly square."""
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    r, tail = RADIUS_BUBBLE, RADIUS_TAIL
    bottom_left, bottom_right = (r, tail) if outbound else (tail, r)
    path = QPainterPath(QPointF(left + r, top))
    path.lineTo(right - r, top)
    path.arcTo(right - 2 * r, top, 2 * r, 2 * r, 90, -90)
    path.lineTo(right, bottom - bottom_right)
    path.arcTo(right - 2 * bottom_right, bottom - 2 * bottom_right, 2 * bottom_right, 2 * bottom_right, 0, -90)
    path.lineTo(left + bottom_left, bottom)
    path.arcTo(left, bottom - 2 * bottom_left, 2 * bottom_left, 2 * bottom_left, 270, -90)
    path.lineTo(left, top + r)
    path.arcTo(left, top, 2 * r, 2 * r, 180, -90)
    path.closeSubpath()
    return path
