"""The sheet that lists every key, made from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme.controls import Words
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GAP_XL
from ui.window.actions import Section, shown_keys


class ShortcutSheet(QDialog):
    """Show it with `open()`."""

    def __init__(self, theme: Theme, sections: Sequence[Section], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(QCoreApplication.translate("Actions", "Keyboard shortcuts"))
        inside = shortcut_grid(theme, sections)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setAccessibleName(self.windowTitle())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        room = parent.size() * 0.9
        self.resize(min(theme.px(560), room.width()), min(theme.px(680), room.height()))


def shortcut_grid(theme: Theme, sections: Sequence[Section]) -> QWidget:
    """Headings, and a line for each action that has keys."""
    inside = QWidget()
    grid = QGridLayout(inside)
    grid.setContentsMargins(GAP_XL, GAP_L, GAP_XL, GAP_XL)
    grid.setHorizontalSpacing(GAP_XL)
    grid.setVerticalSpacing(GAP_S)
    grid.setColumnStretch(0, 1)
    line = 0
    for section in sections:
        heading = Words(theme, section.title, font=lambda fonts: fonts.name, parent=inside)
        heading.setContentsMargins(0, GAP_S if line else 0, 0, 0)
        grid.addWidget(heading, line, 0, 1, 2)
        line += 1
        for action in section.actions:
            if action.keys:
                keys = "   ".join(shown_keys(each) for each in action.keys)
                grid.addWidget(Words(theme, action.words, wrap=True, parent=inside), line, 0)
                shown = Words(
                    theme,
                    keys,
                    font=lambda fonts: fonts.base_medium,
                    color=lambda colors: colors.muted,
                    parent=inside,
                )
                shown.setAccessibleName(f"{action.words}: {keys}")
                grid.addWidget(shown, line, 1, Qt.AlignmentFlag.AlignRight)
                line += 1
    return inside
