"""The list is narrowed to a number, or to what is searched for, and widened again."""

from __future__ import annotations

from tests.e2e.offscreen import no_complaint
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes

pytestmark = no_complaint

PUSAT, LAYANAN = "+62 812-3456-7890 (WhatsApp Web.js)", "+62 811-2233-4412 (Meta API)"


@scenario
async def test_filtering_by_number_shows_its_chats_only_and_counts_all(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711", number=0)
    dewi = stage.person("Dewi Lestari", "+6281200004712", number=1)
    await stage.has_talked(budi, ["Terima kasih"])
    await stage.has_talked(dewi, ["Sampai jumpa"], from_us=True)
    desk = await stage.open_desk()
    everywhere = len(desk.chats())
    assert desk.numbers() == ["All Conversations", PUSAT, LAYANAN]

    desk.choose_number(+1)
    pusat = stage.team.numbers[0]
    there = sum(pusat in room.numbers for room in stage.simulator.world.rooms)
    await becomes(lambda: len(desk.chats()), there)
    assert {chat.number for chat in desk.chats()} == {"··7890"}

    stage.says(dewi, "Apakah ada promo?")
    await becomes(desk.numbers, ["All Conversations (1 unread)", PUSAT, f"{LAYANAN} (1 unread)"])
    stage.says(budi, "Halo")
    await becomes(lambda: desk.unread("Budi Santoso"), 1)
    assert desk.chat("Dewi Lestari") is None
    await becomes(desk.numbers, ["All Conversations (2 unread)", f"{PUSAT} (1 unread)", f"{LAYANAN} (1 unread)"])

    desk.choose_number(-1)
    await becomes(lambda: len(desk.chats()), everywhere)
    assert set(desk.titles()[:2]) == {"Budi Santoso", "Dewi Lestari"}


@scenario
async def test_searching_by_name_number_and_group(stage: Stage) -> None:
    budi = stage.person("Budi Santoso", "+6281200004711")
    group = stage.group("Reseller Bandung", ["Dewi Lestari", "Joko Susilo"])
    await stage.has_talked(budi, ["Terima kasih"])
    await stage.has_talked(group, ["Selamat pagi semua"])
    desk = await stage.open_desk()
    everybody = desk.titles()

    desk.search("santoso bu")
    await becomes(desk.titles, ["Budi Santoso"])
    desk.search("812 0000 4711")
    await becomes(desk.titles, ["Budi Santoso"])
    desk.search("reseller band")
    await becomes(desk.titles, ["Reseller Bandung"])
    desk.search("nobody has this name")
    await becomes(desk.titles, [])
    desk.escape()
    await becomes(desk.titles, everybody)
