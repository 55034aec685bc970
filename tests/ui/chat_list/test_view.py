"""The list under people's hands: keys, mouse, pages, and calm while rows move."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.samples import NOW, awkward_chats, chat, ms, numbered_chats
from ui.chat_list.view import ChatListView
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

LATER = ms(NOW + timedelta(minutes=1))
LOWEST = 10_000_000


@pytest.fixture
def view(qtbot: QtBot, theme: Theme, icons: Icons, clock: DayClock) -> ChatListView:
    view = ChatListView(theme, icons, clock)
    qtbot.addWidget(view)
    view.resize(344, 640)
    with qtbot.waitExposed(view):
        view.show()
    return view


def _visible_ids(view: ChatListView) -> list[str]:
    model = view.rows
    tops = [(view.rowViewportPosition(row), model.row(row).conversation_id) for row in range(model.rowCount())]
    return [conversation_id for top, conversation_id in tops if -80 < top < view.viewport().height()]


def _click(view: ChatListView, row: int) -> None:
    center = view.visualRect(view.rows.index(row, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, center)


def _scroll(view: ChatListView, value: int) -> None:
    QCoreApplication.processEvents()  # the scroll bar's range follows with the next layout
    view.verticalScrollBar().setValue(value)


def test_rows_are_80_pixels_high_and_grow_with_the_text(view: ChatListView, theme: Theme) -> None:
    view.show_rows(numbered_chats(3), more=False)
    assert view.rowHeight(0) == 80
    theme.set_text_scale(2.0)
    assert view.rowHeight(0) == 141


def test_a_click_opens_a_chat(view: ChatListView, qtbot: QtBot) -> None:
    view.show_rows(numbered_chats(5), more=False)
    with qtbot.waitSignal(view.chat_selected) as chosen:
        _click(view, 2)
    assert chosen.args == ["c2"]
    assert view.selected_id == "c2"


def test_arrow_keys_only_move_and_enter_opens(view: ChatListView, qtbot: QtBot) -> None:
    view.show_rows(numbered_chats(5), more=False)
    view.focus_first()
    with qtbot.assertNotEmitted(view.chat_selected):
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Down)
        QTest.keyClick(view, Qt.Key.Key_Up)
    with qtbot.waitSignal(view.chat_selected) as chosen:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert chosen.args == ["c1"]


def test_the_keyboards_place_is_seen_even_after_a_click(view: ChatListView, qtbot: QtBot) -> None:
    view.show_rows(numbered_chats(5), more=False)
    _click(view, 0)
    before = view.viewport().grab(view.visualRect(view.rows.index(1, 0))).toImage()
    with qtbot.waitActive(view):
        view.activateWindow()
        view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.viewport().grab(view.visualRect(view.rows.index(1, 0))).toImage() != before


def test_the_open_chat_stays_open_when_rows_move(view: ChatListView) -> None:
    view.show_rows(numbered_chats(5), more=False)
    view.select("c3")
    view.upsert([chat("c4", time_ms=LATER), chat("new", time_ms=LATER + 1)])
    assert [index.row() for index in view.selectionModel().selectedRows()] == [5]
    assert view.selected_id == "c3"
    view.show_rows([chat("c3"), chat("x", time_ms=LATER)], more=False)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]


def test_the_open_chat_is_marked_again_when_the_filter_lets_it_back(view: ChatListView) -> None:
    view.show_rows(numbered_chats(3), more=False)
    view.select("c1")
    view.show_rows([chat("other")], more=False)
    assert not view.selectionModel().hasSelection()
    view.show_rows(numbered_chats(3), more=False)
    assert [index.row() for index in view.selectionModel().selectedRows()] == [1]


def test_a_reader_further_down_is_not_moved_by_news(view: ChatListView) -> None:
    view.show_rows(numbered_chats(60), more=False)
    _scroll(view, 20 * 80 + 13)
    before = _visible_ids(view)
    view.upsert([chat(f"c{number}", time_ms=LATER + number) for number in (40, 41, 42)])
    view.upsert([chat("new", time_ms=LATER + 99)])
    view.remove(["c2"])
    assert _visible_ids(view) == before
    assert view.rowViewportPosition(view.rowAt(0)) == -13


def test_at_the_top_news_is_seen_at_once(view: ChatListView) -> None:
    view.show_rows(numbered_chats(60), more=False)
    view.upsert([chat("c40", time_ms=LATER)])
    assert _visible_ids(view)[0] == "c40"


def test_a_new_filter_starts_at_the_top_and_a_refresh_does_not(view: ChatListView) -> None:
    view.show_rows(numbered_chats(60), more=False)
    _scroll(view, 1000)
    view.show_rows(numbered_chats(60), more=False, keep_place=True)
    assert view.verticalScrollBar().value() == 1000
    view.show_rows(numbered_chats(60), more=False)
    assert view.verticalScrollBar().value() == 0


def test_the_next_page_is_asked_for_once_near_the_end(view: ChatListView, qtbot: QtBot) -> None:
    everything = numbered_chats(120)
    with qtbot.assertNotEmitted(view.more_requested):
        view.show_rows(everything[:50], more=True)
    with qtbot.waitSignal(view.more_requested):
        _scroll(view, LOWEST)
    with qtbot.assertNotEmitted(view.more_requested):
        _scroll(view, LOWEST - 1)
    view.append_rows(everything[50:100], more=True)
    with qtbot.waitSignal(view.more_requested):
        _scroll(view, LOWEST)
    view.append_rows(everything[100:], more=False)
    with qtbot.assertNotEmitted(view.more_requested):
        _scroll(view, LOWEST)
    assert view.rows.rowCount() == 120


def test_a_page_that_does_not_fill_the_list_asks_for_the_next(view: ChatListView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.more_requested):
        view.show_rows(numbered_chats(3), more=True)


def test_neighbours_and_next_unread(view: ChatListView) -> None:
    rows = [chat(f"c{number}", time_ms=LATER - number, unread=number % 3) for number in range(6)]
    view.show_rows(rows, more=False)
    assert view.choose_neighbour(1)
    assert view.selected_id == "c0"
    assert view.choose_neighbour(1, unread_only=True)
    assert view.choose_neighbour(1, unread_only=True)
    assert view.selected_id == "c2"
    assert view.choose_neighbour(-1, unread_only=True)
    assert view.selected_id == "c1"
    view.select("c5")
    assert not view.choose_neighbour(1)
    assert view.selected_id == "c5"


def test_says_once_what_was_painted(view: ChatListView, qtbot: QtBot) -> None:
    painted: list[tuple[str, str]] = []
    view.row_painted.connect(lambda conversation, message: painted.append((conversation, message)))
    view.show_rows(numbered_chats(2), more=False)
    qtbot.waitUntil(lambda: set(painted) == {("c0", "m-c0"), ("c1", "m-c1")})
    view.upsert([chat("c1", time_ms=LATER, last_message_id="m-new")])
    qtbot.waitUntil(lambda: ("c1", "m-new") in painted)
    view.viewport().repaint()
    view.upsert([chat("c0", unread=3)])
    view.viewport().repaint()
    QTest.qWait(1)
    assert len(painted) == 3


def test_rows_out_of_sight_are_not_called_painted(view: ChatListView, qtbot: QtBot) -> None:
    painted: set[str] = set()
    view.row_painted.connect(lambda conversation, _message: painted.add(conversation))
    view.show_rows(numbered_chats(500), more=False)
    qtbot.waitUntil(lambda: "c0" in painted)
    assert "c100" not in painted


@pytest.mark.parametrize(
    ("kind", "query", "headline", "can_clear"),
    [
        ("no_number", "", "No WhatsApp number yet", False),
        ("no_chat", "", "No chats yet", False),
        ("no_result", "<b>x</b>", "No chats match “\u2068<b>x</b>\u2069”", True),
        ("no_result", "", "No chats match these filters", True),
    ],
)
def test_an_empty_list_says_why(view: ChatListView, kind: str, query: str, headline: str, can_clear: bool) -> None:
    view.query = query
    view.show_rows([], more=False)
    view.set_empty(kind)
    assert view.empty.isVisible()
    assert view.empty.headline.text() == headline
    assert view.empty.headline.textFormat() == Qt.TextFormat.PlainText
    assert view.empty.clear.isVisible() == can_clear
    view.show_rows(numbered_chats(1), more=False)
    assert not view.empty.isVisible()


def test_an_empty_search_can_be_cleared_from_where_one_looks(view: ChatListView, qtbot: QtBot) -> None:
    view.show_rows([], more=False)
    view.set_empty("no_result")
    with qtbot.waitSignal(view.clear_requested):
        view.empty.clear.click()


@pytest.mark.qt_log_ignore(r"^This plugin does not support raise\(\)$", extend=True)
def test_tool_tips_show_hostile_names_as_text(view: ChatListView, qtbot: QtBot) -> None:
    view.show_rows(awkward_chats(), more=False)
    row = next(row for row in range(9) if view.rows.row(row).conversation_id == "a3")
    index = view.rows.index(row, 0)
    event = QHelpEvent(QEvent.Type.ToolTip, QPoint(5, 5), view.mapToGlobal(QPoint(5, 5)))
    view.itemDelegate().helpEvent(event, view, QStyleOptionViewItem(), index)
    qtbot.waitUntil(QToolTip.isVisible)
    assert "<b>" not in QToolTip.text()
    assert "&lt;b&gt;" in QToolTip.text()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_a_change_of_theme_is_seen_at_once(view: ChatListView, theme: Theme) -> None:
    view.show_rows(numbered_chats(3), more=False)
    before = _picture(view, 0)
    theme.set_mode("dark")
    assert _picture(view, 0) != before
    theme.set_mode("light")
    assert _picture(view, 0) == before


def test_the_name_gives_way_before_the_members_do(view: ChatListView) -> None:
    """The right part of the line, where members and time stand, is the same for a longer name."""
    long, longer = "Reseller Jabodetabek dan sekitarnya", "Reseller Jabodetabek dan sekitarnya, Jawa Barat, Banten"
    view.show_rows([chat("g", long, is_group=True, members=48)], more=False)
    first = _picture(view, 0)
    view.show_rows([chat("g", longer, is_group=True, members=48)], more=False)
    assert _picture(view, 0) == first
    view.show_rows([chat("g", longer, is_group=True, members=4)], more=False)
    assert _picture(view, 0) != first


def _picture(view: ChatListView, row: int) -> QImage:
    rect = view.visualRect(view.rows.index(row, 0))
    return view.viewport().grab(QRect(rect.topLeft(), rect.size())).toImage()


def test_the_reason_is_said_when_the_last_row_goes(view: ChatListView) -> None:
    view.show_rows(numbered_chats(1), more=False)
    view.set_empty("no_result")
    assert not view.empty.isVisible()
    view.remove(["c0"])
    assert view.empty.isVisible()
    view.upsert(numbered_chats(1))
    assert not view.empty.isVisible()
