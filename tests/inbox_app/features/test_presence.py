"""Who else is in the chat that is open here; nobody stays for ever, and nothing is told of what is not open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from inbox_app.features.presence import GONE_SECONDS, PresencePresenter
from ui.conversation.rows import OthersRow
from wire.realtime import PRESENCE_SECONDS, Presence

ME = Presence(desk="d1", user_id="1", user_name="Sari")
BUDI = Presence(desk="d2", user_id="2", user_name="Budi", conversation_id="c1")


class Call:
    """Put off until a moment."""

    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call = call
        self.is_wanted = True

    def cancel(self) -> None:
        self.is_wanted = False


class Desk:
    """A clock that a test moves, what was told, and what is shown."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[Presence] = []
        self.shown = OthersRow()
        self._calls: list[Call] = []
        self.presenter = PresencePresenter(
            view=self, me=ME, tell=self.told.append, clock=lambda: self.now, later=self._later
        )

    def show_others(self, others: OthersRow) -> None:
        self.shown = others

    def _later(self, seconds: float, call: Callable[[], None]) -> Call:
        self._calls.append(Call(self.now + seconds, call))
        return self._calls[-1]

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [each for each in self._calls if each.is_wanted and each.at <= end]:
            first = min(due, key=lambda each: each.at)
            self._calls.remove(first)
            self.now = first.at
            first.call()
        self.now = end


def test_the_others_learn_what_is_open_again_and_again() -> None:
    desk = Desk()
    desk.presenter.open("c1")
    desk.wait(2 * PRESENCE_SECONDS)
    assert [each.conversation_id for each in desk.told] == ["c1"] * 3
    desk.presenter.open(None)
    desk.wait(5 * PRESENCE_SECONDS)
    assert [each.conversation_id for each in desk.told[3:]] == [None], "of nothing there is nothing to repeat"


def test_writing_is_told_once_and_ends_by_itself_or_with_the_message() -> None:
    desk = Desk()
    desk.presenter.open("c1")
    for _ in range(4):
        desk.presenter.typed()
        desk.wait(1)
    assert [each.is_writing for each in desk.told] == [False, True]
    desk.wait(PRESENCE_SECONDS)
    assert not desk.told[-1].is_writing
    desk.presenter.typed()
    desk.presenter.sent()
    assert [each.is_writing for each in desk.told[-2:]] == [True, False]


def test_only_those_in_the_open_chat_are_shown_and_nobody_for_ever() -> None:
    desk = Desk()
    desk.presenter.heard(BUDI)
    assert desk.shown == OthersRow()
    desk.presenter.open("c1")
    assert desk.shown == OthersRow(looking=("Budi",))
    desk.presenter.heard(replace(BUDI, is_writing=True))
    desk.presenter.heard(replace(BUDI, desk="d3"))
    assert desk.shown == OthersRow(writing=("Budi",)), "one person at two desks is one person"
    desk.presenter.heard(replace(BUDI, desk="d3", conversation_id="c2"))
    desk.presenter.heard(replace(BUDI, conversation_id="c2"))
    assert desk.shown == OthersRow()
    desk.presenter.heard(BUDI)
    desk.wait(GONE_SECONDS + PRESENCE_SECONDS)
    assert desk.shown == OthersRow()


def test_ones_own_voice_is_not_another() -> None:
    desk = Desk()
    desk.presenter.open("c1")
    desk.presenter.heard(desk.told[0])
    assert desk.shown == OthersRow()


def test_with_the_line_back_the_others_learn_at_once() -> None:
    desk = Desk()
    desk.presenter.open("c1")
    desk.presenter.line_changed(live=False)
    desk.presenter.line_changed(live=True)
    assert [each.conversation_id for each in desk.told] == ["c1", "c1"]
