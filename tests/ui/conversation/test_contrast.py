"""Every colour that text has in a conversation can be read on what is behind it, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from ui.theme.hues import contrast, sender_color
from ui.theme.tokens import CONTRAST, DARK, LIGHT, Palette

PAIRS = [
    ("text", "bubble_in"),
    ("text", "bubble_out"),
    ("muted", "bubble_in"),  # time, deleted
    ("muted", "bubble_out"),
    ("accent", "bubble_in"),  # links (in our own bubbles they are in `text`)
    ("accent", "chat"),  # new messages, quoted names, retry
    ("muted", "chat"),  # quotes, cards, empty
    ("text", "chat"),
    ("danger", "chat"),  # not sent
    ("warn", "chat"),  # not confirmed
    ("muted", "bg"),
    ("muted", "panel"),
    ("on_accent", "accent"),
]


@pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=lambda palette: palette.name)
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(palette: Palette, ink: str, ground: str) -> None:
    assert contrast(QColor(getattr(palette, ink)), QColor(getattr(palette, ground))) >= 4.5


@pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=lambda palette: palette.name)
def test_every_senders_name_is_readable(palette: Palette) -> None:
    ground = QColor(palette.bubble_in)
    assert min(contrast(sender_color(palette, hue), ground) for hue in range(360)) >= 4.5
