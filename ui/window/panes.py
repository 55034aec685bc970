"""Lays the panes out: list, conversation, details; fewer of them as the window becomes narrow."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.theme.tokens import DETAILS_HIDE_BELOW, DETAILS_PANE_WIDTH, LIST_PANE_WIDTH, SINGLE_PANE_BELOW
from ui.window.nothing_open import NothingOpen

LIST_NARROWEST: Final = 280
CONVERSATION_NARROWEST: Final = 340
WIDEST_SCALE: Final = 1.5
"""Panes grow with the text only so far: beyond it they would push each other out of an ordinary screen."""


class Panes(QSplitter):
    """Three panes from 1,100 px on, two from 720, else one: the list, or the open conversation.

    `single_pane_changed(bool)` tells the conversation when it needs a way back to the list.
    """

    single_pane_changed = Signal(bool)

    def __init__(
        self, theme: Theme, icons: Icons, chats: QWidget, conversation: QWidget, details: QWidget | None
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme = theme
        self._chats = chats
        self._details = details
        self._conversation = QStackedWidget(self)
        self._nothing = NothingOpen(theme, icons, self._conversation)
        self._conversation.addWidget(self._nothing)
        self._conversation.addWidget(conversation)
        self._open = conversation
        self.details_wanted = True
        self._single: bool | None = None
        self._list_in_front = True
        self.setChildrenCollapsible(False)
        self.setHandleWidth(1)
        self.addWidget(chats)
        self.addWidget(self._conversation)
        if details is not None:
            self.addWidget(details)
        self.setStretchFactor(1, 1)
        for fixed in (0, 2):
            self.setStretchFactor(fixed, 0)
        self._scale_widths()
        self.setSizes([self._scaled(LIST_PANE_WIDTH) - 1, 1000, self._scaled(DETAILS_PANE_WIDTH)])
        theme.changed.connect(self._text_scaled)

    @property
    def single(self) -> bool:
        """Whether there is room for one pane only."""
        return bool(self._single)

    @property
    def is_conversation_open(self) -> bool:
        """Whether a chat is open, in sight or behind the list."""
        return self._conversation.currentWidget() is self._open

    def visible_panes(self) -> list[QWidget]:
        """The panes in sight, from left to right."""
        panes = [self._chats, self._conversation.currentWidget(), self._details]
        return [pane for pane in panes if pane is not None and pane.isVisible()]

    def show_conversation(self) -> None:
        """Show the conversation; in front of the list where there is room for one pane."""
        self._conversation.setCurrentWidget(self._open)
        self._list_in_front = False
        self._arrange()

    def show_nothing_open(self) -> None:
        """Show that no chat is open."""
        self._conversation.setCurrentWidget(self._nothing)
        self._list_in_front = True
        self._arrange()

    def show_list(self) -> None:
        """Bring the list to the front where there is room for one pane; the chat stays open."""
        self._list_in_front = True
        self._arrange()

    def want_details(self, wanted: bool) -> None:
        """Show the details where there is room, or never."""
        self.details_wanted = wanted
        self._arrange()

    def restore(self, state: QByteArray) -> None:
        """Take over the widths of an earlier time."""
        self.restoreState(state)
        self.setHandleWidth(1)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        single = self.width() < self._scaled(SINGLE_PANE_BELOW)
        self._chats.setVisible(not single or self._list_in_front)
        self._conversation.setVisible(not single or not self._list_in_front)
        if self._details is not None:
            room = self.width() >= self._scaled(DETAILS_HIDE_BELOW)
            self._details.setVisible(room and self.details_wanted and self.is_conversation_open)
        if single != self._single:
            self._single = single
            self.single_pane_changed.emit(single)

    def _text_scaled(self) -> None:
        list_width = self._scaled(LIST_PANE_WIDTH) - 1
        self._scale_widths()
        sizes = self.sizes()
        if sizes and sizes[0] and sizes[0] != list_width:
            self.setSizes([list_width, max(1, sum(sizes) - list_width - sum(sizes[2:])), *sizes[2:]])
        self._arrange()

    def _scale_widths(self) -> None:
        self._chats.setMinimumWidth(self._scaled(LIST_NARROWEST))
        self._conversation.setMinimumWidth(self._scaled(CONVERSATION_NARROWEST))
        if self._details is not None:
            self._details.setFixedWidth(self._scaled(DETAILS_PANE_WIDTH))

    def _scaled(self, width: int) -> int:
        return round(width * min(self._theme.text_scale, WIDEST_SCALE))
