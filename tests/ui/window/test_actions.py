"""Everything by keys, from one table: palette, sheet and shortcuts agree."""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from ui.palette.rows import PaletteEntry
from ui.window.actions import shown_keys
from ui.window.main_window import MainWindow
from ui.window.shortcut_sheet import ShortcutSheet

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = Qt.Key
CHATS = [
    PaletteEntry(kind="chat", target="1", title="Toko Sinar Jaya"),
    PaletteEntry(kind="chat", target="2", title="Reseller Jabodetabek", is_group=True),
]


def shown(window: MainWindow) -> list[str]:
    entries = window.palette_list.entries
    return [entries.entry(row).title for row in range(entries.rowCount())]


def open_palette(window: MainWindow) -> None:
    QTest.keyClick(window, KEYS.Key_K, CTRL)
    window.palette_list.show_chats(CHATS)


def test_the_palette_goes_to_a_chat_by_a_few_letters(window: MainWindow) -> None:
    opened: list[str] = []
    window.chat_opened.connect(opened.append)
    open_palette(window)
    assert window.palette_list.field.hasFocus()
    QTest.keyClicks(window.palette_list.field, "rjb")
    assert shown(window)[0] == "Reseller Jabodetabek"
    QTest.keyClick(window.palette_list.field, KEYS.Key_Return)
    assert opened == ["2"]
    assert not window.palette_list.isVisible()


def test_the_palette_chooses_numbers_and_does_actions(window: MainWindow) -> None:
    open_palette(window)
    QTest.keyClicks(window.palette_list.field, "4412")
    QTest.keyClick(window.palette_list.field, KEYS.Key_Return)
    chosen = window.chats.session_filter.chosen
    assert chosen is not None
    open_palette(window)
    QTest.keyClicks(window.palette_list.field, "show unread")
    QTest.keyClick(window.palette_list.field, KEYS.Key_Return)
    assert window.chats.chips.chosen == "unread"


def test_escape_gives_the_keyboard_back_to_whoever_had_it(window: MainWindow) -> None:
    window.open_chat("2")
    conversation = window.panes.visible_panes()[1]
    conversation.setFocus()
    open_palette(window)
    QTest.keyClick(window.palette_list.field, KEYS.Key_Escape)
    assert conversation.hasFocus()
    assert window.panes.is_conversation_open, "the chat stays"


def test_arrows_move_while_one_types(window: MainWindow) -> None:
    opened: list[str] = []
    window.chat_opened.connect(opened.append)
    open_palette(window)
    for key in (KEYS.Key_Down, KEYS.Key_Down, KEYS.Key_Up):
        QTest.keyClick(window.palette_list.field, key)
    QTest.keyClick(window.palette_list.field, KEYS.Key_Return)
    assert opened == ["2"]


def test_no_two_actions_share_a_key_and_each_key_is_heard(window: MainWindow) -> None:
    keys = Counter(
        QKeySequence(each).toString()
        for section in window.sections
        for action in section.actions
        if action.run is not None
        for each in action.keys
    )
    assert [key for key, count in keys.items() if count > 1] == []
    heard = [shortcut.key().toString() for shortcut in window.findChildren(QShortcut)]
    assert sorted(heard) == sorted(keys)


def test_the_sheet_lists_every_key(window: MainWindow) -> None:
    QTest.keyClick(window, KEYS.Key_Slash, CTRL)
    sheet = window.findChild(ShortcutSheet)
    assert sheet is not None
    listed = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for section in window.sections:
        assert section.title in listed
        for action in section.actions:
            for keys in action.keys:
                assert shown_keys(keys) in listed, action.words
    QTest.keyClick(sheet, KEYS.Key_Escape)
    assert not sheet.isVisible()


def test_the_text_grows_and_shrinks_by_keys(window: MainWindow) -> None:
    theme = window._theme
    QTest.keyClick(window, KEYS.Key_Plus, CTRL)
    assert theme.text_scale == 1.25
    QTest.keyClick(window, KEYS.Key_Minus, CTRL)
    QTest.keyClick(window, KEYS.Key_Minus, CTRL)
    assert theme.text_scale == 1.0
