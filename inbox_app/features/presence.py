"""Two agents, one chat: tells the other desks what is open here, and shows who else looks at it or writes in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from ui.conversation.rows import OthersRow
from wire.realtime import PRESENCE_SECONDS, Presence

GONE_SECONDS = 2.5 * PRESENCE_SECONDS
"""A desk that was not heard of for so long is switched off, or away from the network."""

WRITING_SECONDS = 5.0
"""After the last letter."""


class PresenceView(Protocol):
    """The open conversation."""

    def show_others(self, others: OthersRow) -> None: ...


class Cancellable(Protocol):
    """A call that was put off."""

    def cancel(self) -> None: ...


class PresencePresenter:
    """`me` is this desk with no chat open; `tell` sends to the other desks. `clock` gives seconds (monotonic)."""

    def __init__(
        self,
        *,
        view: PresenceView,
        me: Presence,
        tell: Callable[[Presence], None],
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], Cancellable],
    ) -> None:
        self._view = view
        self._mine = me
        self._tell = tell
        self._clock = clock
        self._later = later
        self._others: dict[str, tuple[Presence, float]] = {}
        self._shown = OthersRow()
        self._written_at = -WRITING_SECONDS
        self._timer: Cancellable | None = None

    def open(self, conversation_id: str | None) -> None:
        """Another chat is open here, or none."""
        self._written_at = -WRITING_SECONDS
        self._say(replace(self._mine, conversation_id=conversation_id, is_writing=False))
        self._show()

    def typed(self) -> None:
        """Letters were typed in the open chat."""
        self._written_at = self._clock()
        if not self._mine.is_writing and self._mine.conversation_id is not None:
            self._say(replace(self._mine, is_writing=True))

    def sent(self) -> None:
        """What was written is on its way."""
        self._written_at = -WRITING_SECONDS
        if self._mine.is_writing:
            self._say(replace(self._mine, is_writing=False))

    def heard(self, presence: Presence) -> None:
        """Another desk tells of itself."""
        if presence.desk != self._mine.desk:
            self._others[presence.desk] = (presence, self._clock())
            self._show()

    def line_changed(self, *, live: bool) -> None:
        """With the line back, the others learn at once where this desk is."""
        if live:
            self._say(self._mine)

    def close(self) -> None:
        """The others are told that nothing is open here."""
        self._stop()
        self._tell(replace(self._mine, conversation_id=None, is_writing=False))

    def _say(self, mine: Presence) -> None:
        self._mine = mine
        self._tell(mine)
        self._stop()
        self._timer = self._later(WRITING_SECONDS if mine.is_writing else PRESENCE_SECONDS, self._again)

    def _again(self) -> None:
        is_writing = self._mine.is_writing and self._clock() - self._written_at < WRITING_SECONDS
        mine = replace(self._mine, is_writing=is_writing)
        if mine != self._mine or mine.conversation_id is not None:
            self._say(mine)
        else:
            self._timer = self._later(PRESENCE_SECONDS, self._again)
        self._show()

    def _show(self) -> None:
        now, here = self._clock(), self._mine.conversation_id
        self._others = {desk: held for desk, held in self._others.items() if now - held[1] < GONE_SECONDS}
        present = [each for each, _ in self._others.values() if here is not None and each.conversation_id == here]
        writing = dict.fromkeys(each.user_name for each in present if each.is_writing)
        looking = dict.fromkeys(each.user_name for each in present if each.user_name not in writing)
        others = OthersRow(writing=tuple(writing), looking=tuple(looking))
        if others != self._shown:
            self._shown = others
            self._view.show_others(others)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
