"""Decides what is worth a notification, so that a burst becomes a word and not a storm."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from resources.catalog import Catalog
from ui.settings.rows import NotificationChoices

GATHER_SECONDS = 0.3
FRESH_MS = 10 * 60 * 1000
MOST_AT_ONCE = 3
TOLD_REMEMBERED = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A live inbound message that was just stored. `provider_id` is the same in every chat that WhatsApp brings it to:
    two of our numbers may be in one group."""

    conversation_id: str
    session_id: str
    message_id: str
    provider_id: str
    title: str
    is_group: bool
    sender_name: str | None
    preview: str
    created_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Popup:
    """One native notification; a newer one with the same key replaces it. `conversation_id` None: open the list.
    `sound`: whether it may be heard."""

    key: str
    title: str
    body: str
    conversation_id: str | None
    message_id: str | None
    sound: bool = True


class PopupShower(Protocol):
    """Whatever shows popups on this desktop."""

    def show(self, popup: Popup) -> None: ...

    def withdraw(self, key: str) -> None: ...


class NotificationPresenter:
    """`now_ms` is the wall clock, `minute_of_day` the local one; `later(seconds, call)` runs a call later;
    `is_watched(id)` tells whether a person is looking at that conversation right now; `choices` are the person's."""

    def __init__(
        self,
        *,
        shower: PopupShower,
        now_ms: Callable[[], int],
        later: Callable[[float, Callable[[], None]], object],
        is_watched: Callable[[str], bool],
        catalog: Catalog,
        choices: Callable[[], NotificationChoices],
        minute_of_day: Callable[[], int],
    ) -> None:
        self._shower = shower
        self._now_ms = now_ms
        self._later = later
        self._is_watched = is_watched
        self._catalog = catalog
        self._choices = choices
        self._minute_of_day = minute_of_day
        self._gathered: dict[str, list[Incoming]] = {}
        self._told: deque[str] = deque(maxlen=TOLD_REMEMBERED)

    def came_in(self, messages: Iterable[Incoming]) -> None:
        """New inbound messages; old ones (a catch-up after a night) and watched ones stay silent."""
        before = bool(self._gathered)
        for message in messages:
            if self._is_news(message):
                self._told.append(message.provider_id)
                self._gathered.setdefault(message.conversation_id, []).append(message)
        if self._gathered and not before:
            self._later(GATHER_SECONDS, self._show)

    def was_read(self, conversation_id: str) -> None:
        """Read here or elsewhere: nothing to tell any more."""
        self._gathered.pop(conversation_id, None)
        self._shower.withdraw(conversation_id)

    def close(self) -> None:
        """What is still gathered is not told any more."""
        self._gathered.clear()

    def _is_news(self, message: Incoming) -> bool:
        choices = self._choices()
        if choices.is_quiet(self._minute_of_day()) or choices.is_muted(message.conversation_id, message.session_id):
            return False
        is_fresh = self._now_ms() - message.created_at_ms <= FRESH_MS
        return is_fresh and message.provider_id not in self._told and not self._is_watched(message.conversation_id)

    def _show(self) -> None:
        gathered, self._gathered = self._gathered, {}
        choices = self._choices()
        if len(gathered) > MOST_AT_ONCE:
            count = sum(len(messages) for messages in gathered.values())
            title = self._catalog.say("Notification", "{messages} new messages in {chats} chats").format(
                messages=count, chats=len(gathered)
            )
            names = ", ".join(messages[-1].title for messages in list(gathered.values())[:MOST_AT_ONCE]) + " …"
            body = "" if choices.privacy == "nothing" else names
            self._shower.show(
                Popup(key="many", title=title, body=body, conversation_id=None, message_id=None, sound=choices.sound)
            )
            return
        for conversation_id, messages in gathered.items():
            self._shower.show(self._popup(conversation_id, messages, choices))

    def _popup(self, conversation_id: str, messages: list[Incoming], choices: NotificationChoices) -> Popup:
        newest = messages[-1]
        text = f"{newest.sender_name}: {newest.preview}" if newest.is_group and newest.sender_name else newest.preview
        return Popup(
            key=conversation_id,
            title=self._title(newest, len(messages), named=choices.privacy != "nothing"),
            body=text if choices.privacy == "full" else "",
            conversation_id=conversation_id,
            message_id=newest.message_id,
            sound=choices.sound,
        )

    def _title(self, newest: Incoming, count: int, *, named: bool) -> str:
        if not named:
            return self._catalog.count("Notification", "New message", "{count} new messages", count).format(count=count)
        if newest.is_group:
            said = self._catalog.count(
                "Notification", "New message in {group}", "{count} new messages in {group}", count
            )
            return said.format(group=newest.title, count=count)
        said = self._catalog.count("Notification", "New message from {name}", "{count} new messages from {name}", count)
        return said.format(name=newest.title, count=count)
