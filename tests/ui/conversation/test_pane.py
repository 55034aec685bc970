"""What the pane tells: read messages only when really seen, the line above what came unseen, whose answer it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conversation import examples
from tests.ui.conversation.examples import chatter, header, message, pending
from ui.conversation.details import DetailsPane
from ui.conversation.pane import ConversationPane
from ui.conversation.reading import DWELL_MS
from ui.conversation.rows import DetailsRow
from ui.theme.avatar import AvatarPainter
from ui.theme.theme import Theme


@pytest.fixture
def read(pane: ConversationPane) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    pane.read_up_to.connect(lambda conversation, message_id: told.append((conversation, message_id)))
    return told


@pytest.fixture
def other_window(pane: ConversationPane, qtbot: QtBot) -> Iterator[QWidget]:
    """A window in front: the pane is on the screen, but nobody works in it."""
    window = QWidget()
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.close()


def lines(pane: ConversationPane) -> dict[str, int]:
    """Where the line for new messages stands, and its number."""
    model = pane.view.model()
    assert model is not None
    placed = [pane.view.layout_at(row).placed for row in range(model.rowCount())]
    return {each.row.key: each.new_messages for each in placed if each.new_messages}


def wait_for_dwell(qtbot: QtBot) -> None:
    """Longer than a message must be in sight to count as read."""
    qtbot.wait(DWELL_MS + 100)


def test_what_is_seen_is_reported_once(pane: ConversationPane, qtbot: QtBot, read: list[tuple[str, str]]) -> None:
    pane.show_messages(chatter(30), more_above=False)
    newest = max(row.order for row in chatter(30) if not row.outbound)
    qtbot.waitUntil(lambda: read == [("c1", f"m{int(newest)}")])
    pane.upsert_messages([message(50)])
    qtbot.waitUntil(lambda: read[1:] == [("c1", "m50")])
    pane.upsert_messages([message(50, "edited", edited=True)])
    wait_for_dwell(qtbot)
    assert len(read) == 2


def test_what_is_below_is_not_read(pane: ConversationPane, qtbot: QtBot, read: list[tuple[str, str]]) -> None:
    pane.show_messages([message(n) for n in range(200)], more_above=False, first_unread_key="k100")
    qtbot.waitUntil(lambda: len(read) == 1)
    seen = int(read[0][1][1:])
    assert 100 <= seen < 199
    pane.view.follow()
    qtbot.waitUntil(lambda: read[1:] == [("c1", "m199")])


def test_behind_another_window_nothing_is_read(
    pane: ConversationPane, qtbot: QtBot, read: list[tuple[str, str]], other_window: QWidget
) -> None:
    pane.show_messages([message(1)], more_above=False)
    pane.upsert_messages([message(2)])
    wait_for_dwell(qtbot)
    assert read == []
    pane.activateWindow()
    qtbot.waitUntil(lambda: read == [("c1", "m2")])


def test_flying_past_is_not_reading(pane: ConversationPane, qtbot: QtBot, read: list[tuple[str, str]]) -> None:
    pane.show_messages([message(1)], more_above=False)
    pane.show_conversation(header(conversation_id="c2"))
    wait_for_dwell(qtbot)
    assert read == []


def test_the_line_stays_while_reading_and_goes_with_the_answer(pane: ConversationPane) -> None:
    pane.show_messages([message(n) for n in range(40)], more_above=False, first_unread_key="k30")
    assert lines(pane) == {"k30": 10}
    pane.upsert_messages([message(50)])
    assert lines(pane) == {"k30": 10}
    pane.upsert_messages([pending(60)])
    assert lines(pane) == {}
    _first, last = pane.view.rows_in_sight()
    assert pane.view.layout_at(last).placed.row.key == "k60"


def test_what_comes_while_nobody_looks_gets_the_line(
    pane: ConversationPane, qtbot: QtBot, other_window: QWidget
) -> None:
    pane.show_messages([message(1), message(2)], more_above=False)
    pane.upsert_messages([message(3)])
    pane.upsert_messages([message(4), message(5, outbound=True)])
    assert lines(pane) == {"k3": 2}


def test_what_comes_before_the_readers_eyes_gets_no_line(pane: ConversationPane) -> None:
    pane.show_messages([message(1)], more_above=False)
    pane.upsert_messages([message(3)])
    assert lines(pane) == {}


def test_a_jump_counts_what_was_never_in_sight(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages([message(n) for n in range(100)], more_above=False, first_unread_key="k50")
    _first, last = pane.view.rows_in_sight()
    qtbot.waitUntil(lambda: pane.jump.text() == f"{99 - last} new")
    bar = pane.view.verticalScrollBar()
    bar.setValue(bar.value() - 300)
    assert pane.jump.text() == f"{99 - last} new", "going back makes nothing new"


def test_answers_for_the_open_conversation_only(pane: ConversationPane) -> None:
    asked: list[str] = []
    pane.older_requested.connect(asked.append)
    pane.clear()
    pane.view.older_wanted.emit()
    assert asked == []
    assert pane.composer.isHidden()
    assert pane.header.isHidden()


def test_the_header_says_what_it_is_and_over_which_number(pane: ConversationPane) -> None:
    def title() -> str:
        return next(
            child.accessibleName() for child in pane.header.findChildren(QWidget) if "via" in child.accessibleName()
        )

    assert title() == "Reseller Jabodetabek, 48 members · via +62 812-3456-7890, WhatsApp Web.js"
    pane.set_header(header(members=None, provider_type="meta"))
    assert title() == "Reseller Jabodetabek, Group · via +62 812-3456-7890, Meta API"


def test_back_and_details_are_told(pane: ConversationPane, qtbot: QtBot) -> None:
    told: list[str] = []
    pane.back_requested.connect(lambda: told.append("back"))
    pane.details_toggled.connect(lambda: told.append("details"))
    pane.show_back(True)
    for button in pane.header.findChildren(QWidget):
        if button.accessibleName() in ("Back to the list", "Details"):
            button.click()  # type: ignore[attr-defined]  # both are buttons
    assert sorted(told) == ["back", "details"]


def test_details_show_the_members(qtbot: QtBot, theme: Theme, avatars: AvatarPainter) -> None:
    details = DetailsPane(theme, avatars)
    qtbot.addWidget(details)
    details.show_details(examples.details())
    model = details.members
    names = [model.index(row).data() for row in range(model.rowCount())]
    assert names == ["You", "Budi Santoso", "Maya Putri", "Joko Susilo", "+62 819-7788-001"]
    details.show_details(DetailsRow(header=header(is_group=False, members=None, contact_phone="+62 813-5550-0192")))
    assert model.rowCount() == 0


def test_the_jump_stays_in_sight_when_the_view_shrinks(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages(chatter(60), more_above=False)
    pane.view.verticalScrollBar().setValue(0)
    qtbot.waitUntil(pane.jump.isVisible)
    for height in (500, 620, 420):
        pane.resize(pane.width(), height)
        qtbot.wait(10)
        assert pane.view.viewport().rect().contains(pane.jump.geometry().adjusted(8, 8, -8, -8))
