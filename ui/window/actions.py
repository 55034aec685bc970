"""The one table of what the keyboard does: shortcuts, palette and shortcut sheet are made from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ui.window.main_window import MainWindow

NUMBER_KEYS: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done, in which words, by which keys.

    `run` is None where only a certain widget hears the keys (a message's, the field's): the sheet names them, no
    shortcut of the window takes them. `in_palette` leaves out what makes no sense to choose by name.
    """

    words: str
    keys: tuple[str, ...] = ()
    run: Callable[[], object] | None = None
    in_palette: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """Actions that belong together, under a heading."""

    title: str
    actions: tuple[Action, ...]


def actions_of(window: MainWindow) -> list[Section]:
    """All of them, in the order of the sheet."""
    say = QCoreApplication.translate
    return [
        Section(say("Actions", "Everywhere"), _everywhere(window)),
        Section(say("Actions", "Chats"), _chats(window)),
        Section(say("Actions", "In a conversation"), _conversation()),
        Section(say("Actions", "While writing"), _writing()),
    ]


def add_shortcuts(sections: Sequence[Section], window: QWidget) -> None:
    """Has the window hear the keys; Esc is not among them: whoever has the keyboard may want it first."""
    for section in sections:
        for action in section.actions:
            if action.run is not None:
                for keys in action.keys:
                    QShortcut(QKeySequence(keys), window).activated.connect(action.run)


def shown_keys(keys: str) -> str:
    """Keys as this desktop writes them, such as `Ctrl+K`."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def _everywhere(window: MainWindow) -> tuple[Action, ...]:
    say, scale = QCoreApplication.translate, window.change_text_size
    return (
        Action(
            words=say("Actions", "Go to a chat, a number or an action"),
            keys=("Ctrl+K",),
            run=window.open_palette,
            in_palette=False,
        ),
        Action(words=say("Actions", "Search chats"), keys=("Ctrl+F",), run=window.focus_search),
        Action(words=say("Actions", "Next pane"), keys=("F6",), run=lambda: window.cycle_panes(1), in_palette=False),
        Action(
            words=say("Actions", "Pane before"),
            keys=("Shift+F6",),
            run=lambda: window.cycle_panes(-1),
            in_palette=False,
        ),
        Action(words=say("Actions", "Show or hide details"), keys=("Ctrl+I",), run=window.toggle_details),
        Action(words=say("Actions", "Settings"), keys=("Ctrl+,",), run=window.settings_requested.emit),
        Action(words=say("Actions", "Keyboard shortcuts"), keys=("Ctrl+/", "F1"), run=window.show_shortcuts),
        Action(words=say("Actions", "Larger text"), keys=("Ctrl++", "Ctrl+="), run=lambda: scale(1)),
        Action(words=say("Actions", "Smaller text"), keys=("Ctrl+-",), run=lambda: scale(-1)),
        Action(words=say("Actions", "Text at 100 %"), keys=("Ctrl+0",), run=lambda: scale(0)),
        Action(words=say("Actions", "Sign out"), run=window.chats.sign_out_requested.emit),
        Action(words=say("Actions", "Quit"), keys=("Ctrl+Q",), run=window.quit_requested.emit),
    )


def _chats(window: MainWindow) -> tuple[Action, ...]:
    say, pane = QCoreApplication.translate, window.chats
    chats, numbers = pane.chats, pane.session_filter
    kinds = {
        "all": say("Actions", "Show all chats"),
        "unread": say("Actions", "Show unread chats"),
        "awaiting": say("Actions", "Show who awaits a reply"),
        "group": say("Actions", "Show groups"),
        "private": say("Actions", "Show private chats"),
    }
    return (
        Action(words=say("Actions", "Next chat"), keys=("Alt+Down",), run=lambda: chats.choose_neighbour(1)),
        Action(words=say("Actions", "Chat before"), keys=("Alt+Up",), run=lambda: chats.choose_neighbour(-1)),
        Action(
            words=say("Actions", "Next unread chat"),
            keys=("Alt+Shift+Down",),
            run=lambda: chats.choose_neighbour(1, unread_only=True),
        ),
        Action(
            words=say("Actions", "Unread chat before"),
            keys=("Alt+Shift+Up",),
            run=lambda: chats.choose_neighbour(-1, unread_only=True),
        ),
        Action(words=say("Actions", "Chats of all numbers"), keys=("Ctrl+1",), run=lambda: numbers.choose_nth(0)),
        *(
            Action(
                words=say("Actions", "Chats of number {position}").format(position=position),
                keys=(f"Ctrl+{position + 1}",),
                run=lambda position=position: numbers.choose_nth(position),  # type: ignore[misc]  # the loop's own
                in_palette=False,
            )
            for position in range(1, NUMBER_KEYS)
        ),
        *(
            Action(words=words, run=lambda kind=kind: pane.chips.choose(kind))  # type: ignore[misc]  # the loop's own
            for kind, words in kinds.items()
        ),
        Action(words=say("Actions", "Clear search and filters"), run=pane.clear_filters),
        Action(words=say("Actions", "Close the chat"), keys=("Ctrl+W",), run=window.close_chat),
    )


def _conversation() -> tuple[Action, ...]:
    say = QCoreApplication.translate
    return (
        Action(words=say("Actions", "Message before, next message"), keys=("Up", "Down")),
        Action(words=say("Actions", "Reply to the message"), keys=("R",)),
        Action(words=say("Actions", "React to the message"), keys=("E",)),
        Action(words=say("Actions", "What can be done with the message"), keys=("Return",)),
        Action(words=say("Actions", "Copy the message"), keys=("Ctrl+C",)),
        Action(words=say("Actions", "To the oldest loaded, to the newest message"), keys=("Home", "End")),
        Action(words=say("Actions", "Back to the list"), keys=("Esc",)),
    )


def _writing() -> tuple[Action, ...]:
    say = QCoreApplication.translate
    return (
        Action(words=say("Actions", "Send"), keys=("Return",)),
        Action(words=say("Actions", "New line"), keys=("Shift+Return",)),
        Action(words=say("Actions", "To the messages, from an empty field"), keys=("Up",)),
        Action(words=say("Actions", "Answer no message in particular"), keys=("Esc",)),
    )
