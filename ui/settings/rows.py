"""What can be set, and what the settings tell: facts only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Privacy = Literal["full", "name", "nothing"]
PRIVACIES: Final[tuple[Privacy, ...]] = ("full", "name", "nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationChoices:
    """When and how new messages are told. `quiet_from` and `quiet_to` are minutes after midnight, equal for no quiet
    hours; `privacy` says what others may read on the screen: name and text, the name, or neither."""

    do_not_disturb: bool = False
    quiet_from: int = 0
    quiet_to: int = 0
    privacy: Privacy = "full"
    sound: bool = True
    muted_numbers: frozenset[str] = frozenset()
    muted_chats: frozenset[str] = frozenset()

    def is_quiet(self, minute_of_day: int) -> bool:
        """Whether nothing is told at this time of day; quiet hours may go over midnight."""
        if self.do_not_disturb:
            return True
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= minute_of_day < self.quiet_to
        return minute_of_day >= self.quiet_from or minute_of_day < self.quiet_to

    def is_muted(self, conversation_id: str, session_id: str) -> bool:
        """Whether a chat, or the number that it runs over, is silent."""
        return conversation_id in self.muted_chats or session_id in self.muted_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """Who is signed in, and where."""

    name: str
    email: str
    role: str
    workspace: str
    server: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageRow:
    """What this computer keeps; sizes in bytes."""

    folder: str
    cache_bytes: int
    outbox_bytes: int
    unsent: int
