"""Icons in any colour: SVG files drawn in `currentColor`, rendered sharp for the screen and kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from resources.locate import app_icon_svg, icon_svg

KEPT: Final = 512
APP_ICON_SIZES: Final = (16, 24, 32, 48, 64, 128, 256)

_Key = tuple[str, int, int, float]


class Icons:
    """Renders icons by file name (`resources/icons`) and keeps the last `KEPT` pixmaps."""

    def __init__(self) -> None:
        self._kept: OrderedDict[_Key, QPixmap] = OrderedDict()

    def pixmap(self, name: str, color: QColor, size: int, dpr: float = 1.0) -> QPixmap:
        """A square pixmap of `size` logical pixels; `FileNotFoundError` for an unknown name."""
        key = (name, color.rgba(), size, dpr)
        pixmap = self._kept.get(key)
        if pixmap is None:
            svg = icon_svg(name).replace("currentColor", color.name())
            pixmap = _rendered(svg.encode(), size, dpr)
            self._kept[key] = pixmap
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return pixmap

    def paint(self, painter: QPainter, rect: QRectF, name: str, color: QColor) -> None:
        """Draw an icon as a square in the middle of `rect`, on whole pixels."""
        size = round(min(rect.width(), rect.height()))
        pixmap = self.pixmap(name, color, size, painter.device().devicePixelRatioF())
        corner = rect.center() - QPointF(size / 2, size / 2)
        painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap)

    def icon(self, name: str, color: QColor, size: int = 20, dpr: float = 1.0) -> QIcon:
        """For standard widgets (menus, buttons); make it anew when the theme changes."""
        return QIcon(self.pixmap(name, color, size, dpr))


def app_icon() -> QIcon:
    """The application's icon, in the sizes that desktops ask for."""
    icon = QIcon()
    svg = app_icon_svg()
    for size in APP_ICON_SIZES:
        icon.addPixmap(_rendered(svg, size, 1.0))
    return icon


def _rendered(svg: bytes, size: int, dpr: float) -> QPixmap:
    pixels = round(size * dpr)
    pixmap = QPixmap(QSize(pixels, pixels))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(0, 0, pixels, pixels))
    painter.end()
    pixmap.setDevicePixelRatio(dpr)
    return pixmap
