"""The settings take effect at once and are there at the next start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from tests.ui.samples import design_numbers
from ui.settings.dialog import SettingsDialog
from ui.settings.rows import AccountRow, NotificationChoices, StorageRow
from ui.settings.system_page import SystemRow
from ui.theme.theme import Theme
from ui.theme.tokens import CONTRAST
from ui.window.remembered import Remembered


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "settings.ini")


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme, file: str) -> Iterator[SettingsDialog]:
    remembered = Remembered(QSettings(file, QSettings.Format.IniFormat))
    dialog = SettingsDialog(theme, remembered, [], SystemRow(has_tray=True, autostart=False))
    qtbot.addWidget(dialog)
    dialog.show_numbers(design_numbers(sync=False))
    dialog.open()
    yield dialog
    theme.set_reduced_motion(False)


def kept(file: str) -> NotificationChoices:
    """As the next start reads it."""
    settings = QSettings(file, QSettings.Format.IniFormat)
    settings.sync()
    return Remembered(settings).notifications


def choose(box: QComboBox, data: object) -> None:
    """As a person does it: the signal of a choice, not of a change."""
    at = box.findData(data)
    box.setCurrentIndex(at)
    box.activated.emit(at)


def test_what_is_not_to_be_told_is_remembered(dialog: SettingsDialog, file: str, qtbot: QtBot) -> None:
    page = dialog.notifications
    with qtbot.waitSignal(dialog.notifications_changed):
        page.do_not_disturb.click()
    page.sound.click()
    page.privacy.setCurrentIndex(page.privacy.findData("nothing"))
    page.quiet.click()
    page.quiet_from.setTime(QTime(21, 30))
    silent = next(iter(page.numbers))
    page.numbers[silent].click()
    dialog.notifications._remembered._settings.sync()
    assert kept(file) == NotificationChoices(
        do_not_disturb=True,
        sound=False,
        privacy="nothing",
        quiet_from=21 * 60 + 30,
        quiet_to=7 * 60,
        muted_numbers=frozenset({silent}),
    )


def test_quiet_hours_that_are_off_cannot_be_set(dialog: SettingsDialog, file: str) -> None:
    page = dialog.notifications
    assert not page.quiet_from.isEnabled()
    page.quiet.click()
    assert page.quiet_from.isEnabled()
    page.quiet.click()
    assert kept(file).quiet_from == kept(file).quiet_to


def test_looks_change_at_once(dialog: SettingsDialog, theme: Theme) -> None:
    choose(dialog.appearance.mode, "contrast")
    assert theme.palette is CONTRAST
    choose(dialog.appearance.text_size, 2.0)
    assert theme.text_scale == 2.0
    dialog.appearance.calm.click()
    assert theme.reduced_motion
    theme.set_text_scale(1.25)
    assert dialog.appearance.text_size.currentData() == 1.25, "it follows changes made elsewhere"


def test_what_others_must_do_is_only_asked_for(dialog: SettingsDialog, qtbot: QtBot) -> None:
    with qtbot.waitSignal(dialog.language_chosen) as chosen:
        choose(dialog.appearance.language, "id")
    assert chosen.args == ["id"]
    dialog.show_account(AccountRow(name="Sari", email="s@e.id", role="agent", workspace="Toko", server="https://x"))
    with qtbot.waitSignal(dialog.sign_out_requested):
        dialog.account.sign_out.click()
    with qtbot.waitSignal(dialog.autostart_wanted) as wanted:
        dialog.system.autostart.click()
    assert wanted.args == [True]


def test_names_are_plain_text(dialog: SettingsDialog) -> None:
    hostile = "<b>Sari</b>"
    dialog.show_account(AccountRow(name=hostile, email="", role="x", workspace=hostile, server=""))
    shown = [label for label in dialog.account.findChildren(QLabel) if hostile in label.text()]
    assert len(shown) == 2
    assert {label.textFormat() for label in shown} == {Qt.TextFormat.PlainText}


def test_storage_is_told_in_the_readers_sizes(dialog: SettingsDialog) -> None:
    dialog.show_storage(StorageRow(folder="/x", cache_bytes=5_000_000, outbox_bytes=1024, unsent=1))
    texts = [label.text() for label in dialog.storage.findChildren(QLabel)]
    assert any(text.startswith("4.77") for text in texts)
    assert any(text.endswith("1 message") for text in texts)


def test_the_keyboard_reaches_every_page(dialog: SettingsDialog) -> None:
    dialog.names.setFocus()
    for page in range(1, dialog.names.count()):
        QTest.keyClick(dialog.names, Qt.Key.Key_Down)
        assert dialog._pages.currentIndex() == page


def test_what_this_desktop_cannot_do_says_so(qtbot: QtBot, theme: Theme, file: str) -> None:
    remembered = Remembered(QSettings(file, QSettings.Format.IniFormat))
    dialog = SettingsDialog(theme, remembered, [], SystemRow(has_tray=False, autostart=None))
    qtbot.addWidget(dialog)
    assert not dialog.system.tray.isEnabled()
    assert not dialog.system.autostart.isEnabled()
    assert any("no tray" in label.text() for label in dialog.system.findChildren(QLabel))
