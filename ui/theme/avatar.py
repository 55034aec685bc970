"""Draws avatars: initials on the person's own hue, a group's glyph, a person's glyph where only a number is known."""

from __future__ import annotations

import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPixmap

from ui.theme.fonts import points
from ui.theme.hues import avatar_colors, hue_of
from ui.theme.icons import Icons
from ui.theme.theme import Theme

KEPT: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class AvatarLook:
    """What decides an avatar's picture; `has_name` is False where `title` is only a phone number."""

    seed: str
    title: str
    has_name: bool = True
    is_group: bool = False


class AvatarPainter:
    """Paints avatars of any size and keeps the last `KEPT` pictures."""

    def __init__(self, theme: Theme, icons: Icons) -> None:
        self._theme = theme
        self._icons = icons
        self._kept: OrderedDict[tuple[str, str, int, int, float], QPixmap] = OrderedDict()

    def paint(self, painter: QPainter, rect: QRectF, look: AvatarLook) -> None:
        """Draw an avatar as a circle that fills the square `rect`."""
        size = round(rect.width())
        pixmap = self.pixmap(look, size, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(round(rect.x()), round(rect.y())), pixmap)

    def pixmap(self, look: AvatarLook, size: int, dpr: float = 1.0) -> QPixmap:
        """An avatar of `size` logical pixels, transparent around the circle."""
        content = _content(look)
        hue = hue_of(look.seed)
        key = (self._theme.palette.name, content, hue, size, dpr)
        pixmap = self._kept.get(key)
        if pixmap is None:
            pixmap = self._draw(content, hue, size, dpr)
            self._kept[key] = pixmap
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return pixmap

    def _draw(self, content: str, hue: int, size: int, dpr: float) -> QPixmap:
        background, foreground = avatar_colors(self._theme.palette, hue)
        pixmap = QPixmap(round(size * dpr), round(size * dpr))
        pixmap.setDevicePixelRatio(dpr)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(background)
        circle = QRectF(0, 0, size, size)
        painter.drawEllipse(circle)
        if content in ("group", "person"):
            glyph = size / 2
            painter.translate((size - glyph) / 2, (size - glyph) / 2)
            self._icons.paint(painter, QRectF(0, 0, glyph, glyph), content, foreground)
        else:
            painter.setFont(_initials_font(self._theme.fonts.base_strong, size))
            painter.setPen(foreground)
            painter.drawText(circle, Qt.AlignmentFlag.AlignCenter, content)
        painter.end()
        return pixmap


def initials(title: str) -> str:
    """Up to two letters of a name: the first of each of its first two words, or two of an only word in a script
    without capitals; empty where there is no letter at all."""
    words = [letters for word in title.split() if (letters := [c for c in word if c.isalnum()])]
    if not words:
        return ""
    if len(words) > 1:
        return _capital(words[0][0]) + _capital(words[1][0])
    only = words[0]
    has_case = only[0].upper() != only[0].lower()
    return "".join(map(_capital, only[:1] if has_case else only[:2]))


def _capital(letter: str) -> str:
    capital = letter.upper()
    return capital if len(capital) == 1 else letter


def _content(look: AvatarLook) -> str:
    if look.is_group:
        return "group"
    letters = initials(unicodedata.normalize("NFC", look.title)) if look.has_name else ""
    return letters or "person"


def _initials_font(template: QFont, size: int) -> QFont:
    font = QFont(template)
    font.setPointSizeF(points(size * 0.345))
    return font
