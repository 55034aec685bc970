"""Lays rows out: day pill, "new messages" line, the bubble with all its parts, and what is said under a failed one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF

from ui.conversation import phrases
from ui.conversation.emoji import is_only_emoji
from ui.conversation.layout import Card, Label, PlacedBlock, QuoteBox, RowLayout, Spot
from ui.conversation.measures import Measures, TextStyle
from ui.conversation.rows import MessageRow, QuoteRow
from ui.conversation.rows_list import SYSTEM, PlacedRow
from ui.conversation.text import TextBlock, clamped, showable
from ui.theme.ticks import WIDTH as TICKS_WIDTH
from ui.theme.ticks import status_words
from ui.words.plain import one_line
from ui.words.previews import preview
from ui.words.times import clock_time, day_name, people_locale

LONG_TEXT: Final = 3000
LONG_LINES: Final = 60
QUOTE_LINES: Final = 2
MOST_REACTIONS: Final = 6
PICTURES: Final = ("image", "video", "sticker")
ICONS: Final = {
    "image": "image",
    "video": "video",
    "sticker": "smile",
    "audio": "mic",
    "voice": "mic",
    "location": "pin",
    "contacts": "person",
    "document": "document",
}


class RowLayouter:
    """Builds the layout of rows for a width; `now` (milliseconds since 1970) decides what is called Today."""

    def __init__(self, measures: Measures, now: Callable[[], int]) -> None:
        self._m = measures
        self._now = now

    def lay_out(self, placed: PlacedRow, width: int, *, whole_text: bool = False) -> RowLayout:
        """The row at `width` pixels; a very long text is cut to its beginning unless `whole_text`."""
        out = RowLayout(placed, width)
        y = self._lay_out_above(out)
        if placed.row.message_type == SYSTEM:
            out.height = self._lay_out_system(out, y)
        else:
            y = self._lay_out_bubble(out, y, whole_text)
            out.height = self._lay_out_notice(out, y)
        return out

    def _lay_out_above(self, out: RowLayout) -> int:
        """Day pill and "new messages" line; returns where the bubble begins."""
        m, placed, y = self._m, out.placed, 0
        if placed.starts_day:
            text = day_name(placed.row.time_ms, self._now(), people_locale())
            width, height = m.pill.width(text) + 2 * m.px(12), m.pill.line + m.px(6)
            rect = QRectF((m.margin(out.width) + m.right(out.width) - width) // 2, y + m.wide_gap, width, height)
            out.day = Label(text, rect, m.pill)
            y += m.wide_gap + height
        if placed.new_messages:
            text = phrases.new_messages(placed.new_messages)
            left = m.margin(out.width)
            rect = QRectF(left, y + m.wide_gap, m.right(out.width) - left, m.divider.line)
            out.divider = Label(text, rect, m.divider)
            y += m.wide_gap + m.divider.line
        if y:
            return y + m.wide_gap
        return m.gap if placed.starts_run else m.run_gap

    def _lay_out_system(self, out: RowLayout, y: int) -> int:
        m = self._m
        left, right = m.margin(out.width), m.right(out.width)
        most = right - left - 2 * m.px(12)
        block = TextBlock(
            showable(out.placed.row.body)[:LONG_TEXT], m.pill.font, most, m.pill.line, max_lines=6, centered=True
        )
        width, height = block.width + 2 * m.px(12), block.height + m.px(6)
        out.bubble = QRectF((left + right - width) / 2, y, width, height)
        out.body = PlacedBlock(block, out.bubble.topLeft() + QPointF(m.px(12), m.px(3)))
        return round(y + height + m.gap)

    def _lay_out_bubble(self, out: RowLayout, top: int, whole_text: bool) -> int:
        """The bubble and what hangs on it; returns where it ends."""
        m, row = self._m, out.placed.row
        most = m.widest_bubble(out.width) - 2 * m.pad_x
        name = self._name_of(out.placed)
        quote = self._quote_block(row.quote, most) if row.quote is not None and not row.deleted else None
        card_size = self._card_size(row, most)
        body, cut = self._body_of(row, most, whole_text)
        meta_text = self._meta_text(row)
        ticks = m.px(TICKS_WIDTH + 4) if row.outbound and not row.deleted else 0
        meta_width = m.meta.width(meta_text) + ticks
        reactions = _reactions_text(row)

        inline = body is not None and not cut and body.last_width + m.px(12) + meta_width <= most
        content = max(
            m.px(24),
            min(name[1].width(name[0]), most) if name else 0,
            quote[0] if quote else 0,
            card_size[0] if card_size else 0,
            body.width if body else 0,
            body.last_width + m.px(12) + meta_width if body and inline else meta_width,
            min(m.meta.width(reactions) + m.px(8), most) if reactions else 0,
        )
        width = content + 2 * m.pad_x
        left = m.right(out.width) - width if row.outbound else m.margin(out.width)
        x, y = left + m.pad_x, float(top + m.pad_top)

        if name:
            out.name = Label.fitted(name[0], QRectF(x, y, content, name[1].line), name[1])
            y += name[1].line + m.px(1)
        if quote and row.quote:
            out.quote = self._place_quote(row.quote, quote[1], quote[2], x, y, content)
            y += out.quote.rect.height() + m.px(4)
        if card_size:
            out.card = self._place_card(row, QRectF(x, y + m.px(2), content, card_size[1]))
            y += card_size[1] + m.px(2 + 5)
        if body:
            dx = content - body.width if body.last_rtl else 0.0
            out.body = PlacedBlock(body, QPointF(x + dx, y))
            y += body.height
        if cut:
            out.read_more = Label(
                phrases.read_more(), QRectF(x, y, m.action.width(phrases.read_more()), m.action.line), m.action
            )
            y += m.action.line
        if inline:
            y -= m.meta.line
        meta_x = x if inline and body and body.last_rtl else x + content - meta_width
        out.meta = Label(meta_text, QRectF(meta_x, y, meta_width - ticks, m.meta.line), m.meta)
        if ticks:
            out.ticks = QRectF(meta_x + meta_width - ticks + m.px(4), y, m.px(TICKS_WIDTH), m.meta.line)
        y += m.meta.line + m.pad_bottom
        out.bubble = QRectF(left, top, width, y - top)
        if not reactions:
            return round(y)
        return self._hang_reactions(out, reactions)

    def _name_of(self, placed: PlacedRow) -> tuple[str, TextStyle] | None:
        """The name above a run's first bubble: the sender's in groups, the agent's on our side."""
        row = placed.row
        if not placed.starts_run:
            return None
        if row.outbound:
            name = one_line(row.agent_name or "")
            return (name, self._m.agent) if name else None
        name = one_line(row.sender_name or "") or (row.sender_phone or "")
        return (name, self._m.name) if name else None

    def _quote_block(self, quote: QuoteRow, most: float) -> tuple[float, str, TextBlock]:
        m = self._m
        sides = m.px(3 + 8 + 8)
        text = clamped(
            preview(quote.body[:500], quote.message_type), m.quote.font, most - sides, m.quote.line, QUOTE_LINES
        )
        name = phrases.quote_name(quote)
        return min(most, max(text.width, m.name.width(name)) + sides), name, text

    def _place_quote(self, quote: QuoteRow, name: str, text: TextBlock, x: float, y: float, width: float) -> QuoteBox:
        m = self._m
        inside = x + m.px(3 + 8)
        name_rect = QRectF(inside, y + m.px(4), width - m.px(3 + 8 + 8), m.name.line)
        dx = name_rect.width() - text.width if text.last_rtl else 0.0
        text_at = QPointF(inside + dx, name_rect.bottom())
        rect = QRectF(x, y, width, m.name.line + text.height + 2 * m.px(4))
        return QuoteBox(rect, Label.fitted(name, name_rect, m.name), PlacedBlock(text, text_at), quote.message_key)

    def _card_size(self, row: MessageRow, most: float) -> tuple[float, float] | None:
        m = self._m
        if row.deleted or not phrases.has_card(row):
            return None
        if row.message_type in PICTURES:
            return min(most, 300), min(most, 300) / 2
        return min(most, m.px(20 + 2 * 10 + 10) + max(m.card.width(phrases.card_label(row)), m.px(80))), m.px(44)

    def _place_card(self, row: MessageRow, rect: QRectF) -> Card:
        m = self._m
        icon, label = ICONS.get(row.message_type, "chat"), phrases.card_label(row)
        if row.message_type in PICTURES:
            size = m.px(28)
            icon_rect = QRectF(rect.center().x() - size / 2, rect.center().y() - size / 2 - m.card.line / 2, size, size)
            label_rect = QRectF(
                rect.x() + m.px(8), icon_rect.bottom() + m.px(2), rect.width() - 2 * m.px(8), m.card.line
            )
        else:
            size = m.px(20)
            icon_rect = QRectF(rect.x() + m.px(10), rect.center().y() - size / 2, size, size)
            label_rect = rect.adjusted(m.px(10 + 20 + 10), 0, -m.px(10), 0)
        return Card(rect, icon, icon_rect, Label.fitted(label, label_rect, m.card))

    def _body_of(self, row: MessageRow, most: float, whole_text: bool) -> tuple[TextBlock | None, bool]:
        """The text of a bubble, and whether it was cut to its beginning."""
        m = self._m
        if row.deleted:
            return TextBlock(phrases.deleted(), m.italic.font, most, m.italic.line), False
        text = showable(row.body)
        if not text:
            return None, False
        style = m.jumbo if row.quote is None and is_only_emoji(text) else m.body
        if whole_text:
            return TextBlock(text, style.font, most, style.line, with_links=True), False
        shown = text[:LONG_TEXT]
        block = TextBlock(shown, style.font, most, style.line, max_lines=LONG_LINES, with_links=True)
        return block, len(shown) < len(text) or not block.complete

    def _meta_text(self, row: MessageRow) -> str:
        time = clock_time(row.time_ms, people_locale())
        return f"{phrases.edited()} · {time}" if row.edited and not row.deleted else time

    def _hang_reactions(self, out: RowLayout, text: str) -> int:
        m, bubble = self._m, out.bubble
        width = min(m.meta.width(text) + 2 * m.px(8), bubble.width() - 2 * m.px(4))
        height = m.meta.line + m.px(3)
        left = bubble.right() - m.px(10) - width if out.placed.row.outbound else bubble.left() + m.px(10)
        left = max(bubble.left() + m.px(4), min(left, bubble.right() - m.px(4) - width))
        out.reactions = Label.fitted(text, QRectF(left, bubble.bottom() + m.px(12) - height, width, height), m.meta)
        return round(bubble.bottom() + m.px(12))

    def _lay_out_notice(self, out: RowLayout, y: int) -> int:
        """What went wrong with an outgoing message, and what can be done about it."""
        m, row = self._m, out.placed.row
        if not row.outbound or row.deleted or row.status not in ("failed", "unconfirmed"):
            return y
        words = phrases.not_sent(row.error) if row.status == "failed" else status_words(row.status)
        right, most = m.right(out.width), m.widest_bubble(out.width)
        block = TextBlock(words[:500], m.quote.font, most, m.quote.line, max_lines=3)
        out.notice = PlacedBlock(block, QPointF(right - block.width, y + m.px(4)))
        y = round(y + m.px(4) + block.height)
        x, actions = float(right + m.px(6)), []
        for spot, label in ((Spot.DISCARD, phrases.discard()), (Spot.RETRY, phrases.send_again(row.status))):
            width = m.action.width(label) + 2 * m.px(6)
            x -= width
            actions.append((spot, Label(label, QRectF(x, y, width, m.action.line), m.action)))
        out.actions = tuple(reversed(actions))
        return y + m.action.line + m.gap


def _reactions_text(row: MessageRow) -> str:
    if row.deleted:
        return ""
    shown = [
        f"{one_line(each.emoji)[:8]} {each.count}" if each.count > 1 else one_line(each.emoji)[:8]
        for each in row.reactions[:MOST_REACTIONS]
    ]
    more = len(row.reactions) - len(shown)
    return "  ".join([*shown, f"+{more}"] if more > 0 else shown)
