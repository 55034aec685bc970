"""Gives every person and group a colour of their own: stable, and readable in both themes."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

from PySide6.QtGui import QColor

from ui.theme.tokens import Palette

READABLE: Final = 4.5


def hue_of(seed: str) -> int:
    """A hue in degrees, the same for the same seed on every machine and at every start."""
    return zlib.crc32(seed.encode("utf-8", "surrogatepass")) % 360


@lru_cache(maxsize=1024)
def avatar_colors(palette: Palette, hue: int) -> tuple[QColor, QColor]:
    """Background of an avatar, and its initials or glyph."""
    background = QColor.fromHslF(hue / 360, 0.55, palette.avatar_lightness / 100)
    return background, _readable(hue, 0.60, palette.avatar_text_lightness, background)


@lru_cache(maxsize=1024)
def sender_color(palette: Palette, hue: int) -> QColor:
    """A sender's name in a bubble of a group."""
    return _readable(hue, 0.60, palette.sender_lightness, QColor(palette.bubble_in))


def contrast(one: QColor, other: QColor) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _readable(hue: int, saturation: float, lightness: int, background: QColor) -> QColor:
    """The colour nearest to `lightness` per cent that stays readable on `background`."""
    step = -1 if _luminance(background) > 0.18 else 1
    color = QColor.fromHslF(hue / 360, saturation, lightness / 100)
    while contrast(color, background) < READABLE and 0 < lightness < 100:
        lightness += step
        color = QColor.fromHslF(hue / 360, saturation, lightness / 100)
    return color


def _luminance(color: QColor) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF())
