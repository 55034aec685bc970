"""What the tests of widgets share: a theme that leaves the application as it found it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from tests.ui.samples import now_ms
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme at 100 %."""
    palette, font, sheet = qapp.palette(), qapp.font(), qapp.styleSheet()
    theme = Theme(qapp, mode="light")
    yield theme
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)
    shiboken6.delete(theme)


@pytest.fixture
def icons() -> Icons:
    """Icons rendered from their files."""
    return Icons()


@pytest.fixture
def clock(qapp: QApplication) -> Iterator[DayClock]:
    """Stands at the moment that the samples are made for."""
    clock = DayClock(now_ms)
    yield clock
    shiboken6.delete(clock)
