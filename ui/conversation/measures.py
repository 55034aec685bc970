"""The sizes a conversation is built from, at the reader's text size: fonts, line heights, paddings, widths."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF

from ui.theme.theme import Theme
from ui.theme.tokens import GAP_M, GAP_XL

SCROLL_BAR: Final = 10
LINE_HEIGHT: Final = 1.4
WIDEST: Final = 0.62
"""The share of the view that a bubble may take."""


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A font, the height of its lines, and what its words measure."""

    font: QFont
    line: int
    metrics: QFontMetricsF

    def width(self, text: str) -> int:
        return ceil(self.metrics.horizontalAdvance(text))


class Measures:
    """Made anew whenever the theme changes."""

    def __init__(self, theme: Theme) -> None:
        fonts = theme.fonts
        self.px = theme.px
        italic = QFont(fonts.body)
        italic.setItalic(True)
        jumbo = QFont(fonts.body)
        jumbo.setPointSizeF(fonts.body.pointSizeF() * 2.2)
        self.body = _style(fonts.body, theme.px(13.5 * LINE_HEIGHT))
        self.italic = _style(italic, self.body.line)
        self.jumbo = _style(jumbo, theme.px(13.5 * 2.2 * 1.25))
        self.name = _style(fonts.secondary_strong, theme.px(12 * LINE_HEIGHT))
        self.agent = _style(fonts.small_strong, theme.px(11 * LINE_HEIGHT))
        self.quote = _style(fonts.secondary, theme.px(12 * LINE_HEIGHT))
        self.card = _style(fonts.base_medium, theme.px(13 * LINE_HEIGHT))
        self.meta = _style(fonts.small, theme.px(11 * LINE_HEIGHT))
        self.pill = _style(fonts.time, theme.px(11.5 * LINE_HEIGHT))
        self.divider = _style(fonts.time_strong, theme.px(11.5 * LINE_HEIGHT))
        self.action = _style(fonts.secondary_strong, theme.px(24))
        self.pad_x, self.pad_top, self.pad_bottom = theme.px(10), theme.px(7), theme.px(6)
        self.run_gap, self.gap, self.wide_gap = theme.px(2), theme.px(6), theme.px(GAP_M)

    def margin(self, width: int) -> int:
        """The space left and right of all bubbles; the scroll bar's room (`SCROLL_BAR`) is part of it at the right."""
        return GAP_XL if width >= 560 else GAP_M

    def right(self, width: int) -> int:
        """Where outgoing bubbles end in a viewport of this width."""
        return width + SCROLL_BAR - self.margin(width)

    def widest_bubble(self, width: int) -> int:
        """62 % of the view's content, more where large text in a narrow window needs it to stay readable."""
        content = self.right(width) - self.margin(width)
        return max(round(content * WIDEST), min(content, self.px(240)))


def _style(font: QFont, line: int) -> TextStyle:
    metrics = QFontMetricsF(font)
    return TextStyle(font, max(line, ceil(metrics.height())), metrics)
