"""Where the parts of a bubble stand: never too wide, by the direction of their text, at every text size."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF, QRectF

from tests.ui.conversation import examples
from tests.ui.conversation.examples import ARABIC, LONG_URL, message
from ui.conversation.bubbles import RowLayouter
from ui.conversation.layout import Hit, RowLayout, Spot
from ui.conversation.measures import SCROLL_BAR, Measures
from ui.conversation.rows import MessageRow, QuoteRow, ReactionRow
from ui.conversation.rows_list import PlacedRow
from ui.theme.theme import Theme

WIDTH = 662
LayOut = Callable[..., RowLayout]


@pytest.fixture
def lay_out(theme: Theme) -> LayOut:
    def lay_out(row: MessageRow, width: int = WIDTH, *, whole_text: bool = False, **placing: object) -> RowLayout:
        given = {"starts_day": False, "new_messages": 0, "starts_run": True, **placing}
        layouter = RowLayouter(Measures(theme), lambda: examples.NOW)
        return layouter.lay_out(PlacedRow(row, **given), width, whole_text=whole_text)  # type: ignore[arg-type]  # names from the tests

    return lay_out


def parts(layout: RowLayout) -> list[QRectF]:
    """All that stands inside a bubble."""
    labels = [label.rect for label in (layout.name, layout.meta, layout.read_more) if label is not None]
    boxes = [part.rect for part in (layout.quote, layout.card, layout.body) if part is not None]
    return labels + boxes + ([layout.ticks] if layout.ticks is not None else [])


ALL = [*examples.mockup()[:5], *examples.states(), *examples.hostile(), examples.long_text()]


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("width", [340, 510, 662, 1400])
@pytest.mark.parametrize("row", ALL, ids=lambda row: f"{row.message_type}-{row.body[:12]!r}")
def test_nothing_leaves_its_bubble_or_its_row(
    lay_out: LayOut, theme: Theme, row: MessageRow, width: int, scale: float
) -> None:
    theme.set_text_scale(scale)
    layout = lay_out(row, width, starts_day=True, new_messages=3)
    room = QRectF(0, 0, width + SCROLL_BAR, layout.height)
    assert room.contains(layout.bubble)
    for part in parts(layout):
        assert layout.bubble.adjusted(-0.5, -0.5, 0.5, 0.5).contains(part)
    hanging = [layout.reactions.rect] if layout.reactions else []
    hanging += [layout.notice.rect] if layout.notice else []
    assert all(room.contains(part) for part in hanging)


@pytest.mark.parametrize("body", ["W" * 4000, LONG_URL, "kata " * 300], ids=["one word", "address", "words"])
def test_a_bubble_takes_at_most_62_percent(lay_out: LayOut, body: str) -> None:
    layout = lay_out(message(1, body))
    assert layout.bubble.width() <= (WIDTH + SCROLL_BAR - 48) * 0.62 + 1


def test_the_time_stands_on_the_last_line_where_it_fits(lay_out: LayOut) -> None:
    short = lay_out(message(1, "siap min"))
    assert short.meta is not None
    assert short.body is not None
    assert short.meta.rect.bottom() == short.body.rect.bottom()
    assert short.meta.rect.left() >= short.body.rect.right()


def test_the_time_takes_its_own_line_beside_no_room(lay_out: LayOut) -> None:
    for length in range(20, 60):
        layout = lay_out(message(1, "i" * length))
        assert layout.meta is not None
        assert layout.body is not None
        last_line_end = layout.body.at.x() + layout.body.block.last_width
        below = layout.meta.rect.top() >= layout.body.rect.bottom()
        assert below or layout.meta.rect.left() > last_line_end


def test_right_to_left_text_stands_at_the_right_and_its_time_at_the_left(lay_out: LayOut) -> None:
    layout = lay_out(message(1, ARABIC))
    assert layout.meta is not None
    assert layout.body is not None
    assert layout.body.block.last_rtl
    assert layout.meta.rect.left() == layout.bubble.left() + 10
    first_letter = layout.body.block.position_at(QPointF(layout.body.block.width - 1, 5))
    assert first_letter <= 1


def test_each_paragraph_has_its_own_direction(lay_out: LayOut) -> None:
    layout = lay_out(message(1, "Order 2041\nنعم"))
    assert layout.body is not None
    block = layout.body.block
    assert block.position_at(QPointF(0, 5)) == 0
    assert block.position_at(QPointF(block.width - 1, block.height - 5)) == len("Order 2041\n")


def test_the_name_stands_once_per_run(lay_out: LayOut) -> None:
    maya = message(1, sender_name="Maya Putri", sender_seed="maya")
    assert lay_out(maya).name is not None
    assert lay_out(maya, starts_run=False).name is None
    assert lay_out(maya, starts_run=False).bubble.top() == 2
    ours = lay_out(message(1, outbound=True, agent_name="Sari"))
    assert ours.name is not None
    assert ours.name.text == "Sari"


def test_markup_in_text_is_text(lay_out: LayOut) -> None:
    layout = lay_out(message(1, examples.HOSTILE, sender_name="<b>Maya</b>"))
    assert layout.body is not None
    assert layout.name is not None
    assert layout.body.block.text == examples.HOSTILE
    assert layout.name.text == "<b>Maya</b>"


def test_a_very_long_text_is_cut_until_asked_for(lay_out: LayOut) -> None:
    cut = lay_out(examples.long_text())
    assert cut.read_more is not None
    assert cut.hit(cut.read_more.rect.center()) == Hit(Spot.READ_MORE)
    whole = lay_out(examples.long_text(), whole_text=True)
    assert whole.read_more is None
    assert whole.height > cut.height


def test_lines_without_end_are_cut_as_well(lay_out: LayOut) -> None:
    layout = lay_out(message(1, "a\n" * 2000 + "b"))
    assert layout.read_more is not None
    assert layout.height < 2000


def test_a_failed_message_says_why_and_what_can_be_done(lay_out: LayOut) -> None:
    layout = lay_out(message(1, outbound=True, status="failed", error="No such number"))
    assert layout.notice is not None
    assert "No such number" in layout.notice.block.text
    spots = {spot: label.rect for spot, label in layout.actions}
    assert set(spots) == {Spot.RETRY, Spot.DISCARD}
    for spot, rect in spots.items():
        assert rect.height() >= 24
        assert rect.width() >= 24
        assert layout.hit(rect.center()) == Hit(spot)


def test_an_unconfirmed_message_says_so_and_leaves_the_choice(lay_out: LayOut) -> None:
    layout = lay_out(message(1, outbound=True, status="unconfirmed"))
    assert layout.notice is not None
    assert "Not confirmed" in layout.notice.block.text
    assert [label.text for _, label in layout.actions] == ["Send again", "Discard"]


def test_a_deleted_message_shows_nothing_of_what_it_was(lay_out: LayOut) -> None:
    quote = QuoteRow(sender_name="You", body="before")
    reactions = (ReactionRow(emoji="👍", count=1),)
    row = message(1, "secret", message_type="image", deleted=True, quote=quote, reactions=reactions)
    layout = lay_out(row)
    assert layout.body is not None
    assert layout.body.block.text == "This message was deleted"
    assert layout.card is None
    assert layout.quote is None
    assert layout.reactions is None


def test_links_are_hit_on_their_letters_only(lay_out: LayOut) -> None:
    layout = lay_out(message(1, "👋 https://shop.example\nsecond line that is quite a bit longer"))
    assert layout.body is not None
    line = layout.body.at + QPointF(0, 8)
    assert layout.hit(line + QPointF(60, 0)) == Hit(Spot.LINK, "https://shop.example")
    assert layout.hit(line + QPointF(2, 0)) is None
    assert layout.hit(line + QPointF(layout.body.block.width - 2, 0)) is None


def test_control_characters_are_shown_as_such(lay_out: LayOut) -> None:
    layout = lay_out(message(1, "a\x00b\ud800c\r\nd\u2029e"))
    assert layout.body is not None
    assert layout.body.block.text == "a\ufffdb\ufffdc\nd\ne"


def test_unknown_kinds_of_messages_are_shown(lay_out: LayOut) -> None:
    layout = lay_out(message(1, "", message_type="hologram"))
    assert layout.card is not None
    assert layout.card.label.text == "hologram"
