"""The look follows what people and systems ask for, and stays readable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.theme.fonts import type_scale
from ui.theme.hues import READABLE, avatar_colors, contrast, hue_of, sender_color
from ui.theme.theme import Theme, colors_of
from ui.theme.tokens import CONTRAST, DARK, LIGHT, Palette

THEMES = pytest.mark.parametrize("palette", [LIGHT, DARK, CONTRAST], ids=["light", "dark", "contrast"])


def test_follows_the_system_live(qapp: QApplication, theme: Theme, qtbot: QtBot) -> None:
    theme.set_mode("system")
    with qtbot.waitSignal(theme.changed):
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.is_dark
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(DARK.bg)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not theme.is_dark


def test_a_chosen_look_stays_when_the_system_changes(qapp: QApplication, theme: Theme) -> None:
    theme.set_mode("dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.is_dark
    theme.set_mode("system")
    assert not theme.is_dark


def test_text_size_scales_fonts_and_lengths_within_limits(theme: Theme) -> None:
    before = QFontInfo(theme.fonts.base).pixelSize()
    theme.set_text_scale(2.0)
    assert QFontInfo(theme.fonts.base).pixelSize() == pytest.approx(2 * before, abs=1)
    assert theme.px(8) == 16
    theme.set_text_scale(40)
    assert theme.text_scale == 2.0


def test_no_text_is_smaller_than_the_smallest_size(theme: Theme) -> None:
    fonts = type_scale(1.0)
    sizes = [getattr(fonts, name).pointSizeF() for name in fonts.__slots__]
    assert min(sizes) >= type_scale(1.0).badge.pointSizeF()


@THEMES
def test_text_is_readable_on_every_ground_it_stands_on(palette: Palette) -> None:
    colors = colors_of(palette)
    pairs = [
        *((ink, ground) for ink in (colors.text, colors.muted) for ground in (colors.bg, colors.panel, colors.sel)),
        *((ink, colors.hover) for ink in (colors.text, colors.muted, colors.danger)),
        *((colors.danger, ground) for ground in (colors.bg, colors.sel)),
        (colors.accent, colors.bg),
        (colors.webjs, colors.webjs_bg),
        (colors.meta, colors.meta_bg),
        (colors.on_danger, colors.danger),
        (colors.on_accent, colors.accent),
        (colors.warn, colors.warn_bg),
        (colors.muted, colors.chat),
    ]
    weak = [(ink.name(), ground.name()) for ink, ground in pairs if contrast(ink, ground) < READABLE]
    assert weak == []


@THEMES
def test_every_hue_is_readable(palette: Palette) -> None:
    for hue in range(360):
        background, ink = avatar_colors(palette, hue)
        assert contrast(ink, background) >= READABLE
        assert contrast(sender_color(palette, hue), QColor(palette.bubble_in)) >= READABLE


def test_a_person_keeps_their_hue() -> None:
    assert hue_of("62812") == hue_of("62812") == 67
    assert len({hue_of(str(number)) for number in range(200)}) > 100
    assert 0 <= hue_of("\ud800 broken") < 360


def test_high_contrast_follows_the_system_and_can_be_chosen(
    qapp: QApplication, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    theme.set_mode("contrast")
    assert theme.palette is CONTRAST
    pairs = [
        ("text", "bg"),
        ("muted", "bg"),
        ("accent", "bg"),
        ("danger", "bg"),
        ("text", "sel"),
        ("text", "bubble_out"),
    ]
    ratios = {pair: contrast(QColor(getattr(CONTRAST, pair[0])), QColor(getattr(CONTRAST, pair[1]))) for pair in pairs}
    assert min(ratios.values()) >= 7, ratios
    theme.set_mode("system")
    assert theme.palette is not CONTRAST
    hints = qapp.styleHints().accessibility()
    monkeypatch.setattr(type(hints), "contrastPreference", lambda _self: Qt.ContrastPreference.HighContrast)
    qapp.styleHints().accessibility().contrastPreferenceChanged.emit(Qt.ContrastPreference.HighContrast)
    assert theme.palette is CONTRAST
