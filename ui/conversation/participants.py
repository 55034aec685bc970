"""The members of a group, as a list that paints only what is in sight."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from ui.conversation import phrases
from ui.conversation.rows import ParticipantRow
from ui.theme.avatar import AvatarLook, AvatarPainter
from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_BADGE
from ui.words.plain import one_line

PARTICIPANT_ROLE: Final = Qt.ItemDataRole.UserRole + 1
FRAMED_UP_TO: Final = 1.25
"""With larger text, "admin" moves from its frame at the right into the second line."""
AnyIndex = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()
_LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ParticipantModel(QAbstractListModel):
    """Members in the order given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[ParticipantRow, ...] = ()

    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == PARTICIPANT_ROLE:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return phrases.participant_name(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = [phrases.participant_name(row), phrases.participant_phone(row)]
            return ", ".join([*parts, phrases.admin()] if row.is_admin else parts)
        return None

    def show(self, rows: tuple[ParticipantRow, ...]) -> None:
        """Show these members and no others."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


class ParticipantDelegate(QStyledItemDelegate):
    """Avatar, name over phone, and "admin" at the right."""

    def __init__(self, theme: Theme, avatars: AvatarPainter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._avatars = avatars

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(100, self._theme.px(42))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row: ParticipantRow = index.data(PARTICIPANT_ROLE)
        theme, px, colors, box = self._theme, self._theme.px, self._theme.colors, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = px(32)
        name = phrases.participant_name(row)
        look = AvatarLook(seed=row.seed, title=name, has_name=bool(one_line(row.name or "")) or row.is_us)
        self._avatars.paint(painter, QRectF(box.x(), box.center().y() - size / 2, size, size), look)
        left, right = box.x() + size + px(10), box.right()
        phone = phrases.participant_phone(row)
        if row.is_admin and theme.text_scale > FRAMED_UP_TO:
            phone = f"{phrases.admin()} · {phone}"
        elif row.is_admin:
            right -= self._paint_admin(painter, box) + px(8)
        lines = QRectF(left, box.center().y() - px(17), max(right - left, 0), px(18))
        self._line(painter, lines, name, theme.fonts.base_medium, colors.text)
        self._line(painter, lines.translated(0, px(18)), phone, theme.fonts.time, colors.muted)
        painter.restore()

    def _paint_admin(self, painter: QPainter, box: QRectF) -> float:
        theme, px = self._theme, self._theme.px
        words = phrases.admin()
        width = QFontMetricsF(theme.fonts.small).horizontalAdvance(words) + px(12)
        frame = QRectF(box.right() - width - 1, box.center().y() - px(9), width, px(17))
        painter.setPen(QPen(theme.colors.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, RADIUS_BADGE, RADIUS_BADGE)
        painter.setFont(theme.fonts.small)
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, words)
        return width

    def _line(self, painter: QPainter, rect: QRectF, text: str, font: QFont, color: QColor) -> None:
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, _LEFT | Qt.TextFlag.TextSingleLine, shown)
