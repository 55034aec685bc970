"""Popups: for what nobody is looking at, and a way to it."""

from __future__ import annotations

from tests.e2e.desktop import Desktop
from tests.e2e.dunst import Dunst
from tests.e2e.offscreen import no_complaint
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until

pytestmark = no_complaint


@scenario
async def test_a_popup_tells_of_a_chat_that_is_not_open_and_a_click_opens_it(desktop: Desktop, stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    group = stage.group("Reseller Bandung", ["Dewi Lestari", "Joko Susilo"])
    await stage.has_talked(budi, ["Halo"])
    desk = await stage.open_desk()
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])

    stage.says(budi, "Masih ada?")
    await becomes(desk.texts, ["Halo", "Masih ada?"])
    stage.says(group, "Kapan dikirim?", member=1)
    await becomes(desktop.titles, ["New message in Reseller Bandung"])
    [popup] = desktop.shown
    assert popup.body == "Joko Susilo: Kapan dikirim?"
    assert "sound-file" in popup.hints

    await desk.has_shown_popups(1)
    desktop.click("New message in Reseller Bandung")
    await becomes(desk.texts, ["Kapan dikirim?"])
    assert desk.window.isActiveWindow()
    await becomes(lambda: desk.unread("Reseller Bandung"), 0)
    assert desktop.popups == []


@scenario
async def test_a_popup_goes_when_its_chat_was_read_on_another_desk(desktop: Desktop, stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    here, there = await stage.open_desk(), await stage.open_desk()
    stage.says(budi, "Halo")
    await becomes(desktop.titles, ["New message from Budi Santoso"] * 2)
    await here.come_to_front()
    here.click_chat("Budi Santoso")
    await becomes(lambda: there.unread("Budi Santoso"), 0)
    await becomes(desktop.titles, [])


@scenario
async def test_a_real_notification_daemon_shows_the_popup_and_hands_the_click_back(dunst: Dunst, stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    desk = await stage.open_desk()
    await until(dunst.answers, "dunst runs")

    stage.says(budi, "Masih ada <b>?")
    await desk.has_shown_popups(1)
    await until(lambda: dunst.count("displayed") == 1, "the popup is on the screen")
    dunst.click()
    await becomes(desk.texts, ["Masih ada <b>?"])
    dunst.close_all()
    assert dunst.history() == [("New message from Budi Santoso", "Masih ada &lt;b&gt;?")]
