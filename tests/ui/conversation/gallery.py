"""Draws the conversation in all its states, to be looked at beside the design's picture.

`python -m tests.ui.conversation.gallery OUTDIR` writes one PNG per state and theme.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from tests.ui.conversation import examples
from ui.conversation.details import DetailsPane
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import MessageRow
from ui.theme.avatar import AvatarPainter
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

WIDTH, HEIGHT = 672, 860


class Studio:
    """Makes panes of one theme and takes their picture."""

    def __init__(self, app: QApplication, out: Path) -> None:
        self._app = app
        self._out = out
        self.theme = Theme(app, mode="light")
        self.icons = Icons()
        self.avatars = AvatarPainter(self.theme, self.icons)
        self.clock = DayClock(lambda: examples.NOW)

    def pane(self) -> ConversationPane:
        pane = ConversationPane(self.theme, self.icons, self.avatars, self.clock)
        pane.show_conversation(examples.header())
        pane.set_sending_from("+62 812-3456-7890", None, True, "")
        return pane

    def take(self, name: str, widget: QWidget, width: int = WIDTH, height: int = HEIGHT) -> None:
        widget.resize(width, height)
        widget.show()
        for _ in range(5):
            self._app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        widget.grab().save(str(self._out / f"{name}-{self.theme.palette.name}.png"))
        widget.close()
        widget.deleteLater()
        self._app.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def conversation(
        self,
        name: str,
        rows: Sequence[MessageRow],
        width: int = WIDTH,
        height: int = HEIGHT,
        first_unread: str | None = None,
    ) -> None:
        pane = self.pane()
        pane.resize(width, height)
        pane.show()
        pane.show_messages(rows, more_above=False, first_unread_key=first_unread)
        self.take(name, pane, width, height)


def mockup(studio: Studio, name: str = "mockup", width: int = 936) -> None:
    """The design's picture: conversation and details."""
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    pane, details = studio.pane(), DetailsPane(studio.theme, studio.avatars)
    row.addWidget(pane, 1)
    row.addWidget(details)
    details.show_details(examples.details())
    whole.resize(width, HEIGHT)
    whole.show()
    rows = examples.mockup()
    pane.show_messages(rows, more_above=False, first_unread_key="k4")
    pane.view.verticalScrollBar().setValue(0)
    studio.take(name, whole, width)


def states(studio: Studio) -> None:
    studio.conversation("states", examples.states(), height=1000)


def hostile(studio: Studio) -> None:
    studio.conversation("hostile", examples.hostile(), height=1000)


def long_text(studio: Studio) -> None:
    studio.conversation("long-text", [examples.long_text()])


def narrow(studio: Studio) -> None:
    studio.conversation("narrow", examples.mockup()[:5], width=520)
    studio.conversation("narrow-states", examples.states(), width=400)


def empty(studio: Studio) -> None:
    studio.conversation("empty", [])


def closed(studio: Studio) -> None:
    pane = studio.pane()
    pane.set_sending_from("+62 812-3456-7890", "Toko", False, "This number was removed. Nothing can be sent over it.")
    pane.show_messages(examples.mockup()[:3], more_above=False)
    studio.take("closed", pane)


def nothing_open(studio: Studio) -> None:
    pane = studio.pane()
    pane.clear()
    studio.take("nothing-open", pane)


def writing(studio: Studio) -> None:
    pane = studio.pane()
    pane.show_messages(examples.mockup()[:3], more_above=False)
    pane.set_draft("\n".join(f"line {number} of what I write" for number in range(12)))
    pane.focus_composer()
    studio.take("writing", pane)


def large_text(studio: Studio) -> None:
    studio.theme.set_text_scale(2.0)
    mockup(studio, "large-mockup", 1300)
    studio.conversation("large-states", examples.states(), width=1000, height=1600)
    studio.conversation("large-narrow", examples.mockup()[:5], width=520, height=1000)
    studio.theme.set_text_scale(1.0)


SCENES: Sequence[Callable[[Studio], None]] = (
    states, hostile, long_text, narrow, empty, closed, nothing_open, writing, large_text, mockup
)  # fmt: skip


def main(out: Path) -> None:
    """Draw every scene in both themes into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    studio = Studio(app, out)
    for dark in (False, True):
        studio.theme.set_mode("dark" if dark else "light")
        for scene in SCENES:
            scene(studio)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
