"""The tray tells what is unread and does what its menu says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme.icons import app_icon
from ui.window.tray import Tray, badged


@pytest.fixture
def tray(qapp: QApplication) -> Iterator[Tray]:
    tray = Tray()
    yield tray
    tray.close()


def test_the_icon_shows_the_number(qapp: QApplication) -> None:
    pictures = [badged(app_icon(), unread).pixmap(64, 64).toImage() for unread in (0, 1, 9, 12, 99, 100, 5000)]
    assert pictures[-1] == pictures[-2], "99+ for both"
    assert all(one != other for one, other in pairwise(pictures[:-1]))


def test_the_menu_opens_silences_and_quits(tray: Tray, qtbot: QtBot) -> None:
    opening, silence, _, quitting = tray.menu.actions()
    with qtbot.waitSignal(tray.open_requested):
        opening.trigger()
    with qtbot.waitSignal(tray.silence_wanted) as wanted:
        silence.trigger()
    assert wanted.args == [True]
    tray.show_silence(False)
    assert not silence.isChecked()
    with qtbot.waitSignal(tray.quit_requested):
        quitting.trigger()
