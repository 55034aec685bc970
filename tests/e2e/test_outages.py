"""Whatever breaks, the chats stay readable, and once it is whole again nothing is missing and nothing is doubled."""

from __future__ import annotations

from tests.e2e.cable import laid_to
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until

NO_CONNECTION = "No connection to the server. You can read and search; messages you write are sent later."
RECONNECT_SECONDS = 40.0
ANSWER = "Masih kak, silakan"


@scenario
async def test_while_the_server_is_away_and_after_it_is_back(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    dewi = stage.person("Dewi Lestari", "+6281200004712")
    await stage.has_talked(budi, ["Halo"])
    desk = await stage.open_desk()
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])
    titles = desk.titles()

    await stage.backend.stop()
    await becomes(desk.banner, NO_CONNECTION)
    assert desk.line().startswith("Reconnecting")
    stage.says(dewi, "Apakah ada promo?")
    stage.says(budi, "Masih ada?")
    desk.write(ANSWER)
    await becomes(lambda: desk.ticks(ANSWER), "queued")
    await becomes(lambda: desk.chats()[0].preview, ANSWER)
    assert sorted(desk.titles()) == sorted(titles)

    await stage.backend.start()
    await becomes(desk.line, "Live", seconds=RECONNECT_SECONDS)
    await becomes(desk.banner, "")
    await becomes(lambda: desk.ticks(ANSWER), "sent")
    await becomes(lambda: set(desk.texts()), {"Halo", "Masih ada?", ANSWER})
    await becomes(lambda: desk.unread("Dewi Lestari"), 1)
    assert len(desk.bubbles()) == 3
    assert [send.calls for send in stage.sent(ANSWER)] == [1]


@scenario
async def test_without_a_server_the_client_starts_with_the_same_list(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    desk = await stage.open_desk()
    await becomes(lambda: desk.unread("Budi Santoso"), 1)
    chats, numbers = desk.chats(), desk.numbers()
    await desk.close()
    await stage.backend.kill()

    await desk.open(live=False)
    assert desk.chats() == chats
    assert desk.numbers() == numbers
    await becomes(desk.banner, NO_CONNECTION)
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])


@scenario
async def test_when_only_the_realtime_connection_breaks_nothing_is_missed(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    dewi = stage.person("Dewi Lestari", "+6281200004712")
    said = [f"Pesan {place}" for place in range(12)]
    async with laid_to(stage.backend.port) as cable:
        desk = await stage.signed_in(realtime_port=cable.port)
        await desk.open()
        for body in said[:6]:
            stage.says(budi, body)
        await until(lambda: desk.unread("Budi Santoso"), "the first messages come live")
        cable.cut()
        for body in said[6:]:
            stage.says(budi, body)
        stage.says(dewi, "Apakah ada promo?")
        await becomes(desk.banner, NO_CONNECTION)
        await stage.settled()
        assert desk.chat("Dewi Lestari") is None

        cable.mend()
        await becomes(desk.line, "Live", seconds=RECONNECT_SECONDS)
        await becomes(lambda: (desk.unread("Budi Santoso"), desk.unread("Dewi Lestari")), (12, 1))
        desk.click_chat("Budi Santoso")
        await becomes(desk.texts, said)
        await desk.close()
