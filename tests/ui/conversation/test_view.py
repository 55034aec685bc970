"""The list keeps the reader's place, opens only harmless links, and is usable by keyboard and screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.conversation.examples import chatter, message, pending
from ui.conversation.layout import Spot
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import QuoteRow
from ui.theme.theme import Theme


def tops(pane: ConversationPane) -> dict[str, int]:
    """Where the messages in sight stand, by key."""
    first, last = pane.view.rows_in_sight()
    model = pane.view.model()
    assert model is not None
    return {
        pane.view.layout_at(row).placed.row.key: pane.view.visualRect(model.index(row, 0)).top()
        for row in range(first, last + 1)
    }


def scroll(pane: ConversationPane, by: int) -> None:
    bar = pane.view.verticalScrollBar()
    bar.setValue(bar.value() + by)


def point_of(pane: ConversationPane, key: str, spot: Spot) -> QPoint:
    """A place in the viewport where a click does this to this message."""
    first, last = pane.view.rows_in_sight()
    for row in range(first, last + 1):
        layout = pane.view.layout_at(row)
        if layout.placed.row.key != key:
            continue
        for y in range(0, layout.height, 4):
            for x in range(0, layout.width, 4):
                hit = layout.hit(QPointF(x, y))
                if hit is not None and hit.spot is spot:
                    return QPoint(x, y + pane.view.row_top(row))
    pytest.fail(f"{key} shows no {spot}")


def click(pane: ConversationPane, at: QPoint) -> None:
    QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_it_opens_at_the_newest_message(pane: ConversationPane) -> None:
    pane.show_messages(chatter(500), more_above=False)
    assert list(tops(pane))[-1] == "k499"
    assert pane.jump.isHidden()


def test_it_opens_at_the_first_unread_message(pane: ConversationPane) -> None:
    pane.show_messages(chatter(500), more_above=False, first_unread_key="k300")
    shown = tops(pane)
    assert 0 <= shown["k300"] <= pane.view.viewport().height() // 2
    assert next(iter(shown)) != "k300", "something of what was said before stays in sight"
    assert pane.jump.isVisible()


def test_at_the_end_it_follows(pane: ConversationPane) -> None:
    pane.show_messages(chatter(50), more_above=False)
    pane.upsert_messages([message(60, "new")])
    assert list(tops(pane))[-1] == "k60"


def test_elsewhere_new_messages_move_nothing_and_are_counted(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages(chatter(100), more_above=False)
    scroll(pane, -900)
    before = tops(pane)
    pane.upsert_messages([message(200 + n, "new") for n in range(3)])
    assert tops(pane) == before
    qtbot.waitUntil(lambda: pane.jump.text() == "3 new")
    QTest.mouseClick(pane.jump, Qt.MouseButton.LeftButton)
    assert list(tops(pane))[-1] == "k202"
    qtbot.waitUntil(pane.jump.isHidden)


def test_older_messages_are_asked_for_once_and_move_nothing(pane: ConversationPane, qtbot: QtBot) -> None:
    asked: list[str] = []
    pane.older_requested.connect(asked.append)
    pane.show_messages(chatter(100, first=100), more_above=True)
    pane.view.rows_in_sight()
    assert asked == []
    scroll(pane, -100_000)
    scroll(pane, 10)
    scroll(pane, -5)
    assert asked == ["c1"]
    before = tops(pane)
    pane.prepend_messages(chatter(100, seed=8), True)
    after = tops(pane)
    assert {key: after[key] for key in list(before)[1:]} == {key: before[key] for key in list(before)[1:]}
    assert pane.view.verticalScrollBar().value() > pane.view.viewport().height()
    scroll(pane, -100_000)
    assert asked == ["c1", "c1"]


def test_an_answer_without_messages_lets_it_ask_again(pane: ConversationPane) -> None:
    asked: list[str] = []
    pane.older_requested.connect(asked.append)
    pane.show_messages([message(1)], more_above=True)
    pane.view.rows_in_sight()
    pane.prepend_messages([], True)
    pane.view.rows_in_sight()
    pane.prepend_messages([], False)
    pane.view.rows_in_sight()
    assert asked == ["c1", "c1"]


def test_a_message_that_grows_above_moves_nothing(pane: ConversationPane) -> None:
    rows = chatter(100)
    pane.show_messages(rows, more_above=False)
    scroll(pane, -700)
    before = list(tops(pane).items())
    first = int(before[0][0][1:])
    pane.upsert_messages([message(first, "longer " * 60), message(first - 3, "longer " * 60)])
    assert [place for place in tops(pane).items() if place in before] == before[1:]


def test_another_width_or_text_size_keeps_the_place(pane: ConversationPane, theme: Theme, qtbot: QtBot) -> None:
    pane.show_messages(chatter(200), more_above=False, first_unread_key="k100")
    assert "k100" in tops(pane)
    pane.resize(500, 600)
    qtbot.waitUntil(lambda: pane.width() == 500)
    assert "k100" in tops(pane)
    theme.set_text_scale(1.6)
    assert "k100" in tops(pane)


def test_keys_scroll_the_conversation(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages(chatter(200), more_above=False)
    pane.view.setFocus()
    bar = pane.view.verticalScrollBar()
    pane.view.rows_in_sight()
    end = bar.value()
    QTest.keyClick(pane.view, Qt.Key.Key_PageUp)
    assert end - bar.value() == pytest.approx(pane.view.viewport().height(), abs=200)
    QTest.keyClick(pane.view, Qt.Key.Key_Home)
    assert "k0" in tops(pane)
    QTest.keyClick(pane.view, Qt.Key.Key_End)
    assert "k199" in tops(pane)


def test_arrows_walk_the_messages_and_copy_takes_the_current_one(pane: ConversationPane, qtbot: QtBot) -> None:
    rows = [message(n, f"text {n}") for n in range(60)]
    pane.show_messages(rows, more_above=False)
    pane.view.setFocus()
    start = pane.view.currentIndex().row()
    for _ in range(30):
        QTest.keyClick(pane.view, Qt.Key.Key_Up)
    current = pane.view.currentIndex().row()
    assert current == start - 30
    assert f"k{current}" in tops(pane)
    QTest.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == f"text {current}"


def test_marked_text_is_copied(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages([message(1, "Pagi 👋 semua")], more_above=False)
    layout = pane.view.layout_at(0)
    assert layout.body is not None
    left = QPoint(round(layout.body.at.x()), round(layout.body.at.y()) + 8 + pane.view.row_top(0))
    viewport = pane.view.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=left)
    pane.view.mouseMoveEvent(drag(left + QPoint(600, 0)))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=left + QPoint(600, 0))
    QTest.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Pagi 👋 semua"
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=left + QPoint(5, 0))
    QTest.keyClick(pane.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Pagi"


def test_a_click_on_a_link_asks_to_open_it(pane: ConversationPane, qtbot: QtBot) -> None:
    opened: list[str] = []
    pane.link_activated.connect(opened.append)
    pane.show_messages([message(1, "https://shop.example/a file:///etc/passwd")], more_above=False)
    click(pane, point_of(pane, "k1", Spot.LINK))
    assert opened == ["https://shop.example/a"]


def test_a_press_on_a_link_that_ends_elsewhere_opens_nothing(pane: ConversationPane, qtbot: QtBot) -> None:
    opened: list[str] = []
    pane.link_activated.connect(opened.append)
    pane.show_messages([message(1, "https://shop.example/a")], more_above=False)
    at = point_of(pane, "k1", Spot.LINK)
    QTest.mousePress(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseRelease(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(300, -200))
    assert opened == []


def test_a_click_on_a_quote_goes_to_what_is_quoted(pane: ConversationPane, qtbot: QtBot) -> None:
    rows = chatter(200)
    quote = QuoteRow(sender_name="Maya Putri", body=rows[20].body, message_key="k20")
    pane.show_messages([*rows, message(300, "this one", quote=quote)], more_above=False)
    assert "k20" not in tops(pane)
    click(pane, point_of(pane, "k300", Spot.QUOTE))
    assert "k20" in tops(pane)


def test_retry_and_discard_name_the_message(pane: ConversationPane, qtbot: QtBot) -> None:
    told: list[tuple[str, str, str]] = []
    pane.retry_requested.connect(lambda conversation, key: told.append(("retry", conversation, key)))
    pane.discard_requested.connect(lambda conversation, key: told.append(("discard", conversation, key)))
    failed = message(9, "mine", outbound=True, status="failed", error="No such number", order="", message_id=None)
    pane.show_messages([message(1), failed], more_above=False)
    click(pane, point_of(pane, "k9", Spot.RETRY))
    click(pane, point_of(pane, "k9", Spot.DISCARD))
    assert told == [("retry", "c1", "k9"), ("discard", "c1", "k9")]


def test_the_menu_offers_what_the_mouse_can_do(pane: ConversationPane) -> None:
    opened: list[str] = []
    retried: list[str] = []
    pane.link_activated.connect(opened.append)
    pane.retry_requested.connect(lambda _conversation, key: retried.append(key))
    failed = pending(1, "see https://shop.example/&x", key="k1")
    pane.show_messages([failed], more_above=False)
    pane.upsert_messages([message(1, failed.body, outbound=True, status="failed", order="", message_id=None)])
    menu = pane.view.menu_of(0)
    actions = {action.text(): action for action in menu.actions() if action.text()}
    assert list(actions) == ["Copy text", "Open https://shop.example/&&x", "Retry", "Discard"]
    for action in actions.values():
        action.trigger()
    assert opened == ["https://shop.example/&x"]
    assert retried == ["k1"]
    assert QGuiApplication.clipboard().text() == failed.body
    menu.deleteLater()


def test_read_more_shows_the_whole_text(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages([message(1, "kata panjang " * 500)], more_above=False)
    before = pane.view.layout_at(0).height
    click(pane, point_of(pane, "k1", Spot.READ_MORE))
    pane.view.rows_in_sight()
    assert pane.view.layout_at(0).height > before


def test_a_screen_reader_finds_every_row_by_its_words(pane: ConversationPane) -> None:
    pane.show_messages([message(1, "Pagi", sender_name="Maya Putri"), message(2, "Siang")], more_above=False)
    interface = QAccessible.queryAccessibleInterface(pane.view)
    names = [interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())]
    assert any(name.startswith("Maya Putri, ") and name.endswith(": Pagi") for name in names)
    assert interface.text(QAccessible.Text.Name) == "Messages"


def drag(to: QPoint) -> QMouseEvent:
    """The pointer moves with its left button down (qtbot's moves have no button)."""
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(to), QPointF(to), Qt.MouseButton.NoButton, left, none)
