"""The pane beside a conversation: who it is, over which number it runs, and a group's members."""

from __future__ import annotations

from typing import Protocol

from inbox_app import phones
from inbox_app.features.header import header_of
from inbox_app.sync.history import History
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.records import CachedConversation
from ui.conversation.rows import DetailsRow, ParticipantRow
from wire.rows import Participant


class DetailsView(Protocol):
    """The pane."""

    def show_details(self, details: DetailsRow) -> None: ...


class DetailsPresenter:
    """Shows the open conversation, again whenever it changes; a group's members are fetched when it is opened."""

    def __init__(self, *, cache: Cache, history: History, view: DetailsView, tasks: Tasks) -> None:
        self._cache = cache
        self._history = history
        self._view = view
        self._tasks = tasks
        self._open: str | None = None

    def show(self, conversation_id: str) -> None:
        conversation = self._cache.conversation(conversation_id)
        if conversation is None:
            return
        self._open = conversation.id
        self._show(conversation)
        if conversation.group_id is not None:
            self._tasks.spawn(self._history.fetch_members(conversation.group_id), f"members of {conversation.group_id}")

    def cache_changed(self, changed: Changed) -> None:
        if self._open is None or not (changed.reset or changed.sessions or self._open in changed.conversations):
            return
        conversation = self._cache.conversation(self._open)
        if conversation is not None:
            self._show(conversation)

    def _show(self, conversation: CachedConversation) -> None:
        members = self._cache.participants(conversation.group_id) if conversation.group_id is not None else []
        rows = [_participant(member, conversation.session_phone) for member in members]
        rows.sort(key=lambda row: (not row.is_us, not row.is_admin))
        self._view.show_details(DetailsRow(header=header_of(conversation, self._cache), participants=tuple(rows)))


def _participant(member: Participant, our_phone: str) -> ParticipantRow:
    return ParticipantRow(
        name=member.name,
        phone=phones.written(member.phone) if member.phone else None,
        seed=member.phone or member.name or "",
        is_admin=member.isAdmin,
        is_us=member.phone == our_phone,
    )
