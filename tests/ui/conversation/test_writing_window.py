"""The 24 hours: the composer counts them down, closes by itself, and then leads to a template."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.conversation.pane import ConversationPane
from ui.conversation.rows import TemplateFieldRow, TemplateRow
from ui.conversation.templates_dialog import TemplatesDialog
from ui.conversation.writing_window import MINUTE_MS, WritingWindow
from ui.theme.theme import Theme

NOW = 1_763_894_400_000
ORDER = TemplateRow(
    name="konfirmasi_pesanan",
    language="id",
    header="Pesanan {{header.1}}",
    body="Halo {{body.1}}, dikirim {{body.2}}.",
    footer="Toko",
    fields=(
        TemplateFieldRow(key="header.1", label="1", example="A-1"),
        TemplateFieldRow(key="body.1", label="1", example="Budi"),
        TemplateFieldRow(key="body.2", label="2"),
    ),
)
PICTURE = TemplateRow(name="promo", language="id", body="Diskon", problem="It needs a picture.")


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bar(qtbot: QtBot, theme: Theme, clock: Clock) -> Iterator[WritingWindow]:
    bar = WritingWindow(theme, clock)
    yield bar
    shiboken6.delete(bar)


class TestCountdown:
    def test_without_a_limit_nothing_is_said(self, bar: WritingWindow) -> None:
        bar.show_window(limited=False, closes_at_ms=None)
        assert (bar.is_open, bar.isHidden()) == (True, True)

    @pytest.mark.parametrize(
        ("minutes", "words"),
        [(24 * 60, "24 h 0 min"), (312, "5 h 12 min"), (60, "1 h 0 min"), (59, "59 more min"), (1, "1 more min")],
    )
    def test_the_time_left_is_told(self, bar: WritingWindow, minutes: int, words: str) -> None:
        bar.show_window(limited=True, closes_at_ms=NOW + minutes * MINUTE_MS)
        assert bar.is_open
        assert words in bar.words.text()
        assert bar.button.isHidden()

    def test_it_closes_by_itself(self, bar: WritingWindow, clock: Clock) -> None:
        told: list[bool] = []
        bar.changed.connect(told.append)
        bar.show_window(limited=True, closes_at_ms=NOW + MINUTE_MS)
        clock.now += MINUTE_MS
        bar.look()
        assert (bar.is_open, told, bar.button.isHidden()) == (False, [False], False)
        assert "24 hours" in bar.words.text()

    def test_a_new_message_of_the_customers_opens_it(self, bar: WritingWindow) -> None:
        bar.show_window(limited=True, closes_at_ms=NOW - 1)
        told: list[bool] = []
        bar.changed.connect(told.append)
        bar.show_window(limited=True, closes_at_ms=NOW + MINUTE_MS)
        assert (bar.is_open, told) == (True, [True])

    def test_somebody_who_never_wrote_is_reached_by_a_template_alone(self, bar: WritingWindow) -> None:
        bar.show_window(limited=True, closes_at_ms=None)
        assert not bar.is_open
        assert "not written yet" in bar.words.text()


class TestComposer:
    def test_closed_it_takes_no_text_and_leads_to_the_templates(self, pane: ConversationPane) -> None:
        pane.set_window(limited=True, closes_at_ms=None)
        wanted: list[str] = []
        sent: list[str] = []
        pane.templates_wanted.connect(wanted.append)
        pane.send_requested.connect(lambda _conversation, body, _answers: sent.append(body))
        assert not pane.composer.edit.isVisible()
        QTest.mouseClick(pane.composer.window_bar.button, Qt.MouseButton.LeftButton)
        assert (wanted, sent) == (["c1"], [])

    def test_what_was_typed_is_still_there_when_it_opens(self, pane: ConversationPane) -> None:
        QTest.keyClicks(pane.composer.edit, "Siap")
        pane.set_window(limited=True, closes_at_ms=None)
        pane.set_window(limited=False, closes_at_ms=None)
        assert pane.composer.edit.isVisible()
        assert pane.composer.text() == "Siap"


class TestDialog:
    @pytest.fixture
    def dialog(self, qtbot: QtBot, theme: Theme) -> Iterator[TemplatesDialog]:
        dialog = TemplatesDialog(theme)
        yield dialog
        dialog.close()
        shiboken6.delete(dialog)

    def test_a_template_is_sent_once_every_place_has_a_value(self, dialog: TemplatesDialog) -> None:
        chosen: list[tuple[object, object, str]] = []
        dialog.chosen.connect(lambda *what: chosen.append(what))
        dialog.show_templates([ORDER, PICTURE])
        assert dialog.preview.text() == "Pesanan [1]\nHalo [1], dikirim [2].\nToko"
        assert not dialog.send_button.isEnabled()
        values = {"header.1": "A-7", "body.1": "Budi", "body.2": "besok"}
        for key, value in values.items():
            dialog.set_value(key, value)
        assert dialog.send_button.isEnabled()
        dialog.send_button.click()
        assert chosen == [(ORDER, values, "Pesanan A-7\nHalo Budi, dikirim besok.\nToko")]

    def test_one_that_cannot_be_sent_says_why(self, dialog: TemplatesDialog) -> None:
        dialog.show_templates([ORDER, PICTURE])
        dialog.list.setCurrentRow(1)
        assert dialog.note.text() == "It needs a picture."
        assert not dialog.send_button.isEnabled()

    def test_none_and_trouble_are_said(self, dialog: TemplatesDialog) -> None:
        dialog.show_templates([])
        assert "not approved" in dialog.note.text()
        dialog.show_trouble("Meta cannot be reached.")
        assert dialog.note.text() == "Meta cannot be reached."
        assert dialog.list.count() == 0

    def test_hostile_values_stay_text(self, dialog: TemplatesDialog) -> None:
        dialog.show_templates([ORDER])
        dialog.set_value("body.1", "<b>x</b>")
        assert "<b>x</b>" in dialog.preview.text()
        assert dialog.preview.textFormat() is Qt.TextFormat.PlainText
