"""The keys that work everywhere in the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from ui.window.main_window import MainWindow

NUMBER_KEYS: Final = 8


def add_shortcuts(window: MainWindow) -> None:
    """Ctrl+K search · Alt+↑/↓ chat before and after, with Shift the unread ones · F6 next pane · Ctrl+1 to Ctrl+8
    numbers (1: all) · Ctrl+Q quit. Esc is not among them: whoever has the keyboard may want it first."""
    chats = window.chats.chats
    keys: dict[str, Callable[[], object]] = {
        "Ctrl+K": window.focus_search,
        "Alt+Down": lambda: chats.choose_neighbour(1),
        "Alt+Up": lambda: chats.choose_neighbour(-1),
        "Alt+Shift+Down": lambda: chats.choose_neighbour(1, unread_only=True),
        "Alt+Shift+Up": lambda: chats.choose_neighbour(-1, unread_only=True),
        "F6": lambda: window.cycle_panes(1),
        "Shift+F6": lambda: window.cycle_panes(-1),
        "Ctrl+Q": window.quit_requested.emit,
    }
    for key, action in keys.items():
        QShortcut(QKeySequence(key), window).activated.connect(action)
    for number in range(NUMBER_KEYS):
        shortcut = QShortcut(QKeySequence(f"Ctrl+{number + 1}"), window)
        shortcut.activated.connect(lambda number=number: window.chats.session_filter.choose_nth(number))
