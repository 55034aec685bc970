"""What the line and the numbers are doing is said in words, calmly, and only while it matters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt, QTimer
from pytestqt.qtbot import QtBot

from tests.ui.samples import design_numbers, disconnected_number
from ui.connection.banner import ConnectionBanner
from ui.connection.rows import ConnectionRow
from ui.connection.state import ConnectionState
from ui.connection.sync_strip import SyncStrip
from ui.theme.icons import Icons
from ui.theme.theme import Theme

LIVE = ConnectionRow(kind="live")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (LIVE, "Live"),
        (ConnectionRow(kind="catching_up"), "Catching up"),
        (ConnectionRow(kind="connecting"), "Connecting"),
        (ConnectionRow(kind="reconnecting", seconds=4), "Reconnecting in 4 s"),
        (ConnectionRow(kind="reconnecting", seconds=0), "Reconnecting"),
        (ConnectionRow(kind="offline"), "Offline"),
        (ConnectionRow(kind="refused", reason="Token expired"), "Signed out"),
    ],
)
def test_the_dot_has_a_word(qtbot: QtBot, theme: Theme, row: ConnectionRow, word: str) -> None:
    state = ConnectionState(theme)
    qtbot.addWidget(state)
    state.show_connection(row)
    assert state.accessibleName() == word


def test_the_banner_speaks_of_the_line_first_and_goes_when_all_is_well(
    qtbot: QtBot, theme: Theme, icons: Icons
) -> None:
    banner = ConnectionBanner(theme, icons)
    qtbot.addWidget(banner)
    banner.show_connection(LIVE)
    assert not banner.isVisible()
    banner.show_numbers([*design_numbers(), disconnected_number()])
    assert banner.isVisible()
    assert "+62 855-1234-0000" in banner.words.text()
    banner.show_connection(ConnectionRow(kind="reconnecting", seconds=4))
    said = banner.words.text()
    assert "No connection" in said
    banner.show_connection(ConnectionRow(kind="reconnecting", seconds=3))
    assert banner.words.text() == said, "a countdown in the banner would be restless"
    banner.show_connection(LIVE)
    assert "+62 855-1234-0000" in banner.words.text()
    banner.show_numbers(design_numbers())
    assert not banner.isVisible()


def test_several_disconnected_numbers_and_a_hostile_reason(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    banner = ConnectionBanner(theme, icons)
    qtbot.addWidget(banner)
    down = disconnected_number()
    banner.show_numbers([down, replace(down, session_id="s5", number="+62 855-1234-0001", status="qr")])
    assert banner.words.text().startswith("2 numbers are disconnected")
    banner.show_connection(ConnectionRow(kind="refused", reason="<b>no</b>"))
    assert "<b>no</b>" in banner.words.text()
    assert banner.words.textFormat() == Qt.TextFormat.PlainText


def test_sync_progress_shows_real_counts_and_only_while_there_is_one(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    strip = SyncStrip(theme, icons)
    qtbot.addWidget(strip)
    numbers = design_numbers()
    strip.show_numbers(numbers)
    assert strip.isVisible()
    assert strip.what.text() == "Syncing \u2068+62 812-9900-1055\u2069"
    assert strip.count.text() == "320 of 500 chats"
    assert (strip.bar.value(), strip.bar.maximum()) == (320, 500)
    both = [replace(numbers[0], sync_running=True, synced=900, total=1000), numbers[2]]
    strip.show_numbers(both)
    assert (strip.what.text(), strip.count.text()) == ("Syncing 2 numbers", "1,220 of 1,500 chats")
    strip.show_numbers([replace(numbers[2], total=None)])
    assert strip.count.text() == "320 chats"
    assert not strip.bar.isVisible()
    strip.show_numbers(design_numbers(sync=False))
    assert not strip.isVisible()


def test_a_supervisor_can_stop_an_import_and_an_agent_only_sees_it(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    strip = SyncStrip(theme, icons)
    qtbot.addWidget(strip)
    strip.show_numbers(design_numbers())
    assert not strip.stop.isVisible()
    strip.set_may_manage(True)
    with qtbot.waitSignal(strip.cancel_requested) as heard:
        qtbot.mouseClick(strip.stop, Qt.MouseButton.LeftButton)
    assert heard.args == ["s3"]
    numbers = design_numbers()
    strip.show_numbers([replace(numbers[0], sync_running=True), numbers[2]])
    assert not strip.stop.isVisible()
    with qtbot.waitSignal(strip.numbers_requested):
        qtbot.mouseClick(strip.all, Qt.MouseButton.LeftButton)


def test_the_end_of_an_import_is_told_for_a_while_and_a_failure_until_it_was_seen(
    qtbot: QtBot, theme: Theme, icons: Icons
) -> None:
    strip = SyncStrip(theme, icons)
    qtbot.addWidget(strip)
    done = replace(design_numbers()[2], sync_running=False, sync_status="completed", synced=500)
    strip.tell_import_ended(done)
    assert strip.accessibleName() == "Imported \u2068+62 812-9900-1055\u2069, 500 chats"
    assert not strip.bar.isVisible()
    [timer] = strip.findChildren(QTimer)
    assert timer.isActive()
    timer.timeout.emit()
    assert not strip.isVisible()
    strip.tell_import_ended(replace(done, sync_status="failed"))
    assert "failed" in strip.what.text()
    assert not timer.isActive()
    strip.show_numbers(design_numbers())
    assert strip.what.text().startswith("Syncing"), "what runs goes first"
    strip.show_numbers([])
    qtbot.mouseClick(strip.dismiss, Qt.MouseButton.LeftButton)
    assert not strip.isVisible()


def test_the_banner_offers_a_supervisor_what_helps(qtbot: QtBot, theme: Theme, icons: Icons) -> None:
    banner = ConnectionBanner(theme, icons)
    qtbot.addWidget(banner)
    banner.show_connection(LIVE)
    down = disconnected_number()
    banner.show_numbers([down])
    assert not banner.action.isVisible()
    banner.set_may_manage(True)
    assert banner.action.text() == "Connect"
    with qtbot.waitSignal(banner.connect_requested) as heard:
        qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    assert heard.args == [down.session_id]
    banner.show_numbers([replace(down, status="qr")])
    assert banner.action.text() == "Show QR code"
    for several in ([down, replace(down, session_id="s5")], [replace(down, provider_type="meta", status="failed")]):
        banner.show_numbers(several)
        with qtbot.waitSignal(banner.numbers_requested):
            qtbot.mouseClick(banner.action, Qt.MouseButton.LeftButton)
    banner.show_connection(ConnectionRow(kind="offline"))
    assert not banner.action.isVisible(), "without a line nothing could be done"
