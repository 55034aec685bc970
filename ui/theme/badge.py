"""Draws badges: which provider a chat runs over (told by mark and colour), and how much is unread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_BADGE
from ui.words.times import people_locale

MARK: Final = 6.0
MARK_GAP: Final = 5.0
PADDING: Final = 6.0
MOST_SHOWN: Final = 99


def provider_label(provider_type: str) -> str:
    """The provider in people's words; one that this version does not know keeps its own name."""
    if provider_type == "webjs":
        return QCoreApplication.translate("Provider", "WhatsApp Web.js")
    if provider_type == "meta":
        return QCoreApplication.translate("Provider", "Meta API")
    return provider_type


def unread_label(unread: int) -> str:
    """The number in an unread badge, at most `99+`."""
    shown = people_locale().toString(min(unread, MOST_SHOWN))
    return shown if unread <= MOST_SHOWN else f"{shown}+"


class BadgePainter:
    """Paints badges in the theme's colours; each method tells or takes the badge's size."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._measure()
        theme.changed.connect(self._measure)

    def provider_width(self, provider_type: str) -> float:
        """How wide a provider's badge is."""
        width = self._provider_widths.get(provider_type)
        if width is None:
            words = self._provider_metrics.horizontalAdvance(provider_label(provider_type))
            width = words + (2 * PADDING + MARK + MARK_GAP) * self._theme.text_scale
            self._provider_widths[provider_type] = width
        return width

    def provider_height(self) -> float:
        """How high every provider's badge is."""
        return 16.0 * self._theme.text_scale

    def paint_provider(self, painter: QPainter, x: float, center_y: float, provider_type: str) -> float:
        """Draw a provider's badge from `x` on, around `center_y`; its width."""
        scale = self._theme.text_scale
        width, height = self.provider_width(provider_type), self.provider_height()
        box = QRectF(x, center_y - height / 2, width, height)
        ink, background = self._provider_colors(provider_type)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(background)
        painter.drawRoundedRect(box, RADIUS_BADGE, RADIUS_BADGE)
        mark = QRectF(box.x() + PADDING * scale, center_y - MARK * scale / 2, MARK * scale, MARK * scale)
        painter.setBrush(ink)
        if provider_type == "webjs":
            painter.drawRoundedRect(mark, 1, 1)
        elif provider_type == "meta":
            painter.drawEllipse(mark)
        else:
            middle = mark.center()
            painter.drawPolygon(
                [
                    QPointF(middle.x(), mark.top()),
                    QPointF(mark.right(), middle.y()),
                    QPointF(middle.x(), mark.bottom()),
                    QPointF(mark.left(), middle.y()),
                ]
            )
        painter.setFont(self._theme.fonts.badge)
        painter.setPen(ink)
        text = box.adjusted((PADDING + MARK + MARK_GAP) * scale, 0, 0, 0)
        painter.drawText(
            text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, provider_label(provider_type)
        )
        return width

    def unread_width(self, unread: int) -> float:
        """How wide an unread badge is; 0 when nothing is unread."""
        if unread <= 0:
            return 0.0
        scale = self._theme.text_scale
        return max(20.0 * scale, self._unread_metrics.horizontalAdvance(unread_label(unread)) + 12.0 * scale)

    def unread_height(self) -> float:
        """How high every unread badge is."""
        return 18.0 * self._theme.text_scale

    def paint_unread(self, painter: QPainter, right: float, center_y: float, unread: int) -> float:
        """Draw an unread badge that ends at `right`, around `center_y`; its width."""
        width, height = self.unread_width(unread), self.unread_height()
        if width == 0:
            return 0.0
        box = QRectF(right - width, center_y - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colors.danger)
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setFont(self._theme.fonts.small_strong)
        painter.setPen(self._theme.colors.on_danger)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, unread_label(unread))
        return width

    def _measure(self) -> None:
        self._provider_metrics = QFontMetricsF(self._theme.fonts.badge)
        self._unread_metrics = QFontMetricsF(self._theme.fonts.small_strong)
        self._provider_widths: dict[str, float] = {}

    def _provider_colors(self, provider_type: str) -> tuple[QColor, QColor]:
        colors = self._theme.colors
        if provider_type == "webjs":
            return colors.webjs, colors.webjs_bg
        if provider_type == "meta":
            return colors.meta, colors.meta_bg
        return colors.muted, colors.hover
