"""Adding a number: form, code, end; every step in words, nothing blocked, nothing lost by a refusal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.numbers.samples import CODE, HOSTILE, down, importing
from ui.numbers.link_dialog import LinkDialog
from ui.numbers.rows import LinkRow, MetaHookRow, NewNumber
from ui.theme.icons import Icons
from ui.theme.theme import Theme

NUMBER = "+62 899-1234-5678"


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, icons: Icons) -> Iterator[LinkDialog]:
    dialog = LinkDialog(theme, icons)
    qtbot.addWidget(dialog)
    dialog.open()
    yield dialog
    dialog.close()


def buttons(dialog: LinkDialog) -> list[str]:
    shown = (dialog.cancel, dialog.retry, dialog.next, dialog.done_button)
    return [button.text() for button in shown if button.isVisible()]


def test_a_number_is_typed_and_sent_with_enter(qtbot: QtBot, dialog: LinkDialog) -> None:
    heard: list[NewNumber] = []
    dialog.add_requested.connect(heard.append)
    assert not dialog.next.isEnabled()
    qtbot.keyClicks(dialog.form.fields["phone_number"], " +62 899-1234-5678 ")
    qtbot.keyClicks(dialog.form.fields["display_name"], "Toko Baru")
    qtbot.keyClick(dialog.form.fields["display_name"], Qt.Key.Key_Return)
    assert heard == [NewNumber(provider_type="webjs", phone_number=NUMBER, display_name="Toko Baru")]


def test_meta_asks_for_its_keys_and_hides_secrets(qtbot: QtBot, dialog: LinkDialog) -> None:
    heard: list[NewNumber] = []
    dialog.add_requested.connect(heard.append)
    form = dialog.form
    assert not form.fields["access_token"].isVisible()
    form.meta.click()
    qtbot.keyClicks(form.fields["phone_number"], NUMBER)
    assert not dialog.next.isEnabled()
    for name, text in (("phone_number_id", "104996"), ("access_token", "EAAG")):
        qtbot.keyClicks(form.fields[name], text)
    assert "EAAG" not in form.fields["access_token"].displayText()
    qtbot.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    [number] = heard
    assert (number.provider_type, number.phone_number_id, number.access_token) == ("meta", "104996", "EAAG")
    form.webjs.click()
    assert form.number().access_token == "", "what was typed for Meta is not sent for WhatsApp Web"


def test_while_the_server_is_asked_nothing_can_be_asked_twice_and_a_refusal_keeps_what_was_typed(
    qtbot: QtBot, dialog: LinkDialog
) -> None:
    field = dialog.form.fields["phone_number"]
    qtbot.keyClicks(field, "12")
    dialog.show_busy(True)
    assert not dialog.next.isEnabled()
    assert not field.isEnabled()
    dialog.show_form_error("'12' is not a telephone number. <b>", "phone_number")
    assert dialog.form.error.isVisible()
    assert dialog.form.error.textFormat() == Qt.TextFormat.PlainText
    assert (field.text(), field.selectedText()) == ("12", "12")
    assert dialog.next.isEnabled()


def test_the_code_is_shown_renewed_and_faded_when_it_may_be_too_old(dialog: LinkDialog) -> None:
    def code() -> str | None:
        return dialog.scan.code.text

    dialog.show_link(LinkRow(number=NUMBER, status="connecting"))
    assert NUMBER in dialog.windowTitle()
    assert code() is None
    assert dialog.scan.state.accessibleName() == "Connecting to WhatsApp…"
    dialog.show_link(LinkRow(number=NUMBER, status="qr", code=CODE))
    assert code() == CODE
    assert "scan" in dialog.scan.state.accessibleName()
    dialog.show_link(LinkRow(number=NUMBER, status="qr", code="2@other"))
    assert code() == "2@other"
    dialog.show_link(LinkRow(number=NUMBER, status="qr", code="2@other", trouble="The server cannot be reached."))
    assert "too old" in dialog.scan.trouble.text()
    dialog.show_link(LinkRow(number=NUMBER, status="syncing"))
    assert code() is None
    assert not dialog.scan.trouble.isVisible()
    assert buttons(dialog) == ["Cancel"]


def test_the_end_is_told_with_the_import_under_way(dialog: LinkDialog) -> None:
    dialog.show_connected(down("s", NUMBER, "connected"))
    assert "is connected" in dialog.outcome.headline.text()
    assert not dialog.outcome.bar.isVisible()
    dialog.show_connected(importing(320))
    assert "320 of 500 chats" in dialog.outcome.advice.text()
    assert (dialog.outcome.bar.value(), dialog.outcome.bar.maximum()) == (320, 500)
    assert buttons(dialog) == ["Done"]


def test_a_failure_says_why_and_can_be_tried_again(qtbot: QtBot, dialog: LinkDialog) -> None:
    dialog.show_failed(NUMBER, f"Chromium crashed: {HOSTILE}")
    assert "<b>bold</b>" in dialog.outcome.advice.text()
    assert dialog.outcome.advice.textFormat() == Qt.TextFormat.PlainText
    assert buttons(dialog) == ["Cancel", "Try again"]
    with qtbot.waitSignal(dialog.retry_requested):
        qtbot.keyClick(dialog.retry, Qt.Key.Key_Return)
    dialog.show_failed(NUMBER, "LOGOUT")
    assert "Linked devices" in dialog.outcome.advice.text()
    dialog.show_failed(NUMBER, "")
    assert dialog.outcome.advice.text()


def test_metas_console_gets_what_it_needs(dialog: LinkDialog) -> None:
    dialog.show_meta(MetaHookRow(number=NUMBER, address="https://x.example/api/meta/webhook", verify_token="3q2"))
    outcome = dialog.outcome
    assert (outcome.address.text(), outcome.verify_token.text()) == ("https://x.example/api/meta/webhook", "3q2")
    assert outcome.address.isVisible()
    dialog.show_form()
    dialog.show_failed(NUMBER, "")
    assert not outcome.address.isVisible()


def test_escape_closes_it_and_the_next_time_it_is_empty(qtbot: QtBot, dialog: LinkDialog) -> None:
    qtbot.keyClicks(dialog.form.fields["phone_number"], NUMBER)
    with qtbot.waitSignal(dialog.finished):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    dialog.show_form()
    assert dialog.form.fields["phone_number"].text() == ""


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_nothing_covers_anything_else(dialog: LinkDialog, theme: Theme, scale: float) -> None:
    theme.set_text_scale(scale)
    trouble = "The server cannot be reached (ConnectError), and this sentence is long enough for two lines."
    dialog.show_link(LinkRow(number=NUMBER, status="qr", code=CODE, trouble=trouble))
    QApplication.processEvents()
    places = [each.geometry() for each in (dialog.scan.code, dialog.scan.state, dialog.scan.trouble, dialog.scan.steps)]
    assert not any(a.intersects(b) for place, a in enumerate(places) for b in places[place + 1 :])
    steps = dialog.scan.steps
    assert steps.height() >= steps.heightForWidth(steps.width())
