"""The type scale: which sizes and weights text may have, in CSS pixels at 100 %, scaled by the reader's text size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication

FAMILY: Final = "Inter"
SMALLEST: Final = 10.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """Every font of the application; `strong` is semibold, `medium` between it and regular."""

    base: QFont
    base_medium: QFont
    base_strong: QFont
    body: QFont
    name: QFont
    header: QFont
    title: QFont
    secondary: QFont
    secondary_medium: QFont
    secondary_strong: QFont
    time: QFont
    time_strong: QFont
    small: QFont
    small_strong: QFont
    badge: QFont


def type_scale(text_scale: float) -> Fonts:
    """The scale at `text_scale` (1.0 is 100 %), in Inter when it is installed, else in the system's own UI font."""
    template = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QFontDatabase.hasFamily(FAMILY):
        template.setFamilies([FAMILY, template.family()])
    template.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)

    def font(size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        made = QFont(template)
        made.setPointSizeF(points(max(size, SMALLEST) * text_scale))
        made.setWeight(weight)
        return made

    return Fonts(
        base=font(13),
        base_medium=font(13, QFont.Weight.Medium),
        base_strong=font(13, QFont.Weight.DemiBold),
        body=font(13.5),
        name=font(13.5, QFont.Weight.DemiBold),
        header=font(15, QFont.Weight.DemiBold),
        title=font(16, QFont.Weight.DemiBold),
        secondary=font(12),
        secondary_medium=font(12, QFont.Weight.Medium),
        secondary_strong=font(12, QFont.Weight.DemiBold),
        time=font(11.5),
        time_strong=font(11.5, QFont.Weight.DemiBold),
        small=font(11),
        small_strong=font(11, QFont.Weight.DemiBold),
        badge=font(10.5, QFont.Weight.DemiBold),
    )


def points(pixels: float) -> float:
    """Points for a size in CSS pixels: Qt keeps fractions of a pixel only when asked in points."""
    return pixels * 72.0 / QGuiApplication.primaryScreen().logicalDotsPerInch()
