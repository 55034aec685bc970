"""The main states still look like their pictures in the docs: coarsely, since fonts and machines differ a little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.house.sources import ROOT
from tests.ui.gallery import Gallery

GRID = QSize(64, 43)
MEAN, FAR, MOST_FAR = 4.0, 48, 0.015
"""Mean difference of a cell's channels (of 255); what counts as a cell that differs; how many of them may."""


@pytest.fixture
def gallery(qapp: QApplication, tmp_path: Path) -> Iterator[Gallery]:
    palette, font, sheet = qapp.palette(), qapp.font(), qapp.styleSheet()
    gallery = Gallery(qapp, tmp_path, QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    yield gallery
    gallery.close()
    for each in (gallery.window, gallery.theme, gallery._clock):
        shiboken6.delete(each)
    qapp.setStyleSheet(sheet)
    qapp.setPalette(palette)
    qapp.setFont(font)


def cells(image: QImage) -> list[tuple[int, int, int]]:
    """The picture's average colours, cell by cell."""
    small = image.scaled(GRID, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    colors = [small.pixelColor(x, y) for y in range(small.height()) for x in range(small.width())]
    return [(color.red(), color.green(), color.blue()) for color in colors]


def difference(one: QImage, other: QImage) -> tuple[float, float]:
    """The mean difference, and the share of cells that are far from each other."""
    far = [
        max(abs(a - b) for a, b in zip(left, right, strict=True))
        for left, right in zip(cells(one), cells(other), strict=True)
    ]
    return sum(far) / len(far), sum(each > FAR for each in far) / len(far)


@pytest.mark.parametrize("name", ["usual-light-100", "messages-dark-100", "usual-dark-200", "empty-search-light-100"])
def test_a_state_looks_like_its_picture(gallery: Gallery, tmp_path: Path, name: str) -> None:
    gallery.document(only=name)
    kept = QImage(str(ROOT / f"docs/images/states/{name}.png"))
    mean, far = difference(QImage(str(tmp_path / f"{name}.png")), kept)
    assert mean <= MEAN, "take them anew with `make screenshots`, and look at them"
    assert far <= MOST_FAR


def test_two_states_do_not_look_alike() -> None:
    """Else the comparison above would prove nothing."""
    folder = ROOT / "docs/images/states"
    usual, empty = (QImage(str(folder / f"{name}-light-100.png")) for name in ("usual", "empty-search"))
    mean, far = difference(usual, empty)
    assert mean > MEAN
    assert far > MOST_FAR
