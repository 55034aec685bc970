"""The middle of the window: a conversation's header, its bubbles and the composer; shows rows, tells intentions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal, SignalInstance
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.conversation import phrases
from ui.conversation.composer import Composer
from ui.conversation.delegate import MessageDelegate
from ui.conversation.header import HeaderBar
from ui.conversation.jump_button import JumpButton
from ui.conversation.model import MessageModel
from ui.conversation.reading import Reading
from ui.conversation.rows import ConversationHeader, MessageRow, OthersRow
from ui.conversation.view import MessageView
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock


class ConversationPane(QWidget):
    """One conversation at a time.

    Signals name the conversation that they speak of, so that an answer that comes late cannot reach another one.
    `read_up_to` carries a message id, `retry_requested` and `discard_requested` a row's key; `older_requested` is
    answered by `prepend_messages`, also when there is nothing more or it failed. `send_requested` carries the text and
    the id of the message that it answers, if any; `reaction_chosen` a row's key and the emoji, empty to take it back;
    `templates_wanted`: only a template can be sent now.
    `jump_requested` the key of a message that is not loaded, and is answered by `reveal_message`.
    """

    send_requested = Signal(str, str, str)
    templates_wanted = Signal(str)
    draft_changed = Signal(str, str)
    older_requested = Signal(str)
    retry_requested = Signal(str, str)
    discard_requested = Signal(str, str)
    reaction_chosen = Signal(str, str, str)
    jump_requested = Signal(str, str)
    read_up_to = Signal(str, str)
    link_activated = Signal(str)
    details_toggled = Signal()
    back_requested = Signal()

    def __init__(
        self, theme: Theme, icons: Icons, avatars: AvatarPainter, clock: DayClock, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._conversation_id: str | None = None
        self._model = MessageModel(self)
        self.header = HeaderBar(theme, icons, avatars)
        self.view = MessageView(self._model, MessageDelegate(theme, icons, clock.now, self), theme)
        self.composer = Composer(theme, icons, clock.now)
        self.jump = JumpButton(theme, icons, self.view)
        self._reading = Reading(self.view, self._model, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(self.view, 1)
        column.addWidget(self.composer)
        self.setFocusProxy(self.composer)
        self._connect(clock)
        self.clear()

    # Showing

    def show_conversation(self, header: ConversationHeader) -> None:
        """Open a conversation, empty until `show_messages`; the one already open only gets its header anew."""
        if header.conversation_id != self._conversation_id:
            self._leave()
            self._conversation_id = header.conversation_id
            self.view.set_empty_text("")
            self.header.show()
            self.composer.show()
        self.set_header(header)

    def set_header(self, header: ConversationHeader) -> None:
        """News of the open conversation's name, members or number."""
        self.header.show_header(header)

    def show_messages(
        self, rows: Sequence[MessageRow], *, more_above: bool, first_unread_key: str | None = None
    ) -> None:
        """Show these messages, oldest first, and open at the first unread one, else at the end."""
        self._model.load(rows, first_unread_key)
        self.view.open_at(first_unread_key, more_above=more_above)
        self.view.set_empty_text(QCoreApplication.translate("Conversation", "No messages yet"))
        self._reading.start()

    def prepend_messages(self, rows: Sequence[MessageRow], more_above: bool) -> None:
        """The answer to `older_requested`; the messages in sight stay where they are."""
        self._model.upsert(rows)
        self.view.set_more_above(more_above)

    def upsert_messages(self, rows: Sequence[MessageRow]) -> None:
        """Add or replace messages by key; goes to the end for what the reader wrote."""
        unknown = [row for row in rows if self._model.position(row.key) is None]
        before = self._model.rowCount()
        newest = self._model.placed(before - 1).row.key if before else None
        self._model.upsert(rows)
        if any(row.order == "" for row in unknown):
            self._reading.answered()
            self.view.follow()
        self._reading.arrived(self._inbound_after(newest, {row.key for row in unknown}))

    def reveal_message(self, key: str) -> None:
        """Bring a message into sight, once it is loaded."""
        self.view.reveal(key)

    def remove_messages(self, keys: Sequence[str]) -> None:
        """Take messages away; unknown keys are fine."""
        self._model.remove(keys)

    def show_back(self, visible: bool) -> None:
        """Whether the list is a page of its own, to go back to."""
        self.header.show_back(visible)

    def set_draft(self, text: str) -> None:
        """Put a draft into the field; not told back."""
        self.composer.set_text(text)

    def set_sending_from(self, number: str, name: str | None, enabled: bool, reason: str) -> None:
        """Which number answers, and whether it can; `reason` says in words why not."""
        self.composer.set_sending_from(number, name, enabled, reason)

    def set_window(self, *, limited: bool, closes_at_ms: int | None) -> None:
        """Until when one may write freely, where that is limited."""
        self.composer.set_window(limited=limited, closes_at_ms=closes_at_ms)

    def show_others(self, others: OthersRow) -> None:
        """Which colleagues look at this conversation too, and who is writing in it."""
        self.composer.show_others(others)

    def clear(self) -> None:
        """No conversation is open."""
        self._leave()
        self._conversation_id = None
        self.header.hide()
        self.composer.hide()
        self.view.set_empty_text(QCoreApplication.translate("Conversation", "Choose a chat to read and answer"))

    def focus_composer(self) -> None:
        """Ready to type."""
        self.composer.edit.setFocus()

    # Inside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.view.viewport() and event.type() == QEvent.Type.Resize:
            self._place_jump()
        return False

    def _inbound_after(self, key: str | None, among: set[str]) -> list[str]:
        """The keys of inbound messages behind a message, in order."""
        start = self._model.position(key) if key is not None else -1
        if start is None or not among:
            return []
        behind = [self._model.placed(row).row for row in range(start + 1, self._model.rowCount())]
        return [row.key for row in behind if not row.outbound and row.key in among]

    def _connect(self, clock: DayClock) -> None:
        self.header.back_requested.connect(self.back_requested)
        self.header.details_toggled.connect(self.details_toggled)
        self.view.link_activated.connect(self.link_activated)
        self.view.older_wanted.connect(lambda: self._tell(self.older_requested))
        self.view.retry_clicked.connect(lambda key: self._tell(self.retry_requested, key))
        self.view.discard_clicked.connect(lambda key: self._tell(self.discard_requested, key))
        self.view.viewport().installEventFilter(self)
        self.view.reply_wanted.connect(self._answer)
        self.view.reaction_chosen.connect(lambda key, emoji: self._tell(self.reaction_chosen, key, emoji))
        self.view.jump_wanted.connect(lambda key: self._tell(self.jump_requested, key))
        self.composer.send_requested.connect(lambda *what: self._tell(self.send_requested, *what))
        self.composer.template_wanted.connect(lambda: self._tell(self.templates_wanted))
        self.composer.left_upwards.connect(self.view.focus_newest)
        self.composer.draft_changed.connect(lambda text: self._tell(self.draft_changed, text))
        self.jump.clicked.connect(self.view.follow)
        self._reading.read_up_to.connect(lambda message_id: self._tell(self.read_up_to, message_id))
        self._reading.below_changed.connect(self._show_below)
        clock.day_changed.connect(self.view.renew)

    def _answer(self, key: str) -> None:
        position = self._model.position(key)
        row = self._model.placed(position).row if position is not None else None
        if row is not None and row.message_id is not None and not self.composer.edit.isHidden():
            self.composer.answer(row.message_id, phrases.quote_of(row))

    def _tell(self, signal: SignalInstance, *what: str) -> None:
        if self._conversation_id is not None:
            signal.emit(self._conversation_id, *what)

    def _leave(self) -> None:
        self.composer.flush_draft()
        self.composer.set_text("")
        self.composer.answer_nobody()
        self._model.load((), None)
        self.view.open_at(None, more_above=False)
        self._reading.start()

    def _show_below(self, away: bool, new: int) -> None:
        self.jump.show_count(new)
        self.jump.setVisible(away)
        self._place_jump()

    def _place_jump(self) -> None:
        viewport = self.view.viewport().geometry()
        self.jump.move(viewport.right() - self.jump.width() - 2, viewport.bottom() - self.jump.height() - 6)
