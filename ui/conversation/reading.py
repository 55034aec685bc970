"""Knows what the reader has seen: reports it, counts what is new below, and draws the line above what came unseen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from ui.conversation.model import MessageModel
from ui.conversation.view import MessageView

WATCHED: Final = (
    QEvent.Type.WindowActivate,
    QEvent.Type.WindowDeactivate,
    QEvent.Type.Show,
    QEvent.Type.Hide,
)
DWELL_MS: Final = 250
"""How long a message stands in sight before it counts as read: flying past is not reading."""


class Reading(QObject):
    """Watches one view. `read_up_to` carries the message id of the newest inbound message that was really seen;
    `below_changed` whether the view is away from its end, and how many inbound messages below were never in sight."""

    read_up_to = Signal(str)
    below_changed = Signal(bool, int)

    def __init__(self, view: MessageView, model: MessageModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._model = model
        self._reported: str | None = None
        self._seen: str | None = None
        self._below = (False, 0)
        self._counted = (0, -1, 0)
        self._line_grows = False
        self._dwell = QTimer(self)
        self._dwell.setSingleShot(True)
        self._dwell.setInterval(DWELL_MS)
        self._dwell.timeout.connect(self._report)
        view.moved.connect(self.look)
        view.installEventFilter(self)

    def start(self) -> None:
        """Another conversation was opened."""
        self._reported = self._seen = None
        self._counted = (0, -1, 0)
        self._line_grows = False
        self._dwell.stop()
        self.look()

    def arrived(self, keys: list[str]) -> None:
        """Inbound messages came in, oldest first, and are in the model: what nobody sees gets the line above it."""
        if not keys:
            return
        newest = self._model.position(keys[-1])
        if newest is not None and self._is_watched():
            self._view.announce(newest)
        if self._is_watched() and self._view.follows:
            return
        if self._model.divider_key is None:
            self._model.divide(keys[0], len(keys))
            self._line_grows = True
        elif self._line_grows:
            self._model.divide(self._model.divider_key, self._model.divider_count + len(keys))

    def answered(self) -> None:
        """The reader wrote something: nothing above is new any more."""
        self._model.divide(None, 0)
        self._line_grows = False

    def look(self) -> None:
        """See what is in sight now."""
        first, last = self._view.rows_in_sight()
        if last < first:
            self._tell_below(False, 0)
            return
        seen = self._model.position(self._seen) if self._seen is not None else None
        if seen is None or last > seen:
            self._seen, seen = self._model.placed(last).row.key, last
        away = not self._view.follows
        self._tell_below(away, self._new_below(seen) if away else 0)
        if self._is_watched() and self._newest_read() is not None:
            if not self._dwell.isActive():
                self._dwell.start()
        else:
            self._dwell.stop()

    def _new_below(self, seen: int) -> int:
        """Inbound messages below the last one that was in sight; each scroll looks only at what it passed."""
        count = self._model.rowCount()
        counted_to, of, new = self._counted
        if of == count and counted_to <= seen:
            new -= self._inbound(counted_to + 1, seen + 1)
        else:
            new = self._inbound(seen + 1, count)
        self._counted = (seen, count, new)
        return new

    def _inbound(self, first: int, end: int) -> int:
        return sum(not self._model.placed(row).row.outbound for row in range(first, end))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in WATCHED:
            self.look()
        return False

    def _tell_below(self, away: bool, new: int) -> None:
        if (away, new) != self._below:
            self._below = (away, new)
            self.below_changed.emit(away, new)

    def _is_watched(self) -> bool:
        window = self._view.window()
        return self._view.isVisible() and window.isActiveWindow() and not window.isMinimized()

    def _newest_read(self) -> str | None:
        """The newest inbound message in sight to its end and newer than the one reported; its key."""
        first, last = self._view.rows_in_sight()
        reported = self._model.position(self._reported) if self._reported is not None else None
        for row in range(last, max(first - 1, -1 if reported is None else reported), -1):
            message = self._model.placed(row).row
            if not message.outbound and message.message_id is not None and self._view.is_seen_to_its_end(row):
                return message.key
        return None

    def _report(self) -> None:
        key = self._newest_read() if self._is_watched() else None
        row = self._model.position(key) if key is not None else None
        if key is None or row is None:
            return
        self._reported = key
        self._line_grows = False
        message_id = self._model.placed(row).row.message_id
        if message_id is not None:
            self.read_up_to.emit(message_id)
