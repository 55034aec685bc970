"""Reading: the badge goes everywhere when the messages were seen, and older ones come when scrolled to."""

from __future__ import annotations

from functools import partial

from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until

LOADED_AT_FIRST = 50


@scenario
async def test_seeing_the_messages_clears_the_badge_here_and_on_the_other_desk(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    here, there = await stage.open_desk(), await stage.open_desk()
    _, *numbers = here.numbers()
    for body in ("Halo", "Masih ada?", "Saya tunggu"):
        stage.says(budi, body)
    for desk in (here, there):
        await becomes(partial(desk.unread, "Budi Santoso"), 3)
        await becomes(desk.window.windowTitle, "(3) Inbox")

    await here.come_to_front()
    here.click_chat("Budi Santoso")
    await becomes(here.texts, ["Halo", "Masih ada?", "Saya tunggu"])
    for desk in (here, there):
        await becomes(partial(desk.unread, "Budi Santoso"), 0)
        await becomes(desk.window.windowTitle, "Inbox")
        await becomes(desk.numbers, ["All Conversations", *numbers])


@scenario
async def test_scrolling_up_brings_the_older_messages(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    said = [f"Pesan {place}" for place in range(120)]
    await stage.has_talked(budi, said)
    desk = await stage.open_desk()
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, said[-LOADED_AT_FIRST:])

    for loaded in (100, 120):
        desk.scroll_up()
        await becomes(desk.texts, said[-loaded:])


@scenario
async def test_two_agents_in_one_chat_see_each_other(stage: Stage) -> None:
    desk, other = await stage.open_desk(), await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    for each in (desk, other):
        await becomes(lambda each=each: each.titles()[0], "Budi Santoso")  # type: ignore[misc]  # the loop's own
        each.click_chat("Budi Santoso")
        await becomes(each.texts, ["Halo"])
    await until(lambda: "looking at this chat too" in other.others(), "who else is here", seen=other.others)
    desk.begin("Baik")
    await until(lambda: "writing an answer" in other.others(), "who writes", seen=other.others)
    await desk.close()
    await becomes(other.others, "")
