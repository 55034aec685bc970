"""Paints one row of the chat list: who, when, what was said last, what is unread, and over which number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from ui.chat_list.model import ROW_ROLE
from ui.chat_list.row_pictures import RowPictures
from ui.chat_list.rows import ChatRow
from ui.chat_list.words import draft_label, members_text, number_text, preview_text, sender_text, time_text, title_text
from ui.theme.avatar import AvatarLook, AvatarPainter
from ui.theme.badge import BadgePainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.ticks import TickPainter
from ui.theme.tokens import GAP_M
from ui.words.day_clock import DayClock
from ui.words.plain import has_emoji, tool_tip
from ui.words.times import full_time, people_locale

AVATAR: Final = 44
TEXT_X: Final = GAP_M + AVATAR + GAP_M
GAP: Final = 6.0
TIME_GAP: Final = 12.0
ACCENT_BAR: Final = 3
SMALLEST_NAME: Final = 72.0
"""A name is cut down to this much before the member count moves to the line of the number."""

_PADDING: Final = 19.0
_LINES: Final = 61.0


@dataclass(frozen=True, slots=True)
class _Metrics:
    """Font metrics of the theme of the moment: making them anew for each row would cost more than the text."""

    name: QFontMetricsF
    members: QFontMetricsF
    time: QFontMetricsF
    time_strong: QFontMetricsF
    base: QFontMetricsF
    body: QFontMetricsF
    base_medium: QFontMetricsF
    number: QFontMetricsF


class ChatDelegate(QStyledItemDelegate):
    """Draws `ChatRow`s; tells `painted` which conversation was drawn with which last message."""

    def __init__(
        self, theme: Theme, icons: Icons, clock: DayClock, painted: Callable[[str, str], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._clock = clock
        self._painted = painted
        self._avatars = AvatarPainter(theme, icons)
        self._badges = BadgePainter(theme)
        self._ticks = TickPainter(theme)
        self._locale = people_locale()
        self._metrics = self._measure()
        self._pictures = RowPictures(self._draw_content)
        theme.changed.connect(self._theme_changed)
        clock.day_changed.connect(self._pictures.forget)

    def row_height(self) -> int:
        """How high every row is at the text size of the moment: 80 at 100 %."""
        return round(_PADDING + _LINES * self._theme.text_scale)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(TEXT_X * 3, self.row_height())

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        rect = option.rect
        self._paint_ground(painter, QRectF(rect), option.state)
        picture = self._pictures.picture(row, rect.size(), painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.topLeft(), picture)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            self._paint_focus(painter, QRectF(rect))
        if row.last_message_id is not None:
            self._painted(row.conversation_id, row.last_message_id)

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        row = index.data(ROW_ROLE)
        if event.type() != QEvent.Type.ToolTip or not isinstance(row, ChatRow):
            return False
        lines = [title_text(row), full_time(row.time_ms, self._locale) if row.time_ms else ""]
        QToolTip.showText(event.globalPos(), tool_tip("\n".join(filter(None, lines))), view)
        return True

    def _paint_ground(self, painter: QPainter, rect: QRectF, state: QStyle.StateFlag) -> None:
        colors = self._theme.colors
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.sel)
            painter.fillRect(QRectF(rect.x(), rect.y(), ACCENT_BAR, rect.height()), colors.accent)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.hover)
        painter.fillRect(QRectF(rect.x() + TEXT_X, rect.bottom() - 1, rect.width() - TEXT_X, 1), colors.line)

    def _draw_content(self, painter: QPainter, size: QSize, row: ChatRow) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._avatars.paint(painter, QRectF(GAP_M, 10, AVATAR, AVATAR), _look(row))
        scale = self._theme.text_scale
        left, right = float(TEXT_X), float(size.width() - GAP_M)
        first, second, third = (10 + at * scale for at in (9.0, 29.2, 47.3))
        members = members_text(row)
        members_placed = self._paint_name_line(painter, left, right, first, row, members)
        self._paint_preview_line(painter, left, right, second, row)
        self._paint_number_line(painter, left, right, third, row, "" if members_placed else members)

    def _paint_name_line(
        self, painter: QPainter, left: float, right: float, center: float, row: ChatRow, members: str
    ) -> bool:
        """Draw name, members and time; False when the members found no room beside the name."""
        theme, metrics = self._theme, self._metrics
        time = time_text(row, self._clock.now(), self._locale)
        time_metrics, time_font = (
            (metrics.time_strong, theme.fonts.time_strong) if row.unread else (metrics.time, theme.fonts.time)
        )
        time_width = time_metrics.horizontalAdvance(time)
        time_color = theme.colors.danger if row.unread else theme.colors.muted
        if row.waiting_minutes is not None:
            time_color = theme.colors.warn
        self._text(painter, right - time_width, center, time, time_font, time_metrics, time_color)

        room = right - left - (time_width + TIME_GAP if time else 0.0)
        name, members_fit = self._name_and_members(title_text(row), members, room)
        self._text(painter, left, center, name, theme.fonts.name, metrics.name, theme.colors.text)
        if members_fit and members:
            members_x = left + metrics.name.horizontalAdvance(name) + GAP
            self._text(painter, members_x, center, members, theme.fonts.secondary, metrics.members, theme.colors.muted)
        return members_fit

    def _name_and_members(self, title: str, members: str, room: float) -> tuple[str, bool]:
        """The name as it fits, and whether the members stay whole beside it: the name gives way first."""
        metrics = self._metrics
        width = metrics.members.horizontalAdvance(members) if members else 0.0
        name_room = room - (width + GAP if members else 0.0)
        fits = name_room >= min(SMALLEST_NAME * self._theme.text_scale, metrics.name.horizontalAdvance(title))
        if not fits:
            name_room = room
        return metrics.name.elidedText(title, Qt.TextElideMode.ElideRight, name_room), fits

    def _paint_preview_line(self, painter: QPainter, left: float, right: float, center: float, row: ChatRow) -> None:
        theme, metrics = self._theme, self._metrics
        badge = self._badges.paint_unread(painter, right, center, row.unread)
        right -= badge + 8 if badge else 0.0
        if row.draft:
            left += self._prefix(painter, left, right, center, draft_label(), theme.colors.danger)
        elif row.preview_status is not None:
            self._ticks.paint(painter, left, center, row.preview_status)
            left += self._ticks.width() + 4
        else:
            left += self._prefix(painter, left, right, center, sender_text(row), theme.colors.text)
        color = theme.colors.text if row.unread else theme.colors.muted
        words = preview_text(row)
        # Colour emoji come in whole steps: half a pixel more of text makes them two pixels larger, and legible.
        font, measure = (theme.fonts.body, metrics.body) if has_emoji(words) else (theme.fonts.base, metrics.base)
        shown = measure.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, right - left))
        self._text(painter, left, center, shown, font, measure, color)

    def _prefix(self, painter: QPainter, left: float, right: float, center: float, words: str, color: QColor) -> float:
        """Draw what stands before the preview, in at most half of its room; the width it took."""
        if not words:
            return 0.0
        metrics = self._metrics.base_medium
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, (right - left) / 2)
        self._text(painter, left, center, shown, self._theme.fonts.base_medium, metrics, color)
        return metrics.horizontalAdvance(shown) + metrics.horizontalAdvance(" ")

    def _paint_number_line(
        self, painter: QPainter, left: float, right: float, center: float, row: ChatRow, members: str
    ) -> None:
        theme, metrics = self._theme, self._metrics
        x = left + self._badges.paint_provider(painter, left, center, row.provider_type) + GAP
        for words in (number_text(row), members):
            if words and x < right:
                shown = metrics.number.elidedText(words, Qt.TextElideMode.ElideRight, right - x)
                self._text(painter, x, center, shown, theme.fonts.small, metrics.number, theme.colors.muted)
                x += metrics.number.horizontalAdvance(shown) + GAP

    def _text(
        self, painter: QPainter, x: float, center: float, text: str, font: QFont, metrics: QFontMetricsF, color: QColor
    ) -> None:
        """Draw text from `x` on, its capitals' line centred on `center`; never read as rich text."""
        if text:
            painter.setFont(font)
            painter.setPen(color)
            painter.drawText(QPointF(x, round(center + (metrics.ascent() - metrics.descent()) / 2)), text)

    def _paint_focus(self, painter: QPainter, rect: QRectF) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.colors.accent, 2))
        painter.drawRoundedRect(rect.adjusted(3, 3, -3, -4), 6, 6)
        painter.restore()

    def _measure(self) -> _Metrics:
        fonts = self._theme.fonts
        return _Metrics(
            name=QFontMetricsF(fonts.name),
            members=QFontMetricsF(fonts.secondary),
            time=QFontMetricsF(fonts.time),
            time_strong=QFontMetricsF(fonts.time_strong),
            base=QFontMetricsF(fonts.base),
            body=QFontMetricsF(fonts.body),
            base_medium=QFontMetricsF(fonts.base_medium),
            number=QFontMetricsF(fonts.small),
        )

    def _theme_changed(self) -> None:
        self._metrics = self._measure()
        self._pictures.forget()


def _look(row: ChatRow) -> AvatarLook:
    return AvatarLook(seed=row.avatar_seed, title=row.title, has_name=row.has_name, is_group=row.is_group)
