"""The window: panes that make room, keys that work everywhere, what it remembers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.samples import chat, design_numbers, numbered_chats
from tests.ui.window.conftest import MakeWindow
from ui.theme.theme import Theme
from ui.window.main_window import MainWindow
from ui.window.remembered import Remembered

ALT, SHIFT, CTRL = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


def _panes(window: MainWindow) -> int:
    return len(window.panes.visible_panes())


def _opened(window: MainWindow) -> list[str]:
    opened: list[str] = []
    window.chat_opened.connect(opened.append)
    return opened


def test_starts_with_the_list_and_says_to_choose(window: MainWindow) -> None:
    assert not window.panes.is_conversation_open
    assert _panes(window) == 2
    assert window.chats.chats.hasFocus()


def test_room_decides_how_many_panes_are_seen(window: MainWindow, qtbot: QtBot) -> None:
    window.open_chat("2")
    assert _panes(window) == 3
    window.resize(1099, 800)
    assert _panes(window) == 2
    window.resize(719, 800)
    assert _panes(window) == 1
    assert not window.chats.isVisible()
    window.resize(1280, 800)
    assert _panes(window) == 3
    qtbot.waitUntil(lambda: window.panes.visible_panes()[2].width() == 264)


def test_a_narrow_window_has_a_way_back_to_the_list(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.single_pane_changed) as single:
        window.resize(640, 800)
    assert single.args == [True]
    assert window.chats.isVisible()
    window.open_chat("2")
    assert not window.chats.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.chats.isVisible()
    assert window.panes.is_conversation_open


def test_details_can_be_put_away_and_that_is_remembered(window: MainWindow, make_window: MakeWindow) -> None:
    window.open_chat("2")
    window.toggle_details()
    assert _panes(window) == 2
    window.close()
    later = make_window()
    later.resize(1280, 860)
    later.open_chat("2")
    assert _panes(later) == 2
    later.toggle_details()
    assert _panes(later) == 3


def test_place_and_widths_come_back(window: MainWindow, make_window: MakeWindow) -> None:
    window.resize(780, 600)  # within the offscreen platform's screen of 800 x 800
    window.panes.setSizes([400, 380, 0])
    width = window.panes.sizes()[0]
    window.close()
    later = make_window()
    assert (later.width(), later.height()) == (780, 600)
    assert later.panes.sizes()[0] == width


@pytest.mark.parametrize("damaged", ["garbage", 17, b"\x00\x01"])
def test_damaged_memory_reads_as_none(settings: QSettings, make_window: MakeWindow, damaged: object) -> None:
    for key in ("window/geometry", "window/panes", "look/mode", "look/text_scale", "window/details"):
        settings.setValue(key, damaged)
    remembered = Remembered(settings)
    assert (remembered.mode, remembered.details_wanted) == ("system", True)
    assert isinstance(remembered.text_scale, float)
    assert make_window().isVisible()


def test_the_look_is_remembered(window: MainWindow, settings: QSettings) -> None:
    menu = window.chats.settings_menu
    menu.modes["dark"].trigger()
    menu.sizes[1.5].trigger()
    assert (Remembered(settings).mode, Remembered(settings).text_scale) == ("dark", 1.5)
    assert menu.modes["dark"].isChecked()


def test_the_title_counts_what_is_unread(window: MainWindow) -> None:
    assert window.windowTitle() == "(16) Inbox"
    window.show_numbers([replace(row, unread=0) for row in design_numbers()])
    assert window.windowTitle() == "Inbox"


def test_keys_go_from_chat_to_chat(window: MainWindow) -> None:
    opened = _opened(window)
    QTest.keyClick(window, Qt.Key.Key_Down, ALT)
    QTest.keyClick(window, Qt.Key.Key_Down, ALT)
    QTest.keyClick(window, Qt.Key.Key_Down, ALT | SHIFT)
    QTest.keyClick(window, Qt.Key.Key_Up, ALT)
    QTest.keyClick(window, Qt.Key.Key_Up, ALT | SHIFT)
    assert opened == ["1", "2", "6", "5", "2"]
    assert window.panes.is_conversation_open


def test_ctrl_f_searches_and_escape_goes_back(window: MainWindow) -> None:
    search = window.chats.search
    QTest.keyClick(window, Qt.Key.Key_F, CTRL)
    assert search.hasFocus()
    QTest.keyClicks(search, "budi")
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert (search.text(), search.hasFocus()) == ("", True)
    QTest.keyClick(search, Qt.Key.Key_Escape)
    assert window.chats.chats.hasFocus()


def test_escape_closes_the_chat_and_gives_the_keyboard_back(window: MainWindow, qtbot: QtBot) -> None:
    window.open_chat("2")
    conversation = window.panes.visible_panes()[1]
    conversation.setFocus()
    with qtbot.waitSignal(window.chat_closed):
        QTest.keyClick(conversation, Qt.Key.Key_Escape)
    assert window.chats.chats.hasFocus()
    assert window.chats.chats.selected_id is None
    with qtbot.assertNotEmitted(window.chat_closed):
        QTest.keyClick(window, Qt.Key.Key_Escape)


def test_f6_cycles_the_panes(window: MainWindow) -> None:
    window.open_chat("2")
    panes = window.panes.visible_panes()
    window.chats.chats.setFocus()
    seen: list[int] = []
    for key, modifier in ((Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),) * 3 + ((Qt.Key.Key_F6, SHIFT),):
        QTest.keyClick(window, key, modifier)
        focused = window.focusWidget()
        seen.append(next(at for at, pane in enumerate(panes) if pane is focused or pane.isAncestorOf(focused)))
    assert seen == [1, 2, 0, 2]


def test_ctrl_and_a_number_choose_whose_chats_are_shown(window: MainWindow) -> None:
    chosen: list[str | None] = []
    window.chats.session_chosen.connect(chosen.append)
    for key in (Qt.Key.Key_3, Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_8):
        QTest.keyClick(window, key, CTRL)
    assert chosen == ["s2", None, "s1"]


def test_ctrl_q_asks_to_quit(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.quit_requested):
        QTest.keyClick(window, Qt.Key.Key_Q, CTRL)


def test_a_notification_opens_a_chat_that_is_not_in_the_list(window: MainWindow) -> None:
    opened = _opened(window)
    window.open_chat("far away")
    assert opened == ["far away"]
    window.chats.chats.upsert([chat("far away")])
    assert window.chats.chats.selectionModel().hasSelection()


def test_clearing_an_empty_search_clears_every_filter(window: MainWindow) -> None:
    pane = window.chats
    pane.search.setText("nobody")
    QTest.keyClick(pane.search, Qt.Key.Key_Return)
    pane.chips.choose("unread")
    pane.session_filter.choose("s1")
    pane.chats.show_rows([], more=False)
    pane.chats.set_empty("no_result")
    assert pane.chats.empty.headline.text() == "No chats match “\u2068nobody\u2069”"
    said: list[object] = []
    for signal in (pane.search_changed, pane.filter_chosen, pane.session_chosen):
        signal.connect(said.append)
    pane.chats.empty.clear.click()
    assert said == ["", "all", None]


@pytest.mark.parametrize("text_scale", [1.0, 2.0])
def test_every_control_is_named_and_large_enough(window: MainWindow, theme: Theme, text_scale: float) -> None:
    theme.set_text_scale(text_scale)
    window.open_chat("2")
    controls: list[QWidget] = [
        *window.chats.findChildren(QAbstractButton),
        *window.chats.findChildren(QLineEdit),
        *window.chats.findChildren(QComboBox),
    ]
    visible = [control for control in controls if control.isVisible()]
    assert len(visible) >= 7
    for control in visible:
        named = control.accessibleName() or (isinstance(control, QAbstractButton) and control.text())
        assert named, control
        assert min(control.width(), control.height()) >= 24, control
        assert window.chats.rect().contains(control.mapTo(window.chats, control.rect().bottomRight())), control


def test_tab_goes_from_the_top_of_the_pane_into_the_list(window: MainWindow) -> None:
    pane = window.chats
    pane.session_filter.box.setFocus()
    order = []
    for _ in range(3):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        order.append(window.focusWidget())
    assert order == [pane.search, pane.chips.chips["all"], pane.chats]


def test_rows_shown_before_the_window_are_there(make_window: MakeWindow) -> None:
    window = make_window()
    window.chats.chats.show_rows(numbered_chats(3), more=False)
    assert window.chats.chats.rows.rowCount() == 3
