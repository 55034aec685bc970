"""The palette finds the newest chats at once, and any other by its words."""

from __future__ import annotations

from collections.abc import Sequence

from inbox_app.features.palette import NEWEST, PalettePresenter
from tests.e2e.waiting import until
from tests.inbox_app.features.room import Room
from tests.local_cache import rows
from ui.palette.rows import PaletteEntry


class Screen:
    """What the palette was given last."""

    def __init__(self) -> None:
        self.chats: Sequence[PaletteEntry] = ()

    def show_chats(self, chats: Sequence[PaletteEntry]) -> None:
        self.chats = chats

    @property
    def titles(self) -> list[str]:
        return [chat.title for chat in self.chats]


async def test_the_newest_come_at_once_and_old_ones_when_asked_for(room: Room) -> None:
    chats = [rows.conversation(f"c{number}", minutes=number) for number in range(NEWEST + 5)]
    people = [rows.contact(f"of-c{number}", f"Orang {number}", f"+6281{number:07}") for number in range(NEWEST + 5)]
    await room.fill(conversations=chats, contacts=people)
    screen = Screen()
    palette = PalettePresenter(cache=room.cache, view=screen, tasks=room.tasks)
    palette.search("")
    assert len(screen.chats) == NEWEST
    assert screen.titles[0] == f"Orang {NEWEST + 4}"
    assert screen.chats[0].detail.startswith("+62 81")
    palette.search("orang 3")
    palette.search("orang 2")
    await until(lambda: "Orang 2" in screen.titles, "an old chat is found", seen=lambda: screen.titles[-3:])
    assert "Orang 3" not in screen.titles, "only the last question is answered"
