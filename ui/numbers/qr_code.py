"""Draws a QR code from its text, large and crisp: dark on white in every theme, since cameras ask for that."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_BUBBLE

SIDE: Final = 328
WIDEST_SCALE: Final = 1.2
"""Larger text makes the code larger up to here; a camera gains nothing from more."""

GLYPH: Final = 40

QUIET: Final = 4
"""Light modules around the code, as the standard asks for."""

FADED: Final = 0.12


class QrCode(QWidget):
    """A white square with the code, faded while it may be too old to be scanned; without a code an empty place."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons = icons
        self._text: str | None = None
        self._modules: QImage | None = None
        self._faded = False
        theme.changed.connect(self._dress)
        self._dress()
        self.show_code(None)

    @property
    def text(self) -> str | None:
        """What a phone reads from it."""
        return self._text

    @property
    def modules(self) -> QImage | None:
        """The code as drawn, one pixel for each module, the quiet zone included."""
        return self._modules

    def show_code(self, text: str | None, *, faded: bool = False) -> None:
        """Show the code of a text; None shows that there is none yet."""
        if text != self._text:
            self._text = text
            self._modules = None if text is None else _modules_of(text)
        self._faded = faded
        self.setAccessibleName(
            QCoreApplication.translate("Linking", "QR code, to be scanned with the phone")
            if text is not None
            else QCoreApplication.translate("Linking", "No QR code yet")
        )
        self.update()

    def sizeHint(self) -> QSize:
        side = round(SIDE * min(self._theme.text_scale, WIDEST_SCALE))
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colors.line)
        painter.setBrush(self._theme.colors.panel if self._modules is None else QColor("white"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_BUBBLE, RADIUS_BUBBLE)
        if self._modules is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
            painter.setOpacity(FADED if self._faded else 1.0)
            painter.drawImage(self._place(self._modules.width()), self._modules)
        else:
            side = self._theme.px(GLYPH)
            middle = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
            self._icons.paint(painter, middle, "plug", self._theme.colors.muted)
        painter.end()

    def _place(self, modules: int) -> QRectF:
        """In the middle, each module a whole number of the screen's pixels wide."""
        ratio = self.devicePixelRatioF()
        pixels = int(min(self.width(), self.height()) * ratio)
        side = max(1, pixels // modules) * modules / ratio
        left = int((self.width() - side) / 2 * ratio) / ratio
        top = int((self.height() - side) / 2 * ratio) / ratio
        return QRectF(left, top, side, side)

    def _dress(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


def _modules_of(text: str) -> QImage | None:
    import segno  # here: a start would wait for it

    try:
        matrix = segno.make(text, error="l", micro=False).matrix
    except segno.DataOverflowError:
        return None  # no code of WhatsApp's, whatever it is
    side = len(matrix) + 2 * QUIET
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                image.setPixelColor(column + QUIET, row + QUIET, QColor("black"))
    return image
