"""The inbox's window: panes and banner, the keys that work everywhere, what it remembers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from ui.connection.banner import ConnectionBanner
from ui.connection.rows import ConnectionRow
from ui.palette.palette import Palette
from ui.palette.rows import PaletteEntry
from ui.session_filter.rows import NumberRow
from ui.session_filter.words import number_text
from ui.stranded.strip import StrandedStrip
from ui.theme.icons import Icons, app_icon
from ui.theme.theme import Theme
from ui.window.actions import Action, actions_of, add_shortcuts, shown_keys
from ui.window.chat_pane import ChatPane
from ui.window.focus import focus_next_pane
from ui.window.panes import Panes
from ui.window.remembered import Remembered
from ui.window.settings_menu import TEXT_SIZES
from ui.window.shortcut_sheet import ShortcutSheet
from ui.words.plain import one_line
from ui.words.times import people_locale

FIRST_SIZE: Final = QSize(1280, 860)
SMALLEST_SIZE: Final = QSize(380, 480)


class MainWindow(QMainWindow):
    """Hosts the chat pane, a conversation and its details.

    `chat_opened(conversation_id)`: a person wants that chat (click, keys, notification). `chat_closed`: none any more.
    `closing`: the window was closed; whoever owns the program decides what that means.
    """

    chat_opened = Signal(str)
    chat_closed = Signal()
    single_pane_changed = Signal(bool)
    quit_requested = Signal()
    settings_requested = Signal()
    unread_changed = Signal(int)
    closing = Signal()

    def __init__(
        self,
        theme: Theme,
        icons: Icons,
        remembered: Remembered,
        *,
        chats: ChatPane,
        conversation: QWidget,
        details: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._remembered = remembered
        self.chats = chats
        self._conversation = conversation
        self.banner = ConnectionBanner(theme, icons)
        self.stranded = StrandedStrip(theme, icons)
        self.panes = Panes(theme, icons, chats, conversation, details)
        self.numbers: Sequence[NumberRow] = ()
        self._lay_out()
        self.palette_list = Palette(theme, icons, self)
        self._show_unread(0)
        self.setWindowIcon(app_icon())
        self.setMinimumSize(SMALLEST_SIZE)
        self._restore()
        chats.chats.chat_selected.connect(self._open)
        chats.settings_menu.all_settings_requested.connect(self.settings_requested)
        self.panes.single_pane_changed.connect(self.single_pane_changed)
        theme.changed.connect(self._remember_look)
        self.sections = actions_of(self)
        add_shortcuts(self.sections, self)
        self.palette_list.chosen.connect(self._go_to)
        chats.chats.setFocus()

    def show_connection(self, row: ConnectionRow) -> None:
        """Show how the line to the server stands: dot, word and, when it is broken, the banner."""
        self.chats.show_connection(row)
        self.banner.show_connection(row)

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """Show the numbers: filter, imports, disconnected ones in the banner, what is unread in the title."""
        self.numbers = numbers
        self.chats.show_numbers(numbers)
        self.banner.show_numbers(numbers)
        self._show_unread(sum(row.unread for row in numbers))

    def set_may_manage(self, may: bool) -> None:
        """Whether the person is a supervisor: what they may do about numbers is offered, else only told."""
        self.chats.set_may_manage(may)
        self.banner.set_may_manage(may)

    def open_chat(self, conversation_id: str) -> None:
        """Open a chat as if a person had clicked it, whether or not its row is in the list."""
        self.chats.chats.select(conversation_id)
        self._open(conversation_id)

    @property
    def open_conversation(self) -> str | None:
        """The chat that is open, whether or not its row is in the list."""
        return self.chats.chats.selected_id if self.panes.is_conversation_open else None

    def close_chat(self) -> None:
        """Close the open chat and give the keyboard back to the list."""
        if self.panes.is_conversation_open:
            self.chats.chats.select(None)
            self.panes.show_nothing_open()
            self.chats.chats.focus_first()
            self.chat_closed.emit()

    def show_list(self) -> None:
        """Go back to the list where there is room for one pane only."""
        self.panes.show_list()
        self.chats.chats.focus_first()

    def toggle_details(self) -> None:
        """Show or hide the details pane."""
        self.panes.want_details(not self.panes.details_wanted)
        self._remembered.details_wanted = self.panes.details_wanted

    def focus_search(self) -> None:
        """Give the keyboard to the search."""
        self.panes.show_list()
        self.chats.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.chats.search.selectAll()

    def open_palette(self) -> None:
        """Chats, numbers and actions to go to."""
        numbers = [
            PaletteEntry(
                kind="number", target=row.session_id, title=number_text(row), detail=one_line(row.display_name or "")
            )
            for row in self.numbers
        ]
        actions = [
            PaletteEntry(
                kind="action", target=str(place), title=each.words, keys=shown_keys(each.keys[0]) if each.keys else ""
            )
            for place, each in enumerate(self._all_actions())
            if each.in_palette and each.run is not None
        ]
        self.palette_list.open([*numbers, *actions])

    def show_shortcuts(self) -> None:
        """The sheet with all keys."""
        sheet = ShortcutSheet(self._theme, self.sections, self)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        sheet.open()

    def change_text_size(self, step: int) -> None:
        """One size larger (1) or smaller (-1), or back to 100 % (0)."""
        now = self._theme.text_scale
        sizes = [size for size in TEXT_SIZES if (size > now if step > 0 else size < now)]
        self._theme.set_text_scale(1.0 if step == 0 else (sizes[0] if step > 0 else sizes[-1]) if sizes else now)

    def cycle_panes(self, step: int) -> None:
        """Give the keyboard to the next pane (1) or the one before (-1)."""
        focus_next_pane(self.panes.visible_panes(), step)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc that nobody else wanted: back from the conversation, else out of the search."""
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.chats.search.hasFocus():
            self.chats.chats.focus_first()
        elif self.panes.single and self.panes.is_conversation_open:
            self.show_list()
        else:
            self.close_chat()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._remembered.geometry = self.saveGeometry()
        self._remembered.panes = self.panes.saveState()
        self.closing.emit()
        super().closeEvent(event)

    def _open(self, conversation_id: str) -> None:
        self.panes.show_conversation()
        self.chat_opened.emit(conversation_id)

    def _all_actions(self) -> list[Action]:
        return [action for section in self.sections for action in section.actions]

    def _go_to(self, entry: PaletteEntry) -> None:
        if entry.kind == "chat":
            self.open_chat(entry.target)
        elif entry.kind == "number":
            self.chats.session_filter.choose(entry.target)
        else:
            run = self._all_actions()[int(entry.target)].run
            if run is not None:
                run()

    def _lay_out(self) -> None:
        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.banner)
        layout.addWidget(self.stranded)
        layout.addWidget(self.panes, stretch=1)
        self.setCentralWidget(inside)

    def _restore(self) -> None:
        geometry, panes = self._remembered.geometry, self._remembered.panes
        if geometry is None or not self.restoreGeometry(geometry):
            self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize()))
        if panes is not None:
            self.panes.restore(panes)
        self.panes.want_details(self._remembered.details_wanted)

    def _remember_look(self) -> None:
        self._remembered.mode = self._theme.mode
        self._remembered.text_scale = self._theme.text_scale
        self._remembered.reduced_motion = self._theme.reduced_motion

    def _show_unread(self, unread: int) -> None:
        name = QCoreApplication.translate("Window", "Inbox")
        self.setWindowTitle(f"({people_locale().toString(unread)}) {name}" if unread else name)
        self.unread_changed.emit(unread)
