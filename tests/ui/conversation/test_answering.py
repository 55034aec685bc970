"""Answering a certain message, reacting to one, and going to the one that is quoted: by menu, mouse and keyboard."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.ui.conversation.examples import chatter, message, pending
from ui.conversation.pane import ConversationPane
from ui.conversation.rows import QuoteRow, ReactionRow

KEYS = Qt.Key


def entries(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if action.text()]


def choose(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()


def row_of(pane: ConversationPane, key: str) -> int:
    model = pane.view.model()
    assert model is not None
    return next(row for row in range(model.rowCount()) if pane.view.layout_at(row).placed.row.key == key)


def test_an_answer_names_the_message_that_it_answers_and_only_that_one(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages([message(1, "stok hitam ada?", sender_name="Budi"), message(2)], more_above=False)
    sent: list[tuple[str, ...]] = []
    pane.send_requested.connect(lambda *what: sent.append(what))
    choose(pane.view.menu_of(0), "Reply")
    assert pane.composer.edit.hasFocus()
    assert (pane.composer.quote.name.text(), pane.composer.quote.text.text()) == ("Answering Budi", "stok hitam ada?")
    for text in ("ada", "satu lagi"):
        QTest.keyClicks(pane.composer.edit, text)
        QTest.keyClick(pane.composer.edit, KEYS.Key_Return)
    assert sent == [("c1", "ada", "m1"), ("c1", "satu lagi", "")]


def test_the_keyboard_alone_answers_and_lets_go(pane: ConversationPane, qtbot: QtBot) -> None:
    pane.show_messages([message(1, "satu"), message(2, "dua")], more_above=False)
    pane.focus_composer()
    QTest.keyClick(pane.composer.edit, KEYS.Key_Up)
    assert pane.view.hasFocus()
    QTest.keyClick(pane.view, KEYS.Key_Up)
    QTest.keyClick(pane.view, KEYS.Key_R)
    assert pane.composer.quote.text.text() == "satu"
    QTest.keyClick(pane.composer.edit, KEYS.Key_Escape)
    assert not pane.composer.quote.isVisible()
    assert pane.composer.edit.hasFocus()


def test_another_chat_takes_no_quote_along(pane: ConversationPane) -> None:
    pane.show_messages([message(1)], more_above=False)
    choose(pane.view.menu_of(0), "Reply")
    pane.clear()
    assert not pane.composer.quote.isVisibleTo(pane.composer)


def test_what_whatsapp_does_not_have_cannot_be_answered(pane: ConversationPane) -> None:
    pane.show_messages(
        [
            message(1, outbound=True, status="failed"),
            message(2, "", deleted=True),
            message(3, message_type="system"),
            pending(4),
        ],
        more_above=False,
    )
    assert [entry for row in range(4) for entry in entries(pane.view.menu_of(row)) if entry in ("Reply", "React")] == []


def test_a_reaction_is_chosen_changed_and_taken_back(pane: ConversationPane) -> None:
    ours = ReactionRow(emoji="❤️", count=2, ours=True)
    pane.show_messages([message(1), message(2, reactions=(ours,))], more_above=False)
    chosen: list[tuple[str, ...]] = []
    pane.reaction_chosen.connect(lambda *what: chosen.append(what))
    react = {row: next(m for m in pane.view.menu_of(row).findChildren(QMenu)) for row in (0, 1)}
    assert "Take the reaction back" not in entries(react[0])
    choose(react[0], "👍")
    assert [action.text() for action in react[1].actions() if action.isChecked()] == ["❤️"]
    choose(react[1], "Take the reaction back")
    assert chosen == [("c1", "k1", "👍"), ("c1", "k2", "")]


def test_a_quote_leads_to_its_message_or_asks_for_it(pane: ConversationPane, qtbot: QtBot) -> None:
    near = QuoteRow(sender_name="Budi", body="dekat", message_key="k3")
    far = QuoteRow(sender_name="Budi", body="jauh", message_key="k-old")
    rows = [*chatter(40), message(60, "ya", quote=near), message(61, "ya", quote=far)]
    pane.show_messages(rows, more_above=True)
    wanted: list[tuple[str, ...]] = []
    pane.jump_requested.connect(lambda *what: wanted.append(what))
    for key in ("k61", "k60"):
        row = row_of(pane, key)
        pane.view.reveal(key)
        quote = pane.view.layout_at(row).quote
        assert quote is not None
        at = quote.rect.center().toPoint() + QPoint(0, pane.view.row_top(row))
        QTest.mouseClick(pane.view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert wanted == [("c1", "k-old")]
    first, last = pane.view.rows_in_sight()
    assert first <= row_of(pane, "k3") <= last
