"""A small grid of common emoji over the composer; arrows, Enter and the mouse choose one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from ui.conversation.emoji import offered
from ui.theme.theme import Theme
from ui.theme.tokens import RADIUS_CONTROL

COLUMNS: Final = 10
CELL: Final = 34


class EmojiPopup(QFrame):
    """`chosen` carries the emoji; the popup closes itself then."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._grid = _Grid()
        self._grid.setAccessibleName(QCoreApplication.translate("Conversation", "Emoji"))
        self._grid.setFrameShape(QFrame.Shape.NoFrame)
        self._grid.setViewMode(QListView.ViewMode.IconMode)
        self._grid.setMovement(QListView.Movement.Static)
        self._grid.setUniformItemSizes(True)
        self._grid.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._grid.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for emoji in offered():
            item = QListWidgetItem(emoji)
            item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
            self._grid.addItem(item)
        self._grid.setCurrentRow(0)
        self._grid.itemClicked.connect(self._choose)
        self._grid.taken.connect(self._choose)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 6, 6, 6)
        box.addWidget(self._grid)
        theme.changed.connect(self._follow_theme)
        self._follow_theme()

    def show_above(self, corner: QPoint) -> None:
        """Open with the lower right corner at a place of the screen."""
        self.adjustSize()
        self.move(corner - QPoint(self.width(), self.height()))
        self.show()
        self._grid.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, item: QListWidgetItem) -> None:
        self.close()
        self.chosen.emit(item.text())

    def _follow_theme(self) -> None:
        colors, cell = self._theme.colors, self._theme.px(CELL)
        font = QFont(self._theme.fonts.body)
        font.setPointSizeF(font.pointSizeF() * 1.4)
        self._grid.setFont(font)
        self._grid.setGridSize(QSize(cell, cell))
        rows = -(-self._grid.count() // COLUMNS)
        self._grid.setFixedSize(COLUMNS * cell + 4, rows * cell + 4)
        for row in range(self._grid.count()):
            self._grid.item(row).setSizeHint(QSize(cell, cell))
        self.setStyleSheet(
            f"EmojiPopup {{ background: {colors.bg.name()}; border: 1px solid {colors.line.name()}; }}"
            f"QListWidget {{ background: {colors.bg.name()}; border: 0; outline: 0; }}"
            f"QListWidget::item {{ border-radius: {RADIUS_CONTROL}px; color: {colors.text.name()}; }}"
            f"QListWidget::item:hover, QListWidget::item:selected {{ background: {colors.sel.name()}; }}"
        )


class _Grid(QListWidget):
    taken = Signal(QListWidgetItem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentItem() is not None:
            self.taken.emit(self.currentItem())
        else:
            super().keyPressEvent(event)
