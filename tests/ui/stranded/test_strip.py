"""Texts whose chats are gone are said to be there, shown as plain text, and can be copied and discarded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.stranded.rows import StrandedRow
from ui.stranded.strip import StrandedStrip
from ui.theme.icons import Icons
from ui.theme.theme import Theme

ROWS = (StrandedRow("u1", "<b>see you</b>", False), StrandedRow("7", "half a thought", True))


@pytest.fixture
def strip(qtbot: QtBot, theme: Theme) -> Iterator[StrandedStrip]:
    window = QWidget()
    window.resize(900, 600)
    strip = StrandedStrip(theme, Icons(), window)
    qtbot.addWidget(window)
    window.show()
    yield strip
    if strip.dialog is not None:
        strip.dialog.close()


def button(strip: StrandedStrip, words: str, place: int = 0) -> QPushButton:
    assert strip.dialog is not None
    return [each for each in strip.dialog.findChildren(QPushButton) if each.text() == words][place]


def test_it_is_there_only_while_there_are_texts(strip: StrandedStrip) -> None:
    assert strip.isHidden()
    strip.show_rows(ROWS)
    assert strip.isVisible()
    assert strip.words.text() == "2 texts that you wrote are for chats that the server no longer has."
    strip.show_rows([])
    assert strip.isHidden()


def test_each_text_is_shown_as_it_was_typed(strip: StrandedStrip, qtbot: QtBot) -> None:
    strip.show_rows(ROWS)
    qtbot.mouseClick(strip.look, Qt.MouseButton.LeftButton)
    assert strip.dialog is not None
    shown = {label.text(): label.textFormat() for label in strip.dialog.findChildren(QLabel)}
    assert shown["<b>see you</b>"] == Qt.TextFormat.PlainText
    assert "half a thought" in shown


def test_a_text_can_be_copied_and_discarded(strip: StrandedStrip, qtbot: QtBot) -> None:
    strip.show_rows(ROWS)
    qtbot.mouseClick(strip.look, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button(strip, "Copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "<b>see you</b>"
    with qtbot.waitSignal(strip.discard_requested) as given_up:
        qtbot.mouseClick(button(strip, "Discard", 1), Qt.MouseButton.LeftButton)
    assert given_up.args == ["7"]


def test_the_list_closes_when_nothing_is_left(strip: StrandedStrip, qtbot: QtBot) -> None:
    strip.show_rows(ROWS)
    qtbot.mouseClick(strip.look, Qt.MouseButton.LeftButton)
    strip.show_rows([])
    qtbot.waitUntil(lambda: strip.dialog is None)
