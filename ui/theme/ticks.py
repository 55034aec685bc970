"""Draws how far an outgoing message has come: clock, one tick, two, two in accent; what went wrong has its own sign."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from ui.theme.theme import Theme

WIDTH: Final = 18.0
HEIGHT: Final = 12.0

_SINGLE: Final = ((4.0, 6.5), (7.2, 9.7), (14.0, 2.5))
_FIRST: Final = ((1.0, 6.5), (4.2, 9.7), (11.0, 2.5))
_SECOND: Final = ((7.5, 9.0), (8.4, 9.7), (15.5, 2.5))


def status_words(status: str) -> str:
    """A message's status in people's words; one that this version does not know keeps its own name."""
    words = {
        "queued": QCoreApplication.translate("Status", "Waiting to be sent"),
        "sending": QCoreApplication.translate("Status", "Sending"),
        "unconfirmed": QCoreApplication.translate("Status", "Not confirmed: it may or may not have been sent"),
        "sent": QCoreApplication.translate("Status", "Sent"),
        "failed": QCoreApplication.translate("Status", "Not sent"),
        "delivered": QCoreApplication.translate("Status", "Delivered"),
        "read": QCoreApplication.translate("Status", "Read"),
        "played": QCoreApplication.translate("Status", "Played"),
    }
    return words.get(status, status)


class TickPainter:
    """Paints the sign of a status in an 18 x 12 box (at 100 % text)."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme

    def width(self) -> float:
        """How wide every sign's box is."""
        return WIDTH * self._theme.text_scale

    def paint(self, painter: QPainter, x: float, center_y: float, status: str) -> None:
        """Draw the sign of `status` from `x` on, around `center_y`; nothing for an unknown status."""
        colors = self._theme.colors
        scale = self._theme.text_scale
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(x, center_y - HEIGHT * scale / 2)
        painter.scale(scale, scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if status in ("queued", "sending"):
            _clock(painter, colors.muted)
        elif status == "sent":
            _tick(painter, colors.muted, _SINGLE)
        elif status == "delivered":
            _tick(painter, colors.muted, _FIRST, _SECOND)
        elif status in ("read", "played"):
            _tick(painter, colors.accent, _FIRST, _SECOND)
        elif status == "failed":
            _sign(painter, colors.danger, "!")
        elif status == "unconfirmed":
            _sign(painter, colors.warn, "?")
        painter.restore()


def _pen(color: QColor) -> QPen:
    return QPen(color, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def _tick(painter: QPainter, color: QColor, *strokes: tuple[tuple[float, float], ...]) -> None:
    painter.setPen(_pen(color))
    for stroke in strokes:
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in stroke]))


def _clock(painter: QPainter, color: QColor) -> None:
    pen = _pen(color)
    pen.setWidthF(1.4)
    painter.setPen(pen)
    painter.drawEllipse(QPointF(9, 6), 4.9, 4.9)
    painter.drawPolyline(QPolygonF([QPointF(9, 3.4), QPointF(9, 6), QPointF(11, 7.2)]))


def _sign(painter: QPainter, color: QColor, sign: str) -> None:
    """A ring with a mark drawn in lines, so that it looks alike in every font."""
    pen = _pen(color)
    pen.setWidthF(1.4)
    painter.setPen(pen)
    painter.drawEllipse(QPointF(9, 6), 5.3, 5.3)
    mark = QPainterPath()
    if sign == "!":
        mark.moveTo(9, 3.3)
        mark.lineTo(9, 6.6)
    else:
        mark.moveTo(7.5, 4.7)
        mark.cubicTo(QPointF(7.5, 2.6), QPointF(10.7, 2.8), QPointF(10.5, 4.7))
        mark.cubicTo(QPointF(10.4, 5.7), QPointF(9, 5.7), QPointF(9, 6.9))
    painter.drawPath(mark)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawEllipse(QRectF(8.3, 8.0, 1.4, 1.4))
