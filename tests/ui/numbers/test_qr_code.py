"""The QR code is crisp, dark on white in every theme, with its quiet zone, and faded when it may be too old."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from tests.ui.numbers.samples import CODE
from ui.numbers.qr_code import QUIET, QrCode
from ui.theme.icons import Icons
from ui.theme.theme import Mode, Theme

BLACK, WHITE = QColor("black").name(), QColor("white").name()


@pytest.fixture
def code(qtbot: QtBot, theme: Theme, icons: Icons) -> QrCode:
    code = QrCode(theme, icons)
    qtbot.addWidget(code)
    return code


def grab(code: QrCode) -> QImage:
    return code.grab().toImage()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_every_module_is_a_square_of_one_colour(code: QrCode, theme: Theme, mode: Mode, scale: float) -> None:
    theme.set_mode(mode)
    theme.set_text_scale(scale)
    code.show_code(CODE)
    modules = code.modules
    assert modules is not None
    image = grab(code)
    side = image.width() // modules.width()
    assert side >= 4
    left = (image.width() - side * modules.width()) // 2
    for row in range(modules.height()):
        for column in range(modules.width()):
            expected = modules.pixelColor(column, row).name()
            for x, y in ((0, 0), (side - 1, 0), (0, side - 1), (side - 1, side - 1)):
                assert image.pixelColor(left + column * side + x, left + row * side + y).name() == expected
    assert {modules.pixelColor(place, QUIET - 1).name() for place in range(modules.width())} == {WHITE}
    assert modules.pixelColor(QUIET, QUIET).name() == BLACK, "the finder's corner"


def test_another_text_is_another_picture_and_none_is_an_empty_place(code: QrCode) -> None:
    code.show_code(CODE)
    first = grab(code)
    code.show_code(CODE.replace("simulated", "renewed"))
    assert grab(code) != first
    code.show_code(None)
    assert code.modules is None
    assert "No QR code" in code.accessibleName()


def test_a_code_that_may_be_too_old_is_faded(code: QrCode) -> None:
    code.show_code(CODE, faded=True)
    image = grab(code)
    darkest = min(image.pixelColor(x, image.height() // 2).lightness() for x in range(60, image.width() - 60))
    assert darkest > 180


def test_what_is_too_long_for_any_code_is_no_code(code: QrCode) -> None:
    code.show_code("x" * 5000)
    assert code.modules is None
    grab(code)
