"""An agent changes the language in the middle of work, and goes on where they were."""

from __future__ import annotations

from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes


@scenario
async def test_the_window_speaks_another_language_and_nothing_is_lost(stage: Stage) -> None:
    desk = await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    await becomes(lambda: desk.titles()[0], "Budi Santoso")
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])
    desk.begin("Besok saya")

    await desk.choose_language("id")
    await becomes(desk.line, "Terhubung")
    await becomes(desk.texts, ["Halo"])
    assert desk.draft() == "Besok saya"
    assert desk.window.chats.search.placeholderText() == "Cari obrolan"

    await desk.close()
    await desk.open(live=False)
    await becomes(desk.line, "Terhubung")
    await desk.choose_language("en")
    await becomes(desk.line, "Live")
