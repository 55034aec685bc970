"""Writing: Enter sends, Shift+Enter does not, text stays plain, the field grows, drafts are never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QListWidget
from pytestqt.qtbot import QtBot

from tests.ui.conversation.examples import header
from ui.conversation.composer import DRAFT_MS
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import OthersRow


def sent(pane: ConversationPane) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    pane.send_requested.connect(lambda conversation, body, _answers: told.append((conversation, body)))
    return told


def drafts(pane: ConversationPane) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    pane.draft_changed.connect(lambda conversation, text: told.append((conversation, text)))
    return told


def test_enter_sends_and_empties_the_field(pane: ConversationPane, qtbot: QtBot) -> None:
    told = sent(pane)
    QTest.keyClicks(pane.composer.edit, "Halo kak")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    QTest.keyClicks(pane.composer.edit, "lagi")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert told == [("c1", "Halo kak"), ("c1", "lagi")]
    assert pane.composer.text() == ""


def test_shift_enter_begins_a_line(pane: ConversationPane, qtbot: QtBot) -> None:
    told = sent(pane)
    QTest.keyClicks(pane.composer.edit, "a")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(pane.composer.edit, "b")
    assert told == []
    QTest.mouseClick(pane.composer.send_button, Qt.MouseButton.LeftButton)
    assert told == [("c1", "a\nb")]


def test_nothing_to_send_is_not_sent(pane: ConversationPane, qtbot: QtBot) -> None:
    told = sent(pane)
    assert not pane.composer.send_button.isEnabled()
    QTest.keyClicks(pane.composer.edit, "  ")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert told == []
    assert not pane.composer.send_button.isEnabled()


def test_pasted_markup_stays_text(pane: ConversationPane) -> None:
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("<b>bold</b>")
    pane.composer.edit.insertFromMimeData(rich)
    assert pane.composer.text() == "<b>bold</b>"
    only_html = QMimeData()
    only_html.setHtml("<img src='file:///etc/passwd'>")
    assert not pane.composer.edit.canInsertFromMimeData(only_html) or "file" not in pane.composer.text()


def test_the_field_grows_to_eight_lines(pane: ConversationPane) -> None:
    heights = []
    for lines in (1, 4, 8, 40):
        pane.set_draft("\n".join("x" * lines))
        heights.append(pane.composer.edit.height())
    assert heights[0] < heights[1] < heights[2] == heights[3]
    pane.set_draft("")
    assert pane.composer.edit.height() == heights[0]


def test_a_draft_is_told_within_a_second_and_once(pane: ConversationPane, qtbot: QtBot) -> None:
    told = drafts(pane)
    QTest.keyClicks(pane.composer.edit, "baik, nanti")
    assert told == []
    qtbot.waitUntil(lambda: told == [("c1", "baik, nanti")], timeout=1000)
    assert DRAFT_MS < 1000


def test_leaving_a_conversation_tells_its_draft_at_once(pane: ConversationPane, qtbot: QtBot) -> None:
    told = drafts(pane)
    QTest.keyClicks(pane.composer.edit, "half a sen")
    pane.show_conversation(header(conversation_id="c2"))
    assert told == [("c1", "half a sen")]
    assert pane.composer.text() == ""
    pane.set_draft("draft of c2")
    pane.clear()
    assert told == [("c1", "half a sen")], "a draft that was only shown did not change"


def test_a_sent_text_is_no_draft_any_more(pane: ConversationPane, qtbot: QtBot) -> None:
    told = drafts(pane)
    QTest.keyClicks(pane.composer.edit, "Halo")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert told[-1] == ("c1", "")


def test_news_of_the_open_conversation_leaves_what_is_written(pane: ConversationPane, qtbot: QtBot) -> None:
    QTest.keyClicks(pane.composer.edit, "still typing")
    pane.show_conversation(header(members=49))
    assert pane.composer.text() == "still typing"


def test_the_number_is_always_shown_as_plain_text(pane: ConversationPane) -> None:
    pane.set_sending_from("+62 812-3456-7890", "<b>Toko</b>", True, "")
    shown = [label for label in pane.composer.findChildren(QLabel) if "7890" in label.text()]
    assert [label.text() for label in shown] == ["+62 812-3456-7890 (<b>Toko</b>)"]
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown)


def test_where_writing_is_impossible_the_reason_stands_instead(pane: ConversationPane, qtbot: QtBot) -> None:
    told = sent(pane)
    pane.set_draft("unsent")
    pane.set_sending_from("+62 812-3456-7890", None, False, "This number was removed.")
    assert pane.composer.edit.isHidden()
    assert any(label.isVisible() and label.text() == "This number was removed." for label in pane.findChildren(QLabel))
    pane.set_sending_from("+62 812-3456-7890", None, True, "")
    assert pane.composer.edit.isVisible()
    assert pane.composer.text() == "unsent"
    assert told == []


@pytest.mark.qt_log_ignore("does not support")  # popups on the offscreen screen
def test_emoji_are_chosen_by_keyboard(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.set_draft("ok ")
    pane.composer.emoji_button.click()
    grid = pane.composer.findChild(QListWidget)
    assert grid is not None
    assert grid.isVisible()
    assert grid.count() >= 60
    wanted = grid.item(1).text()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    QTest.keyClick(grid, Qt.Key.Key_Return)
    assert not grid.isVisible()
    assert pane.composer.text() == f"ok {wanted}"


def test_while_a_colleague_writes_the_first_enter_only_warns(pane: ConversationPane) -> None:
    told = sent(pane)
    pane.show_others(OthersRow(writing=("Budi",), looking=("Dewi",)))
    assert pane.composer.others.text() == "Budi is writing an answer. Dewi is looking at this chat too."
    QTest.keyClicks(pane.composer.edit, "saya saja")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert told == []
    assert "once more" in pane.composer.others.text()
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert told == [("c1", "saya saja")]
    pane.show_others(OthersRow())
    assert not pane.composer.others.isVisible()
    QTest.keyClicks(pane.composer.edit, "lagi")
    QTest.keyClick(pane.composer.edit, Qt.Key.Key_Return)
    assert told[1:] == [("c1", "lagi")]
