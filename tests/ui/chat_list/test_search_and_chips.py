"""Search and chips tell what people want, once they have said it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.chat_list.chips import FilterChips
from ui.chat_list.search_field import SearchField
from ui.theme.icon_button import IconButton
from ui.theme.icons import Icons
from ui.theme.theme import Theme


@pytest.fixture
def field(qtbot: QtBot, theme: Theme, icons: Icons) -> SearchField:
    field = SearchField(theme, icons)
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
    return field


def test_typing_is_told_once_after_a_pause(field: SearchField, qtbot: QtBot) -> None:
    said: list[str] = []
    field.search_changed.connect(said.append)
    QTest.keyClicks(field, "budi")
    assert said == []
    qtbot.waitUntil(lambda: said == ["budi"])


def test_enter_does_not_wait_and_does_not_repeat(field: SearchField) -> None:
    said: list[str] = []
    field.search_changed.connect(said.append)
    QTest.keyClicks(field, "budi")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert said == ["budi"]


@pytest.mark.parametrize("how", ["escape", "button"])
def test_it_can_be_cleared_with_key_and_mouse(field: SearchField, how: str) -> None:
    said: list[str] = []
    field.setText("budi")
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.search_changed.connect(said.append)
    button = field.findChild(IconButton)
    assert button is not None
    assert button.isVisible()
    assert button.accessibleName() == "Clear the search"
    if how == "escape":
        QTest.keyClick(field, Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert said == [""]
    assert not button.isVisible()


def test_down_leads_into_the_list(field: SearchField, qtbot: QtBot) -> None:
    with qtbot.waitSignal(field.left_downwards):
        QTest.keyClick(field, Qt.Key.Key_Down)


def test_exactly_one_chip_is_chosen(qtbot: QtBot, theme: Theme) -> None:
    chips = FilterChips(theme)
    qtbot.addWidget(chips)
    said: list[str] = []
    chips.filter_chosen.connect(said.append)
    QTest.mouseClick(chips.chips["group"], Qt.MouseButton.LeftButton)
    QTest.keyClick(chips.chips["unread"], Qt.Key.Key_Space)
    QTest.mouseClick(chips.chips["unread"], Qt.MouseButton.LeftButton)
    assert said == ["group", "unread"]
    assert [kind for kind, chip in chips.chips.items() if chip.isChecked()] == ["unread"]


def test_chips_are_large_enough_to_hit_and_keep_their_place(qtbot: QtBot, theme: Theme) -> None:
    chips = FilterChips(theme)
    qtbot.addWidget(chips)
    sizes = {kind: chip.size() for kind, chip in chips.chips.items()}
    assert all(size.height() >= 24 and size.width() >= 24 for size in sizes.values())
    chips.choose("private")
    assert {kind: chip.size() for kind, chip in chips.chips.items()} == sizes


def test_chips_that_find_no_room_go_to_the_next_line(qtbot: QtBot, theme: Theme) -> None:
    chips = FilterChips(theme)
    qtbot.addWidget(chips)
    chips.resize(230, 30)
    chips.show()
    lines = sorted({chip.y() for chip in chips.chips.values()})
    assert len(lines) > 1
    assert all(chip.geometry().right() <= 230 for chip in chips.chips.values())
    assert chips.height() == max(chip.geometry().bottom() for chip in chips.chips.values()) + 1
    chips.resize(900, chips.height())
    assert len({chip.y() for chip in chips.chips.values()}) == 1
