"""Says how the line to the server stands, with a countdown while it waits to try again."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from inbox_app.sync.engine import Line
from ui.connection.rows import ConnectionRow

TICK_SECONDS = 1.0
STEADY_SECONDS = 0.5


class ConnectionView(Protocol):
    """Whatever shows the state of the line."""

    def show_connection(self, row: ConnectionRow) -> None: ...


class Cancellable(Protocol):
    """A call that was put off."""

    def cancel(self) -> None: ...


class ConnectionPresenter:
    """`clock` is the engine's; `later(seconds, call)` runs a call later and can be cancelled."""

    def __init__(
        self,
        *,
        view: ConnectionView,
        clock: Callable[[], float],
        later: Callable[[float, Callable[[], None]], Cancellable],
    ) -> None:
        self._view = view
        self._clock = clock
        self._later = later
        self._line = Line(kind="offline")
        self._timer: Cancellable | None = None

    def line_changed(self, line: Line) -> None:
        """A pull that is over within half a second is not worth a flicker from Live and back."""
        was_live = self._line.kind == "live"
        self._line = line
        self._stop()
        if line.kind == "catching_up" and was_live:
            self._timer = self._later(STEADY_SECONDS, self._show)
        else:
            self._show()

    def close(self) -> None:
        """Stops the countdown."""
        self._stop()

    def _show(self) -> None:
        self._stop()
        line = self._line
        seconds: int | None = None
        if line.kind == "reconnecting" and line.retry_at is not None:
            seconds = max(0, math.ceil(line.retry_at - self._clock()))
            self._timer = self._later(TICK_SECONDS, self._show)
        kind = "refused" if line.kind == "signed_out" else line.kind
        self._view.show_connection(ConnectionRow(kind=kind, seconds=seconds, reason=line.reason))

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
