"""A conversation pane on the examples' calendar, shown in a real window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from tests.ui.conversation import examples
from ui.conversation.pane import ConversationPane
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock


@pytest.fixture
def icons(qapp: object) -> Icons:
    return Icons()


@pytest.fixture
def avatars(theme: Theme, icons: Icons) -> AvatarPainter:
    return AvatarPainter(theme, icons)


@pytest.fixture
def pane(qtbot: QtBot, theme: Theme, icons: Icons, avatars: AvatarPainter) -> Iterator[ConversationPane]:
    """An active window of 672 x 700 with conversation c1 open, still without messages."""
    clock = DayClock(lambda: examples.NOW)
    pane = ConversationPane(theme, icons, avatars, clock)
    pane.resize(672, 700)
    pane.show_conversation(examples.header())
    pane.set_sending_from("+62 812-3456-7890", None, True, "")
    pane.show()
    pane.activateWindow()
    qtbot.waitUntil(pane.isActiveWindow)
    yield pane
    pane.close()
    shiboken6.delete(pane)
    shiboken6.delete(clock)
