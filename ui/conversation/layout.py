"""Where everything of one row stands, in the row's own coordinates, and what a click hits."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt

from ui.conversation.measures import TextStyle
from ui.conversation.rows_list import PlacedRow
from ui.conversation.text import TextBlock


class Spot(Enum):
    """What in a row can be clicked."""

    LINK = "link"
    QUOTE = "quote"
    READ_MORE = "read_more"
    RETRY = "retry"
    DISCARD = "discard"


@dataclass(frozen=True, slots=True)
class Hit:
    """What is under the pointer; `target` is a link's address or the quoted message's key."""

    spot: Spot
    target: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text in its box."""

    text: str
    rect: QRectF
    style: TextStyle

    @classmethod
    def fitted(cls, text: str, rect: QRectF, style: TextStyle) -> Label:
        """The text, cut with an ellipsis where the box has no room for it."""
        if style.width(text) > rect.width():
            text = style.metrics.elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        return cls(text, rect, style)


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A text block and its top left corner."""

    block: TextBlock
    at: QPointF

    @property
    def rect(self) -> QRectF:
        return QRectF(self.at.x(), self.at.y(), self.block.width, self.block.height)


@dataclass(frozen=True, slots=True)
class QuoteBox:
    rect: QRectF
    name: Label
    text: PlacedBlock
    key: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """An attachment: a picture's place, or a file's line."""

    rect: QRectF
    icon: str
    icon_rect: QRectF
    label: Label


@dataclass(slots=True)
class RowLayout:
    """One row in its own coordinates, from (0, 0) to (width, height)."""

    placed: PlacedRow
    width: int
    height: int = 0
    day: Label | None = None
    divider: Label | None = None
    bubble: QRectF = field(default_factory=QRectF)
    name: Label | None = None
    quote: QuoteBox | None = None
    card: Card | None = None
    body: PlacedBlock | None = None
    read_more: Label | None = None
    meta: Label | None = None
    ticks: QRectF | None = None
    reactions: Label | None = None
    notice: PlacedBlock | None = None
    actions: tuple[tuple[Spot, Label], ...] = ()

    def hit(self, point: QPointF) -> Hit | None:
        """What a click at `point` would do."""
        if self.body is not None and self.body.rect.contains(point):
            link = self.body.block.link_at(point - self.body.at)
            if link is not None:
                return Hit(Spot.LINK, link.target)
        if self.quote is not None and self.quote.key is not None and self.quote.rect.contains(point):
            return Hit(Spot.QUOTE, self.quote.key)
        if self.read_more is not None and self.read_more.rect.contains(point):
            return Hit(Spot.READ_MORE)
        return next((Hit(spot) for spot, label in self.actions if label.rect.contains(point)), None)
