"""A supervisor adds a number by scanning, watches its chats come in, logs it out and connects it again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from simulator.settings import Number
from tests.e2e.desk import Desk
from tests.e2e.offscreen import no_complaint
from tests.e2e.scenario import scenario
from tests.e2e.stage import NEWCOMER, Stage
from tests.e2e.waiting import until
from ui.numbers.card import NumberCard
from ui.numbers.link_dialog import LinkDialog

pytestmark = no_complaint

LEFT = Qt.MouseButton.LeftButton
PHONE = "+62 899-1234-5678"


@scenario
async def test_a_number_is_added_by_scanning_and_its_chats_come_in(supervisors_stage: Stage) -> None:
    stage = supervisors_stage
    desk = await stage.open_desk()
    held = len(stage.simulator.world.rooms)

    desk.open_numbers()
    panel = desk.numbers_panel()
    assert panel is not None
    QTest.mouseClick(panel.add, LEFT)
    dialog = await link_dialog(desk)
    QTest.keyClicks(dialog.form.fields["phone_number"], PHONE)
    QTest.keyClicks(dialog.form.fields["display_name"], "Toko Baru")
    QTest.keyClick(dialog.form.fields["display_name"], Qt.Key.Key_Return)

    await until(lambda: dialog.scan.code.text, "a code is shown", seen=dialog.windowTitle)
    number = newest(stage)
    assert (number.phone, number.name) == ("+6289912345678", "Toko Baru")
    first = dialog.scan.code.text
    await until(lambda: dialog.scan.code.text not in (first, None), "the next code takes its place")
    assert dialog.scan.code.text == stage.simulator.sessions.qr(number)
    assert stage.simulator.sessions.scan(number)
    await until(lambda: "is connected" in dialog.windowTitle(), "the dialog says so", seen=dialog.windowTitle)
    QTest.mouseClick(dialog.done_button, LEFT)
    assert desk.link_dialog() is None

    total = NEWCOMER.chats
    await until(
        lambda: desk.import_strip().startswith(f"Syncing {PHONE}") and f"of {total} chats" in desk.import_strip(),
        "the import is seen",
        seen=desk.import_strip,
    )
    await until(
        lambda: desk.import_strip() == f"Imported {PHONE}, {total} chats", "its end is told", seen=desk.import_strip
    )
    rows = [each for each in stage.simulator.world.rooms if number in each.numbers]
    assert len(rows) == total == len(stage.simulator.world.rooms) - held
    desk.choose_number(3)
    await until(lambda: len(desk.titles()) == total, "all chats of the new number", seen=lambda: len(desk.titles()))

    card = panel.card(number.session_id)
    assert card is not None
    assert card.state.accessibleName() == "Connected"
    assert "40 chats imported" in card.facts.text()


@scenario
async def test_a_number_that_was_logged_out_is_connected_again_from_the_banner(supervisors_stage: Stage) -> None:
    stage = supervisors_stage
    number = stage.team.numbers[0]
    desk = await stage.open_desk()
    desk.open_numbers()
    card = await number_card(desk, number)
    card.log_out.trigger()
    [question] = [box for box in desk.window.findChildren(QMessageBox) if box.isVisible()] or [
        box for box in card.window().findChildren(QMessageBox) if box.isVisible()
    ]
    [yes] = [button for button in question.buttons() if button.text() == "Log out"]
    QTest.mouseClick(yes, LEFT)
    await until(lambda: "logged it out" in desk.banner(), "the banner says so", seen=desk.banner)
    await until(lambda: "Linked devices" in card.reason.text(), "the card says why", seen=card.reason.text)

    QTest.mouseClick(desk.window.banner.action, LEFT)
    dialog = await link_dialog(desk)
    await until(lambda: dialog.scan.code.text, "a code is shown")
    stage.simulator.sessions.fail(number, "Chromium crashed")
    await until(lambda: dialog.outcome.isVisible(), "the dialog says that it failed", seen=dialog.windowTitle)
    assert "Chromium crashed" in dialog.outcome.advice.text()

    QTest.mouseClick(dialog.retry, LEFT)
    await until(lambda: dialog.scan.code.text and stage.simulator.sessions.scan(number), "the code is scanned")
    await until(lambda: "is connected" in dialog.windowTitle(), "the dialog says so", seen=dialog.windowTitle)
    await until(lambda: desk.banner() == "", "the banner goes", seen=desk.banner)


@scenario
async def test_an_agent_sees_how_numbers_are_and_can_do_nothing_about_it(stage: Stage) -> None:
    desk = await stage.open_desk()
    stage.simulator.sessions.logout(stage.team.numbers[0])
    await until(lambda: "logged it out" in desk.banner(), "the banner says so", seen=desk.banner)
    assert not desk.window.banner.action.isVisible()
    desk.open_numbers()
    card = await number_card(desk, stage.team.numbers[0])
    assert card.state.accessibleName() == "Logged out"
    assert not card.link.isVisible()
    assert not card.more.isVisible()
    panel = desk.numbers_panel()
    assert panel is not None
    assert not panel.add.isVisible()


async def link_dialog(desk: Desk) -> LinkDialog:
    await until(desk.link_dialog, "the dialog opens")
    dialog = desk.link_dialog()
    assert dialog is not None
    return dialog


async def number_card(desk: Desk, number: Number) -> NumberCard:
    def shown() -> NumberCard | None:
        panel = desk.numbers_panel()
        card = panel.card(number.session_id) if panel is not None else None
        return card if card is not None and card.isVisible() else None

    await until(shown, "the number's card")
    card = shown()
    assert card is not None
    return card


def newest(stage: Stage) -> Number:
    return stage.simulator.world.numbers[-1]
