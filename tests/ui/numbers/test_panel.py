"""The list of numbers says how each one is, and offers to supervisors what can be done about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.offscreen import no_complaint
from tests.ui.numbers.samples import HOSTILE, LONG_NAME, down, every_number, importing
from ui.numbers.card import NumberCard
from ui.numbers.panel import NumbersPanel
from ui.session_filter.rows import NumberRow
from ui.theme.controls import Words
from ui.theme.icons import Icons
from ui.theme.theme import Theme
from ui.words.day_clock import DayClock

ISOLATES = {0x2068: None, 0x2069: None}


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme, icons: Icons, clock: DayClock) -> NumbersPanel:
    panel = NumbersPanel(theme, icons, clock)
    qtbot.addWidget(panel)
    panel.resize(560, 1400)
    panel.set_may_manage(True)
    panel.show()
    return panel


def show(panel: NumbersPanel, *rows: NumberRow) -> None:
    panel.show_numbers(rows)
    QApplication.processEvents()  # layouts show what is new in them a turn of the loop later


def card_of(panel: NumbersPanel, row: NumberRow) -> NumberCard:
    show(panel, row)
    card = panel.card(row.session_id)
    assert card is not None
    return card


def offers(card: NumberCard) -> list[str]:
    """What a person can click."""
    buttons = [button.text() for button in (card.link, card.stop_import) if button.isVisible()]
    actions = [action.text() for action in card.menu.actions() if action.isVisible()]
    return buttons + (actions if card.more.isVisible() else [])


@pytest.mark.parametrize(
    ("row", "word", "offered"),
    [
        (down("s", "+1", "connected"), "Connected", ["Import chats", "Log out…"]),
        (down("s", "+1", "connected", sync_status="completed"), "Connected", ["Import chats again", "Log out…"]),
        (importing(3), "Connected", ["Stop import", "Log out…"]),
        (down("s", "+1", "qr"), "Waiting for a scan", ["Show QR code…"]),
        (down("s", "+1", "logged_out"), "Logged out", ["Connect…"]),
        (down("s", "+1", "failed"), "Failed", ["Connect…"]),
        (down("s", "+1", "connecting"), "Connecting", ["Connect…"]),
        (down("s", "+1", "syncing"), "Loading", ["Log out…"]),
        (down("s", "+1", "reconnecting"), "Reconnecting", ["Log out…"]),
        (down("s", "+1", "connected", provider_type="meta"), "Connected", []),
        (down("s", "+1", "hibernating"), "hibernating", []),
    ],
)
def test_each_state_has_its_word_and_its_actions(
    panel: NumbersPanel, row: NumberRow, word: str, offered: list[str]
) -> None:
    card = card_of(panel, row)
    assert card.state.accessibleName() == word
    assert offers(card) == offered
    panel.set_may_manage(False)
    assert offers(card) == []
    assert not panel.add.isVisible()


def test_actions_name_their_number(qtbot: QtBot, panel: NumbersPanel) -> None:
    heard: list[tuple[str, str]] = []
    panel.connect_requested.connect(lambda number: heard.append(("connect", number)))
    panel.cancel_import_requested.connect(lambda number: heard.append(("stop", number)))
    panel.import_requested.connect(lambda number: heard.append(("import", number)))
    panel.logout_requested.connect(lambda number: heard.append(("log out", number)))
    panel.add_requested.connect(lambda: heard.append(("add", "")))
    show(panel, down("a", "+1", "qr"), importing(3), down("c", "+3", "connected"))
    for session_id, name in (("a", "link"), ("s11", "stop_import")):
        qtbot.mouseClick(getattr(panel.card(session_id), name), Qt.MouseButton.LeftButton)
    card = panel.card("c")
    assert card is not None
    card.import_again.trigger()
    card.log_out.trigger()
    qtbot.mouseClick(panel.add, Qt.MouseButton.LeftButton)
    assert heard == [("connect", "a"), ("stop", "s11"), ("import", "c"), ("log out", "c"), ("add", "")]


@no_complaint
def test_the_menu_opens_and_closes_with_the_keyboard(qtbot: QtBot, panel: NumbersPanel) -> None:
    card = card_of(panel, down("s", "+1", "connected"))
    qtbot.keyClick(card.more, Qt.Key.Key_Space)
    assert card.menu.isVisible()
    qtbot.keyClick(card.menu, Qt.Key.Key_Escape)
    assert not card.menu.isVisible()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (importing(320), "Health 100 · Importing chats: 320 of 500 chats"),
        (importing(320, total=None), "Health 100 · Importing chats: 320 chats"),
        (down("s", "+1", "connected", health=62), "Health 62: fair · Chats not imported yet"),
        (down("s", "+1", "failed", health=20), "Health 20: poor · Chats not imported yet"),
        (
            down("s", "+1", "connected", sync_status="failed", synced=7, total=9),
            "Health 100 · The import failed after 7 of 9 chats",
        ),
        (
            down("s", "+1", "connected", sync_status="cancelled", synced=7, total=9),
            "Health 100 · The import was stopped after 7 of 9 chats",
        ),
        (every_number()[0], "Health 100 · 500 chats imported · 9:45\u202fAM"),
        (down("s", "+1", "connected", provider_type="meta"), "Health 100"),
    ],
)
def test_health_and_import_are_said(panel: NumbersPanel, row: NumberRow, words: str) -> None:
    card = card_of(panel, row)
    assert card.facts.text().replace("\u00a0", "\u202f") == words
    assert card.bar.isVisible() == row.sync_running


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        ("logged_out", "LOGOUT", "Linked devices"),
        ("failed", "CONFLICT", "somewhere else"),
        ("failed", "Chromium could not be started", "Chromium could not be started"),
        ("reconnecting", "NAVIGATION", "loading itself"),
        ("connected", "left over", ""),
        ("failed", None, ""),
    ],
)
def test_reasons_are_said_in_words(panel: NumbersPanel, status: str, reason: str | None, said: str) -> None:
    card = card_of(panel, down("s", "+1", status, reason=reason))
    assert said in card.reason.text()
    assert card.reason.isVisible() == bool(said)


def test_trouble_stays_until_something_else_happens(panel: NumbersPanel) -> None:
    row = down("s", "+1", "failed")
    card = card_of(panel, row)
    card.show_busy(True)
    assert not card.link.isEnabled()
    card.show_busy(False)
    card.show_trouble("The bridge of this number cannot be reached.")
    show(panel, replace(row, unread=4))
    assert card.trouble.isVisible()
    show(panel, replace(row, status="connected"))
    assert not card.trouble.isVisible()


def test_cards_follow_the_numbers_and_stay_themselves(panel: NumbersPanel) -> None:
    rows = [down("a", "+1", "qr"), down("b", "+2", "qr"), down("c", "+3", "qr")]
    show(panel, *rows)
    kept = panel.card("c")
    show(panel, rows[2], rows[0], down("d", "+4", "connecting"))
    assert panel.card("c") is kept
    assert panel.card("b") is None
    tops = [panel.card(session_id) for session_id in ("c", "a", "d")]
    panel.grab()
    heights = [card.mapTo(panel, card.rect().topLeft()).y() for card in tops if card is not None]
    assert heights == sorted(set(heights))
    show(panel)
    assert "No WhatsApp number yet" in shown_words(panel)


def test_an_agent_without_numbers_is_told_who_can_help(panel: NumbersPanel) -> None:
    show(panel)
    panel.set_may_manage(False)
    assert "A supervisor" in shown_words(panel)


def test_long_and_hostile_names_stay_plain_and_inside(panel: NumbersPanel, theme: Theme) -> None:
    theme.set_text_scale(2.0)
    panel.resize(896, 1400)
    show(panel, *every_number())
    panel.grab()
    for card in panel.findChildren(NumberCard):
        for words in card.findChildren(Words):
            assert words.textFormat() == Qt.TextFormat.PlainText
            assert not words.isVisible() or words.geometry().right() <= card.width()
    hostile = panel.card("s9")
    assert hostile is not None
    assert "<b>bold</b>" in hostile.reason.text()
    assert "\u202e" not in hostile.reason.text() + hostile.about.text()
    nameless = panel.card("s8")
    assert nameless is not None
    assert nameless.number.text().translate(ISOLATES) == LONG_NAME
    assert HOSTILE not in hostile.about.toolTip()


def shown_words(panel: NumbersPanel) -> str:
    return " ".join(words.text() for words in panel.findChildren(Words) if words.isVisible())
