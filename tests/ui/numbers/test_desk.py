"""The windows about numbers: made when wanted, in nobody's way, and gone when nobody is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e.offscreen import no_complaint
from tests.ui.numbers.samples import HOSTILE, down
from ui.numbers.desk import NumbersDesk
from ui.numbers.link_dialog import LinkDialog
from ui.numbers.numbers_dialog import NumbersDialog
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

pytestmark = no_complaint

CONNECTED = down("a", "+62 899-1234-5678", "connected", display_name=HOSTILE)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def desk(window: QWidget, theme: Theme, icons: Icons, clock: DayClock) -> Iterator[NumbersDesk]:
    desk = NumbersDesk(theme, icons, clock, window)
    desk.show_numbers([CONNECTED])
    desk.set_may_manage(True)
    yield desk
    desk.close()


def numbers_of(window: QWidget) -> NumbersDialog:
    [dialog] = window.findChildren(NumbersDialog)
    QApplication.processEvents()
    return dialog


def question_of(window: QWidget) -> QMessageBox:
    [question] = [box for box in window.findChildren(QMessageBox) if box.isVisible()]
    return question


def test_the_list_leaves_the_inbox_free_and_follows_it(window: QWidget, desk: NumbersDesk) -> None:
    assert window.findChildren(NumbersDialog) == [], "nothing is built before it is wanted"
    desk.open_numbers()
    dialog = numbers_of(window)
    assert dialog.isVisible()
    assert not dialog.isModal()
    desk.show_numbers([CONNECTED, down("b", "+62 811-0000-0001", "qr")])
    assert dialog.panel.card("b") is not None
    desk.open_numbers()
    assert window.findChildren(NumbersDialog) == [dialog]


@pytest.mark.parametrize("means_it", [True, False])
def test_logging_out_is_asked_for_once_more(qtbot: QtBot, window: QWidget, desk: NumbersDesk, means_it: bool) -> None:
    heard: list[str] = []
    desk.logout_requested.connect(heard.append)
    desk.open_numbers()
    card = numbers_of(window).panel.card("a")
    assert card is not None
    card.log_out.trigger()
    question = question_of(window)
    assert question.textFormat() == Qt.TextFormat.PlainText
    assert "+62 899-1234-5678" in question.text()
    if means_it:
        [button] = [each for each in question.buttons() if each.text() == "Log out"]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert heard == (["a"] if means_it else [])
    assert not question.isVisible()


def test_trouble_with_a_number_is_seen_even_when_the_list_was_closed(window: QWidget, desk: NumbersDesk) -> None:
    desk.show_trouble("a", "The bridge of this number cannot be reached.")
    card = numbers_of(window).panel.card("a")
    assert card is not None
    assert card.trouble.isVisible()


def test_the_link_dialog_begins_empty_each_time_and_tells_when_it_closes(
    qtbot: QtBot, window: QWidget, desk: NumbersDesk
) -> None:
    dialog = desk.open_link_dialog()
    dialog.form.fields["phone_number"].setText("+62 1")
    with qtbot.waitSignal(desk.link_closed):
        dialog.reject()
    again = desk.open_link_dialog()
    assert again is dialog
    assert again.form.fields["phone_number"].text() == ""


def test_signing_out_takes_every_window_along(window: QWidget, desk: NumbersDesk) -> None:
    desk.open_numbers()
    desk.open_link_dialog()
    desk.close()
    assert not any(dialog.isVisible() for dialog in window.findChildren(LinkDialog))
    desk.show_busy("a", True)
    desk.open_numbers()
    assert any(dialog.isVisible() for dialog in window.findChildren(NumbersDialog))
