"""A window with the design's chats and numbers, in front."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from tests.ui.samples import design_chats, design_numbers
from ui.connection.rows import ConnectionRow
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.window.chat_pane import ChatPane
from ui.window.main_window import MainWindow
from ui.window.remembered import Remembered
from ui.words.day_clock import DayClock

MakeWindow = Callable[[], MainWindow]


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def make_window(qtbot: QtBot, theme: Theme, icons: Icons, clock: DayClock, settings: QSettings) -> MakeWindow:
    def make() -> MainWindow:
        chats = ChatPane(theme, icons, clock)
        window = MainWindow(
            theme,
            icons,
            Remembered(settings),
            chats=chats,
            conversation=QPlainTextEdit(),
            details=QPlainTextEdit(),
        )
        qtbot.addWidget(window)
        window.show_connection(ConnectionRow(kind="live"))
        window.show_numbers(design_numbers(sync=False))
        chats.chats.show_rows(design_chats(), more=False)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return make


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    window = make_window()
    window.resize(1280, 860)
    return window
