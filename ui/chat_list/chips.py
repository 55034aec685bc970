"""The chips All, Unread, Groups, Private: which kind of chats the list shows."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from ui.theme.controls import paint_focus_ring
from ui.theme.theme import Theme

GAP: Final = 6


class Chip(QAbstractButton):
    """One choice, painted as a pill."""

    def __init__(self, theme: Theme, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setText(words)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._dress)
        self._dress()

    def sizeHint(self) -> QSize:
        # As wide as when chosen: the row must not shift with the choice.
        metrics = QFontMetricsF(self._theme.fonts.secondary_strong)
        return QSize(round(metrics.horizontalAdvance(self.text())) + 18, self._theme.px(25))

    def paintEvent(self, event: QPaintEvent) -> None:
        colors, fonts = self._theme.colors, self._theme.fonts
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = box.height() / 2
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.sel)
        else:
            painter.setPen(QPen(colors.line, 1))
            painter.setBrush(colors.hover if self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, radius, radius)
        painter.setFont(fonts.secondary_strong if self.isChecked() else fonts.secondary)
        painter.setPen(colors.accent if self.isChecked() else colors.muted)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            paint_focus_ring(painter, QRectF(self.rect()), colors.accent, radius)
        painter.end()

    def _dress(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()


class FilterChips(QWidget):
    """Exactly one is chosen; emits `filter_chosen` with `all`, `unread`, `awaiting`, `group` or
    `private`. They take as many lines as they need."""

    filter_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kinds = {
            "all": QCoreApplication.translate("Chips", "All"),
            "unread": QCoreApplication.translate("Chips", "Unread"),
            "awaiting": QCoreApplication.translate("Chips", "Awaiting"),
            "group": QCoreApplication.translate("Chips", "Groups"),
            "private": QCoreApplication.translate("Chips", "Private"),
        }
        self.chosen = "all"
        self.chips: dict[str, Chip] = {}
        self._group = QButtonGroup(self)
        for kind, words in self._kinds.items():
            chip = Chip(theme, words, self)
            chip.setChecked(kind == self.chosen)
            self.chips[kind] = chip
            self._group.addButton(chip)
        self._group.buttonToggled.connect(self._toggled)
        theme.changed.connect(self._fit)
        self.setAccessibleName(QCoreApplication.translate("Chips", "Kind of chats"))

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self._place())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self._place())

    def _place(self) -> int:
        """Line by line from where reading begins; the height that it took."""
        x, y, line = 0, 0, 0
        for chip in self.chips.values():
            if x and x + chip.width() > self.width():
                x, y = 0, y + line + GAP
            at = self.width() - x - chip.width() if self.isRightToLeft() else x
            chip.move(at, y)
            x, line = x + chip.width() + GAP, chip.height()
        return y + line

    def choose(self, kind: str) -> None:
        """Choose as a person would; `KeyError` for an unknown kind."""
        self.chips[kind].setChecked(True)

    def _toggled(self, chip: QAbstractButton, checked: bool) -> None:
        if checked:
            self.chosen = next(kind for kind, known in self.chips.items() if known is chip)
            self.filter_chosen.emit(self.chosen)
