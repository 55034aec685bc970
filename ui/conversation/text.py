"""A message's plain text, laid out: every paragraph by its own direction, links found, characters selectable."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextLine, QTextOption

from ui.conversation.links import find_links

_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2029]")
_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_SEPARATOR: Final = "\u2028"


def showable(body: str) -> str:
    """A message's text without what no font shows: one kind of line end, no control characters, no blank ends."""
    return _UNSHOWABLE.sub("\ufffd", _LINE_ENDS.sub("\n", body)).strip("\n ").replace(_LINE_SEPARATOR, "\n")


@dataclass(frozen=True, slots=True)
class PlacedLink:
    """A link and the characters (UTF-16 units, as Qt counts) that show it."""

    start: int
    end: int
    target: str


@dataclass(frozen=True, slots=True)
class _Part:
    """Paragraphs of one direction: the first character's position in the whole text, and its layout."""

    start: int
    layout: QTextLayout
    dx: float
    rtl: bool


class TextBlock:
    """Plain text wrapped to `max_width`; words longer than a line break anywhere.

    `width` and `height` are what it takes, `last_width` what its last line takes, `last_rtl` whether that one
    starts at the right, `last_start` its first character; `complete` is False when `max_lines` cut something off.
    """

    def __init__(
        self,
        text: str,
        font: QFont,
        max_width: float,
        line_height: float,
        *,
        max_lines: int | None = None,
        with_links: bool = False,
        centered: bool = False,
    ) -> None:
        self.text = text
        self.links = _links_of(text) if with_links else ()
        self._parts: list[_Part] = []
        self.width = self.height = self.last_width = 0.0
        self.last_rtl = False
        self.last_start = 0
        self.complete = True
        self._lay_out(font, max_width, line_height, max_lines, centered)

    def draw(
        self,
        painter: QPainter,
        at: QPointF,
        color: QColor,
        *,
        link_color: QColor | None = None,
        selection: tuple[int, int] | None = None,
        selection_colors: tuple[QColor, QColor] | None = None,
    ) -> None:
        """Paint from the top left corner `at`; `selection` is a range of UTF-16 units."""
        painter.setPen(color)
        for part in self._parts:
            ranges: list[QTextLayout.FormatRange] = []
            if link_color is not None:
                for link in self.links:
                    _add_range(ranges, part, link.start, link.end, _link_format(link_color))
            if selection is not None and selection_colors is not None:
                _add_range(ranges, part, *selection, _selection_format(*selection_colors))
            part.layout.draw(painter, at + QPointF(part.dx, 0), ranges)

    def position_at(self, point: QPointF) -> int:
        """The character (UTF-16 units) nearest to a point of the block."""
        line, part = self._line_at(point.y())
        return 0 if line is None or part is None else part.start + line.xToCursor(point.x() - part.dx)

    def link_at(self, point: QPointF) -> PlacedLink | None:
        """The link under a point of the block; beside a line there is none."""
        line, part = self._line_at(point.y())
        if not self.links or line is None or part is None:
            return None
        if not line.naturalTextRect().translated(part.dx, 0).contains(point.x(), line.y() + 1):
            return None
        on_character = QTextLine.CursorPosition.CursorOnCharacter
        position = part.start + line.xToCursor(point.x() - part.dx, on_character)
        return next((link for link in self.links if link.start <= position < link.end), None)

    def word_at(self, position: int) -> tuple[int, int]:
        """The range of the word around a character, for a double click."""
        finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Word, self.text)
        finder.setPosition(position)
        start = position if finder.isAtBoundary() else finder.toPreviousBoundary()
        finder.setPosition(position)
        return max(start, 0), max(finder.toNextBoundary(), 0)

    def selected(self, selection: tuple[int, int]) -> str:
        """The text of a range of UTF-16 units."""
        units = self.text.encode("utf-16-le")
        return units[2 * selection[0] : 2 * selection[1]].decode("utf-16-le", "ignore")

    def _line_at(self, y: float) -> tuple[QTextLine, _Part] | tuple[None, None]:
        found: tuple[QTextLine, _Part] | tuple[None, None] = (None, None)
        for part in self._parts:
            for number in range(part.layout.lineCount()):
                line = part.layout.lineAt(number)
                if found[0] is not None and line.y() > y:
                    return found
                found = (line, part)
        return found

    def _lay_out(
        self, font: QFont, max_width: float, line_height: float, max_lines: int | None, centered: bool
    ) -> None:
        lines_left = max_lines if max_lines is not None else -1
        start, y, shown = 0, 0.0, 0
        laid_out: list[tuple[int, QTextLayout, bool]] = []
        for paragraphs, rtl in _by_direction(self.text):
            layout = _layout_of(paragraphs, font, rtl, centered)
            layout.beginLayout()
            while lines_left != 0:
                line = layout.createLine()
                if not line.isValid():
                    break
                line.setLineWidth(max_width)
                taken = max(line_height, ceil(line.height()))
                line.setPosition(QPointF(0, y + (taken - line.height()) / 2))
                y += taken
                lines_left -= 1
                self.last_width, self.last_start = ceil(line.naturalTextWidth()), start + line.textStart()
                shown = self.last_start + line.textLength()
                self.width = max(self.width, self.last_width)
            layout.endLayout()
            laid_out.append((start, layout, rtl))
            self.last_rtl = rtl
            start += _units(paragraphs) + 1
            if lines_left == 0:
                break
        self.complete = shown >= _units(self.text)
        self.width, self.height = min(ceil(self.width), max_width), y
        for first, layout, rtl in laid_out:
            slack = max_width - self.width
            dx = -slack / 2 if centered else -slack if rtl else 0.0
            self._parts.append(_Part(first, layout, dx, rtl))


def clamped(text: str, font: QFont, max_width: float, line_height: float, max_lines: int) -> TextBlock:
    """One paragraph in at most `max_lines` lines; an ellipsis says that more was written."""
    block = TextBlock(text, font, max_width, line_height, max_lines=max_lines)
    if block.complete:
        return block
    kept, rest = block.selected((0, block.last_start)), block.selected((block.last_start, _units(text)))
    last = QFontMetricsF(font).elidedText(rest, Qt.TextElideMode.ElideRight, max_width)
    return TextBlock(kept + last, font, max_width, line_height, max_lines=max_lines)


def _layout_of(paragraphs: str, font: QFont, rtl: bool, centered: bool) -> QTextLayout:
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(Qt.AlignmentFlag.AlignHCenter if centered else side | Qt.AlignmentFlag.AlignAbsolute)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTextDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
    layout = QTextLayout(paragraphs.replace("\n", _LINE_SEPARATOR), font)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    return layout


def _by_direction(text: str) -> list[tuple[str, bool]]:
    """Neighbouring paragraphs of one direction together; one without letters goes with those before it."""
    groups: list[tuple[list[str], bool]] = []
    for paragraph in text.split("\n"):
        rtl = _is_rtl(paragraph)
        if groups and rtl in (None, groups[-1][1]):
            groups[-1][0].append(paragraph)
        else:
            groups.append(([paragraph], bool(rtl)))
    return [("\n".join(paragraphs), rtl) for paragraphs, rtl in groups]


def _is_rtl(paragraph: str) -> bool | None:
    for character in paragraph:
        direction = unicodedata.bidirectional(character)
        if direction == "L":
            return False
        if direction in ("R", "AL"):
            return True
    return None


def _units(text: str) -> int:
    """The length in UTF-16 units, as Qt counts: characters beyond the first plane (emoji) are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _links_of(text: str) -> tuple[PlacedLink, ...]:
    return tuple(
        PlacedLink(_units(text[: link.start]), _units(text[: link.end]), link.target) for link in find_links(text)
    )


def _add_range(ranges: list[QTextLayout.FormatRange], part: _Part, start: int, end: int, look: QTextCharFormat) -> None:
    first, last = max(start - part.start, 0), min(end - part.start, _units(part.layout.text()))
    if first < last:
        made = QTextLayout.FormatRange()
        made.start, made.length, made.format = first, last - first, look
        ranges.append(made)


def _link_format(color: QColor) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setForeground(color)
    look.setFontUnderline(True)
    return look


def _selection_format(background: QColor, foreground: QColor) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setBackground(background)
    look.setForeground(foreground)
    return look
