"""Popups on a real notification daemon: shown, replaced, withdrawn, clicked; and a desktop that has none."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from inbox_app.desktop.notifier import RETRY_SECONDS, NativeNotifier
from inbox_app.features.notifications import Popup
from inbox_app.tasks import Tasks
from resources.locate import app_icon_file, sound_file
from tests.e2e.desktop import showing_popups
from tests.e2e.dunst import Dunst
from tests.e2e.needed import need
from tests.e2e.waiting import until
from tests.inbox_app.desktop.session import running_bus


class Desk:
    """A notifier, and what it did."""

    def __init__(self) -> None:
        self.now = 0.0
        self.beeps = 0
        self.clicked: list[tuple[str | None, str | None]] = []
        self.failures: list[str] = []
        self.tasks = Tasks(lambda name, error: self.failures.append(f"{name}: {error!r}"))
        self.notifier = NativeNotifier(
            app_name="WhatsApp Inbox",
            sound=sound_file("message"),
            icon=app_icon_file(),
            tasks=self.tasks,
            clock=lambda: self.now,
            beep=self._beep,
            on_click=lambda conversation_id, message_id: self.clicked.append((conversation_id, message_id)),
        )

    def _beep(self) -> None:
        self.beeps += 1

    def show(self, body: str, *, chat: str = "c1") -> None:
        self.notifier.show(
            Popup(key=chat, title=f"New message from {chat}", body=body, conversation_id=chat, message_id=f"m-{chat}")
        )

    async def close(self) -> None:
        await self.notifier.close()
        await self.tasks.close()


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Closed at the end: nothing failed, and no connection to the bus is left."""
    sockets = _sockets()
    desk = Desk()
    yield desk
    await desk.close()
    assert desk.failures == []
    assert _sockets() <= sockets


def _sockets() -> set[str]:
    """This process's open sockets."""
    found = set()
    for entry in os.scandir("/proc/self/fd"):
        try:
            target = os.readlink(entry.path)
        except FileNotFoundError:
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


async def displayed(dunst: Dunst, count: int) -> None:
    await until(lambda: dunst.count("displayed") == count, f"{count} popups", seen=lambda: dunst.count("displayed"))


async def test_a_popup_is_shown_and_its_text_is_only_text(dunst: Dunst, desk: Desk) -> None:
    await until(dunst.answers, "dunst runs")
    desk.show("Masih ada <b>tebal</b> & <img src=x>?")
    await until(lambda: desk.notifier.counts.shown == 1, "a popup")
    await displayed(dunst, 1)
    assert (desk.notifier.counts.asked, desk.beeps) == (1, 0)
    desk.notifier.withdraw("c1")
    await displayed(dunst, 0)
    [(title, body)] = dunst.history()
    assert title == "New message from c1"
    assert body == "Masih ada &lt;b&gt;tebal&lt;/b&gt; &amp; &lt;img src=x&gt;?", "this daemon understands markup"


async def test_a_newer_popup_of_the_same_chat_takes_the_olders_place(dunst: Dunst, desk: Desk) -> None:
    await until(dunst.answers, "dunst runs")
    for body in ("satu", "dua", "tiga"):
        desk.show(body)
    desk.show("lain", chat="c2")
    await until(lambda: desk.notifier.counts.shown == 4, "all were shown")
    await displayed(dunst, 2)
    assert [body for _, body in dunst.history()] == ["dua", "satu"]


async def test_a_popup_withdrawn_before_it_was_shown_does_not_appear(session_bus: None, desk: Desk) -> None:
    async with showing_popups() as service:
        desk.show("dibaca di tempat lain")
        desk.notifier.withdraw("c1")
        desk.show("yang ini", chat="c2")
        await until(lambda: "New message from c2" in service.titles(), "the other")
        assert [popup.body for popup in service.shown] == ["yang ini"]


async def test_a_click_names_the_chat_and_the_message(dunst: Dunst, desk: Desk) -> None:
    await until(dunst.answers, "dunst runs")
    desk.show("Halo")
    await until(lambda: desk.notifier.counts.shown == 1, "a popup")
    dunst.click()
    await until(lambda: desk.clicked == [("c1", "m-c1")], "the click", seen=lambda: desk.clicked)
    await displayed(dunst, 0)


async def test_popups_do_not_outlive_the_program(dunst: Dunst, desk: Desk) -> None:
    await until(dunst.answers, "dunst runs")
    desk.show("satu")
    desk.show("dua", chat="c2")
    await displayed(dunst, 2)
    desk.show("tiga", chat="c3")
    await desk.close()
    await displayed(dunst, 0)


@pytest.mark.parametrize("what_is_missing", ["bus", "service"])
async def test_a_desktop_that_shows_no_popups_beeps_and_is_left_alone_for_a_while(
    desk: Desk,
    what_is_missing: str,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
    if what_is_missing == "service":
        request.getfixturevalue("session_bus")
    for _ in range(5):
        desk.show("Halo")
    await until(lambda: desk.beeps == 5, "a beep each", seen=lambda: desk.beeps)
    assert (desk.notifier.counts.asked, desk.notifier.counts.shown) == (5, 0)
    complaints = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(complaints) == 1, "said once, without a trace each"
    assert complaints[0].exc_info is None
    desk.now += RETRY_SECONDS
    desk.show("Halo")
    await until(lambda: desk.beeps == 6, "tried again")
    assert len([record for record in caplog.records if record.levelno >= logging.WARNING]) == 2


async def test_a_daemon_that_comes_later_is_found(start_dunst: Callable[[], Dunst], desk: Desk) -> None:
    desk.show("terlalu dini")
    await until(lambda: desk.beeps == 1, "a beep")
    dunst = start_dunst()
    await until(dunst.answers, "dunst runs")
    desk.now += RETRY_SECONDS
    desk.show("sekarang")
    await displayed(dunst, 1)


async def test_a_bus_that_ends_with_the_session_is_no_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    need("dbus-daemon")
    with running_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        async with showing_popups() as service:
            desk.show("Halo")
            await until(lambda: desk.notifier.counts.shown == 1, "a popup")
            assert service.titles() == ["New message from c1"]
    for _ in range(2):
        await asyncio.sleep(0)  # a turn of the loop, in which the end of the bus is heard
    desk.notifier.withdraw("c1")
    desk.show("masih di sini?", chat="c2")
    await until(lambda: desk.beeps == 1, "a beep instead")


def test_closing_twice_and_without_any_popup_is_fine() -> None:
    async def scenario() -> None:
        desk = Desk()
        await desk.close()
        await desk.close()

    asyncio.run(scenario())
