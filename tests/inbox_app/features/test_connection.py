"""The line above the list: it counts down, and does not flicker."""

from __future__ import annotations

from collections.abc import Callable

from inbox_app.features.connection import ConnectionPresenter
from inbox_app.sync.engine import Line
from ui.connection.rows import ConnectionRow


class Timer:
    """One call that was put off."""

    def __init__(self, due: float, call: Callable[[], None]) -> None:
        self.due = due
        self.call = call
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Desk:
    """A clock that a test turns, and the view."""

    def __init__(self) -> None:
        self.now = 100.0
        self.shown: list[ConnectionRow] = []
        self._timers: list[Timer] = []

    def show_connection(self, row: ConnectionRow) -> None:
        self.shown.append(row)

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        self._timers.append(Timer(self.now + seconds, call))
        return self._timers[-1]

    def pass_time(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [timer for timer in self._timers if timer.due <= end]:
            timer = min(due, key=lambda each: each.due)
            self._timers.remove(timer)
            if not timer.cancelled:
                self.now = timer.due
                timer.call()
        self.now = end


def presenter(desk: Desk) -> ConnectionPresenter:
    return ConnectionPresenter(view=desk, clock=lambda: desk.now, later=desk.later)


def test_it_counts_down_to_the_next_try() -> None:
    desk = Desk()
    presenter(desk).line_changed(Line(kind="reconnecting", retry_at=104.0))
    desk.pass_time(2.0)
    assert [row.seconds for row in desk.shown] == [4, 3, 2]


def test_the_countdown_ends_with_the_waiting() -> None:
    desk = Desk()
    shown = presenter(desk)
    shown.line_changed(Line(kind="reconnecting", retry_at=104.0))
    shown.line_changed(Line(kind="live"))
    desk.pass_time(10.0)
    assert [row.kind for row in desk.shown] == ["reconnecting", "live"]


def test_a_short_pull_between_two_live_moments_does_not_flicker() -> None:
    desk = Desk()
    shown = presenter(desk)
    shown.line_changed(Line(kind="live"))
    shown.line_changed(Line(kind="catching_up"))
    desk.pass_time(0.2)
    shown.line_changed(Line(kind="live"))
    desk.pass_time(5.0)
    assert [row.kind for row in desk.shown] == ["live", "live"]


def test_a_long_pull_says_so() -> None:
    desk = Desk()
    shown = presenter(desk)
    shown.line_changed(Line(kind="live"))
    shown.line_changed(Line(kind="catching_up"))
    desk.pass_time(1.0)
    assert [row.kind for row in desk.shown] == ["live", "catching_up"]


def test_a_refusal_is_shown_with_its_reason() -> None:
    desk = Desk()
    presenter(desk).line_changed(Line(kind="refused", reason="This app is disabled on the server"))
    assert desk.shown == [ConnectionRow(kind="refused", reason="This app is disabled on the server")]
