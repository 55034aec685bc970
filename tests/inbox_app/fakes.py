"""Screens without pixels: they remember what presenters showed last, and say it in a person's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ui.chat_list.rows import ChatRow
from ui.conversation.rows import ConversationHeader, DetailsRow, MessageRow
from ui.session_filter.rows import NumberRow


class ListScreen:
    """The chat list: rows by conversation, ordered as the real list orders them."""

    def __init__(self) -> None:
        self.more = False
        self.empty_because = ""
        self.pages = 0
        self.updates = 0
        self._rows: dict[str, ChatRow] = {}

    def show_rows(self, rows: Sequence[ChatRow], more: bool, *, keep_place: bool = False) -> None:
        self._rows = {row.conversation_id: row for row in rows}
        self.more = more
        self.pages += 1

    def append_rows(self, rows: Sequence[ChatRow], more: bool) -> None:
        for row in rows:
            self._rows.setdefault(row.conversation_id, row)
        self.more = more

    def upsert(self, rows: Sequence[ChatRow]) -> None:
        self._rows.update({row.conversation_id: row for row in rows})
        self.updates += 1

    def remove(self, conversation_ids: Iterable[str]) -> None:
        for conversation_id in conversation_ids:
            self._rows.pop(conversation_id, None)

    def set_empty(self, kind: str) -> None:
        self.empty_because = kind

    @property
    def chats(self) -> list[str]:
        """Conversation ids from top to bottom."""
        return [row.conversation_id for row in sorted(self._rows.values(), key=lambda row: row.sort_key, reverse=True)]

    def row(self, conversation_id: str) -> ChatRow:
        return self._rows[conversation_id]


class ConversationScreen:
    """The conversation pane: one open conversation, its bubbles by key, and the field with what is being typed."""

    def __init__(self) -> None:
        self.header: ConversationHeader | None = None
        self.divider_above: str | None = None
        self._more_above = False
        self.field = ""
        self.sends_from = ""
        self.shown_whole = 0
        self.answered_older = 0
        self.revealed: list[str] = []
        self._rows: dict[str, MessageRow] = {}

    def show_conversation(self, header: ConversationHeader) -> None:
        if self.header is None or header.conversation_id != self.header.conversation_id:
            self.field = ""
        self.header = header

    def set_header(self, header: ConversationHeader) -> None:
        self.header = header

    def show_messages(self, rows: Sequence[MessageRow], *, more_above: bool, first_unread_key: str | None) -> None:
        self._rows = {row.key: row for row in rows}
        assert len(self._rows) == len(rows), "two bubbles with one key"
        self._more_above = more_above
        self.divider_above = first_unread_key
        self.shown_whole += 1

    def prepend_messages(self, rows: Sequence[MessageRow], more_above: bool) -> None:
        self._rows.update({row.key: row for row in rows})
        self._more_above = more_above
        self.answered_older += 1

    def upsert_messages(self, rows: Sequence[MessageRow]) -> None:
        self._rows.update({row.key: row for row in rows})

    def remove_messages(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._rows.pop(key, None)

    def reveal_message(self, key: str) -> None:
        assert key in self._rows, "only what is loaded can be revealed"
        self.revealed.append(key)

    def set_draft(self, text: str) -> None:
        self.field = text

    def set_sending_from(self, number: str, name: str | None, enabled: bool, reason: str) -> None:
        self.sends_from = number

    def set_window(self, *, limited: bool, closes_at_ms: int | None) -> None:
        self.writing_window = (limited, closes_at_ms)

    def clear(self) -> None:
        self.header = None
        self.field = ""
        self._rows = {}

    @property
    def open_chat(self) -> str | None:
        return self.header.conversation_id if self.header is not None else None

    def goes_on_above(self) -> bool:
        """Whether the view may ask for older messages."""
        return self._more_above

    @property
    def bubbles(self) -> list[str]:
        """Texts from top to bottom; what is not sent yet comes last."""
        return [row.body for row in self._in_order()]

    @property
    def rows(self) -> list[MessageRow]:
        """From top to bottom."""
        return self._in_order()

    @property
    def statuses(self) -> list[str]:
        return [row.status for row in self._in_order()]

    def bubble(self, body: str) -> MessageRow:
        """The one bubble with this text."""
        [row] = [row for row in self._rows.values() if row.body == body]
        return row

    def _in_order(self) -> list[MessageRow]:
        return sorted(self._rows.values(), key=lambda row: (row.order == "", row.order))


class NumbersScreen:
    """The dropdown of numbers."""

    def __init__(self) -> None:
        self.numbers: list[NumberRow] = []

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        self.numbers = list(numbers)


class DetailsScreen:
    """The pane beside the conversation."""

    def __init__(self) -> None:
        self.shown: list[DetailsRow] = []

    def show_details(self, details: DetailsRow) -> None:
        self.shown.append(details)

    @property
    def details(self) -> DetailsRow:
        return self.shown[-1]


class SignInScreen:
    """The dialog: what it said, and whether it still waits."""

    def __init__(self) -> None:
        self.busy = False
        self.error = ""

    def show_busy(self, busy: bool) -> None:
        self.busy = busy

    def show_error(self, message: str) -> None:
        self.error = message
