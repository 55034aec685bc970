"""Icons, avatars, badges and ticks: what is seen tells what is meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from resources.locate import app_icon_svg, icon_svg, sound_file
from ui.theme.avatar import AvatarLook, AvatarPainter, initials
from ui.theme.badge import BadgePainter, unread_label
from ui.theme.icons import Icons, app_icon
from ui.theme.theme import Theme
from ui.theme.ticks import TickPainter

ICON_NAMES = sorted(path.stem for path in Path(__file__).parents[3].joinpath("resources/icons").glob("*.svg"))


@pytest.mark.parametrize("name", ICON_NAMES)
def test_every_icon_takes_the_colour_asked_for(name: str, theme: Theme) -> None:
    red, blue = QColor("#ff0000"), QColor("#0000ff")
    icons = Icons()
    assert _inks(icons.pixmap(name, red, 24, 2.0).toImage()) == {"#ff0000"}
    assert _inks(icons.pixmap(name, blue, 24, 2.0).toImage()) == {"#0000ff"}


def test_an_unknown_icon_is_an_error(theme: Theme) -> None:
    with pytest.raises(FileNotFoundError):
        icon_svg("no such icon")


def test_what_ships_can_be_found(theme: Theme) -> None:
    assert app_icon_svg().startswith(b"<svg")
    assert not app_icon().isNull()
    sound = sound_file("message").read_bytes()
    assert sound[:4] == b"RIFF"
    assert len(sound) <= 20_000
    with pytest.raises(FileNotFoundError):
        sound_file("no such sound")


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Toko Sinar Jaya", "TS"),
        ("rina", "R"),
        ("مريم الحسن", "ما"),
        ("王伟", "王伟"),
        ("(Budi) -- [Santoso]", "BS"),
        ("ßtraße", "ß"),
        ("🙏 👋", ""),
        ("", ""),
    ],
)
def test_initials(title: str, expected: str) -> None:
    assert initials(title) == expected


def test_avatars_differ_by_person_and_follow_the_theme(theme: Theme) -> None:
    avatars = AvatarPainter(theme, Icons())
    budi, maya = AvatarLook(seed="budi", title="Budi"), AvatarLook(seed="maya", title="Maya")
    light = avatars.pixmap(budi, 44).toImage()
    assert light != avatars.pixmap(maya, 44).toImage()
    theme.set_mode("dark")
    assert avatars.pixmap(budi, 44).toImage() != light
    theme.set_mode("light")
    assert avatars.pixmap(budi, 44).toImage() == light


def test_a_number_without_a_name_and_a_group_show_glyphs(theme: Theme) -> None:
    avatars = AvatarPainter(theme, Icons())
    pictures = [
        avatars.pixmap(look, 44).toImage()
        for look in (
            AvatarLook(seed="x", title="62", has_name=True),
            AvatarLook(seed="x", title="62", has_name=False),
            AvatarLook(seed="x", title="62", is_group=True),
        )
    ]
    assert pictures[0] != pictures[1] != pictures[2] != pictures[0]


def test_providers_are_told_apart_without_colour(theme: Theme) -> None:
    badges = BadgePainter(theme)
    shapes = []
    for provider in ("webjs", "meta", "other"):
        image = _blank()
        painter = QPainter(image)
        badges.paint_provider(painter, 0, 20, provider)
        painter.end()
        mark = image.copy(6, 14, 7, 12).convertToFormat(QImage.Format.Format_Mono)
        shapes.append(bytes(mark.constBits()))
    assert len(set(shapes)) == 3


def test_unread_badge_stops_at_99() -> None:
    assert [unread_label(count) for count in (1, 99, 100, 5000)] == ["1", "99", "99+", "99+"]


def test_every_status_has_its_own_sign(theme: Theme) -> None:
    ticks = TickPainter(theme)
    signs = []
    for status in ("queued", "sent", "delivered", "read", "failed", "unconfirmed", "not known yet"):
        image = _blank()
        painter = QPainter(image)
        ticks.paint(painter, 5, 20, status)
        painter.end()
        signs.append(bytes(image.constBits()))
    assert len(set(signs)) == len(signs)


def _blank() -> QImage:
    image = QImage(200, 40, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#ffffff"))
    return image


def _inks(image: QImage) -> set[str]:
    """The colours of the pixels that are fully covered."""
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {pixel.name() for pixel in pixels if pixel.alpha() == 255}
