"""What agents write goes out once, and the bubble tells how far it has come."""

from __future__ import annotations

from simulator.events import ACK_DEVICE, ACK_READ
from simulator.faults import Fault
from tests.e2e.scenario import scenario
from tests.e2e.stage import Stage
from tests.e2e.waiting import becomes, until
from ui.conversation.layout import Spot

ANSWER = "Baik kak, kami cek dulu"


@scenario
async def test_an_answer_appears_at_once_gets_its_ticks_and_goes_out_once(stage: Stage) -> None:
    desk = await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    await becomes(lambda: desk.titles()[0], "Budi Santoso")
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])

    desk.write(ANSWER)
    await until(lambda: desk.bubble(ANSWER), "the bubble appears", seconds=2.0)
    await becomes(lambda: desk.ticks(ANSWER), "sent")
    stage.receipt(ANSWER, ACK_DEVICE)
    await becomes(lambda: desk.ticks(ANSWER), "delivered")
    stage.receipt(ANSWER, ACK_READ)
    await becomes(lambda: desk.ticks(ANSWER), "read")

    answer = desk.bubble(ANSWER)
    assert answer is not None
    assert (answer.ours, answer.agent) == (True, "Sari Wulandari")
    assert desk.texts() == ["Halo", ANSWER]
    await becomes(lambda: desk.chats()[0].ticks, "read")
    assert (desk.chats()[0].title, desk.chats()[0].preview) == ("Budi Santoso", ANSWER)
    assert [(send.to, send.calls) for send in stage.sent(ANSWER)] == [("6281200004711@c.us", 1)]


@scenario
async def test_a_refused_answer_says_why_and_can_be_sent_again(stage: Stage) -> None:
    desk = await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    await becomes(lambda: desk.titles()[0], "Budi Santoso")
    desk.click_chat("Budi Santoso")
    await becomes(desk.texts, ["Halo"])

    stage.simulator.faults.add(Fault(kind="status", status=422))
    desk.write(ANSWER)
    await becomes(lambda: desk.ticks(ANSWER), "failed")
    failed = desk.bubble(ANSWER)
    assert failed is not None
    assert "a fault was asked for" in failed.reason
    assert stage.sent(ANSWER) == []

    desk.click_in_bubble(ANSWER, Spot.RETRY)
    await until(lambda: stage.sent(ANSWER), "the retried message went out")
    await until(lambda: "sent" in [bubble.ticks for bubble in desk.bubbles()], "its bubble says so", seen=desk.bubbles)
    assert [send.calls for send in stage.sent(ANSWER)] == [1]
    await becomes(desk.texts, ["Halo", ANSWER])


@scenario
async def test_a_refused_answer_can_be_given_up_and_is_gone_on_every_desk(stage: Stage) -> None:
    desk, other = await stage.open_desk(), await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "Halo")
    for each in (desk, other):
        await becomes(lambda each=each: each.titles()[0], "Budi Santoso")  # type: ignore[misc]  # the loop's own
        each.click_chat("Budi Santoso")
        await becomes(each.texts, ["Halo"])
    stage.simulator.faults.add(Fault(kind="status", status=422))
    desk.write(ANSWER)
    await becomes(lambda: other.ticks(ANSWER), "failed")
    await becomes(lambda: desk.ticks(ANSWER), "failed")

    desk.click_in_bubble(ANSWER, Spot.DISCARD)
    await becomes(desk.texts, ["Halo"])
    await becomes(other.texts, ["Halo"])
    await becomes(lambda: other.chats()[0].preview, "Halo")
    assert stage.sent(ANSWER) == []


@scenario
async def test_a_certain_message_is_answered_and_reacted_to(stage: Stage) -> None:
    desk, other = await stage.open_desk(), await stage.open_desk()
    budi = stage.person("Budi Santoso", "+6281200004711")
    stage.says(budi, "stok hitam ada?")
    stage.says(budi, "sama putih")
    for each in (desk, other):
        await becomes(lambda each=each: each.titles()[0], "Budi Santoso")  # type: ignore[misc]  # the loop's own
        each.click_chat("Budi Santoso")
        await becomes(each.texts, ["stok hitam ada?", "sama putih"])

    desk.choose_in_menu("stok hitam ada?", "Reply")
    desk.write(ANSWER)
    await becomes(lambda: desk.ticks(ANSWER), "sent")
    [sent] = stage.sent(ANSWER)
    assert sent.reply_to is not None
    await becomes(lambda: other.quoted(ANSWER), "stok hitam ada?")

    desk.choose_in_menu("sama putih", "React", "👍")
    for each in (desk, other):
        await becomes(lambda each=each: each.reactions("sama putih"), ["👍"])  # type: ignore[misc]  # the loop's own
