"""A flat square button with an icon: quiet until the pointer or the focus is on it, named for screen readers."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_CONTROL
from ui.words.plain import tool_tip

SIDE: Final = 32
GLYPH: Final = 20


class IconButton(QAbstractButton):
    """Shows an icon of `resources/icons`; its name is also its tool tip. `filled` paints it in the accent colour."""

    def __init__(
        self,
        icon: str,
        name: str,
        theme: Theme,
        icons: Icons,
        *,
        side: int = SIDE,
        glyph: int = GLYPH,
        filled: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._theme = theme
        self._icons = icons
        self._side = side
        self._glyph = glyph
        self._filled = filled
        self.set_name(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def set_name(self, name: str) -> None:
        """What the button does, in words."""
        self.setAccessibleName(name)
        self.setToolTip(tool_tip(name))

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, box = self._theme.colors, QRectF(self.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._filled:
            painter.setBrush(colors.accent if self.isEnabled() else colors.hover)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        elif self.isEnabled() and (self.underMouse() or self.isDown() or self.isChecked()):
            painter.setBrush(colors.sel if self.isDown() or self.isChecked() else colors.hover)
            painter.drawRoundedRect(box, RADIUS_CONTROL, RADIUS_CONTROL)
        ink = colors.on_accent if self._filled and self.isEnabled() else colors.muted
        glyph = self._theme.px(self._glyph)
        corner = box.center()
        self._icons.paint(
            painter, QRectF(corner.x() - glyph / 2, corner.y() - glyph / 2, glyph, glyph), self._icon, ink
        )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.text if self._filled else colors.accent, 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), RADIUS_CONTROL - 1, RADIUS_CONTROL - 1)
        painter.end()

    def _follow_theme(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()
