"""The dropdown "Filter by WhatsApp Number" lists every number, and keeps to what was chosen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from tests.ui.samples import design_numbers, disconnected_number
from ui.session_filter.dropdown import SessionFilter
from ui.theme.icons import Icons
from ui.theme.theme import Theme

# What the offscreen platform says whenever a popup opens.
POPUPS = pytest.mark.qt_log_ignore(r"^This plugin does not support (raise\(\)|grabbing the keyboard)$", extend=True)


@pytest.fixture
def dropdown(qtbot: QtBot, theme: Theme, icons: Icons) -> SessionFilter:
    dropdown = SessionFilter(theme, icons)
    qtbot.addWidget(dropdown)
    dropdown.show_numbers([*design_numbers(sync=False), disconnected_number()])
    with qtbot.waitExposed(dropdown):
        dropdown.show()
    return dropdown


def _texts(dropdown: SessionFilter) -> list[str]:
    texts = [dropdown.box.itemText(entry) for entry in range(dropdown.box.count())]
    return [text.replace("\u2068", "").replace("\u2069", "") for text in texts]


def test_lists_all_conversations_then_every_number_in_words(dropdown: SessionFilter) -> None:
    assert _texts(dropdown) == [
        "All Conversations (18 unread)",
        "+62 812-3456-7890 (WhatsApp Web.js) (12 unread)",
        "+62 811-0000-4412 (Meta API) (4 unread)",
        "+62 812-9900-1055 (WhatsApp Web.js)",
        "+62 855-1234-0000 (WhatsApp Web.js) (2 unread) (Disconnected: logged out)",
    ]


def test_has_a_label_that_names_it(dropdown: SessionFilter) -> None:
    label = dropdown.findChild(QLabel)
    assert label is not None
    assert label.text() == dropdown.box.accessibleName() == "Filter by WhatsApp Number"
    assert label.buddy() is dropdown.box


def test_keys_choose_a_number_and_all_again(dropdown: SessionFilter) -> None:
    chosen: list[str | None] = []
    dropdown.session_chosen.connect(chosen.append)
    QTest.keyClick(dropdown.box, Qt.Key.Key_Down)
    QTest.keyClick(dropdown.box, Qt.Key.Key_Down)
    QTest.keyClick(dropdown.box, Qt.Key.Key_Home)
    assert chosen == ["s1", "s2", None]


@POPUPS
def test_a_click_in_the_list_chooses(dropdown: SessionFilter, qtbot: QtBot) -> None:
    dropdown.box.showPopup()
    entries = dropdown.box.view()
    qtbot.waitUntil(entries.isVisible)
    # A combo box takes a click for the opening one until the pointer has moved, or for a moment.
    with qtbot.waitSignal(dropdown.session_chosen) as chosen:
        QTest.keyClick(entries, Qt.Key.Key_Down)
        QTest.keyClick(entries, Qt.Key.Key_Return)
    assert chosen.args == ["s1"]
    assert not entries.isVisible()


def test_news_of_the_numbers_keeps_the_choice_and_says_nothing(dropdown: SessionFilter, qtbot: QtBot) -> None:
    dropdown.choose("s2")
    numbers = [replace(row, unread=row.unread + 1) for row in reversed(design_numbers(sync=False))]
    with qtbot.assertNotEmitted(dropdown.session_chosen):
        dropdown.show_numbers(numbers)
        dropdown.show_numbers([replace(row, unread=0) for row in numbers])
    assert dropdown.chosen == "s2"
    assert dropdown.box.currentText().startswith("\u2068+62 811-0000-4412")


def test_when_the_chosen_number_is_gone_all_are_shown(dropdown: SessionFilter, qtbot: QtBot) -> None:
    dropdown.choose("s4")
    with qtbot.waitSignal(dropdown.session_chosen) as chosen:
        dropdown.show_numbers(design_numbers())
    assert chosen.args == [None]
    assert dropdown.chosen is None


def test_scrolling_over_the_box_changes_nothing(dropdown: SessionFilter, qtbot: QtBot) -> None:
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    with qtbot.assertNotEmitted(dropdown.session_chosen):
        QApplication.sendEvent(dropdown.box, event)
    assert dropdown.box.currentIndex() == 0


def test_its_model_keeps_qts_rules(dropdown: SessionFilter, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(dropdown.box.model())
    dropdown.show_numbers(design_numbers()[:1])
    dropdown.show_numbers([])
    qtmodeltester.check(dropdown.box.model())


def test_a_hostile_display_name_is_plain_text(dropdown: SessionFilter) -> None:
    row = replace(disconnected_number(), number="", display_name="<b>\nshop</b>")
    dropdown.show_numbers([row])
    assert "<b> shop</b>" in dropdown.box.itemText(1)
