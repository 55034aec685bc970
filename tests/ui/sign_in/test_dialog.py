"""Signing in: asks for what is missing, says what went wrong, cannot be asked twice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ui.sign_in.dialog import SignInDialog
from ui.theme.theme import Theme


@pytest.fixture
def dialog(qtbot: QtBot, theme: Theme) -> SignInDialog:
    dialog = SignInDialog(theme, server="http://127.0.0.1:8000", email="agent@example.com")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def test_enter_in_the_password_asks(dialog: SignInDialog, qtbot: QtBot) -> None:
    QTest.keyClicks(dialog.password, " secret ")
    with qtbot.waitSignal(dialog.sign_in_requested) as asked:
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    assert asked.args == ["http://127.0.0.1:8000", "agent@example.com", " secret "]
    assert dialog.isVisible()


def test_nothing_is_asked_while_something_is_missing(dialog: SignInDialog, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(dialog.sign_in_requested):
        QTest.keyClick(dialog.password, Qt.Key.Key_Return)
    assert not dialog.submit.isEnabled()


def test_busy_cannot_be_asked_twice(dialog: SignInDialog, qtbot: QtBot) -> None:
    dialog.password.setText("secret")
    dialog.show_busy(True)
    assert dialog.submit.text() == "Signing in…"
    with qtbot.assertNotEmitted(dialog.sign_in_requested):
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    dialog.show_busy(False)
    assert dialog.submit.isEnabled()


def test_an_error_is_said_in_plain_words_and_goes_with_the_next_try(dialog: SignInDialog) -> None:
    dialog.password.setText("wrong")
    dialog.show_busy(True)
    dialog.show_error("<b>Wrong</b> password.")
    assert dialog.error.isVisible()
    assert dialog.error.text() == "<b>Wrong</b> password."
    assert dialog.error.textFormat() == Qt.TextFormat.PlainText
    assert dialog.password.selectedText() == "wrong"
    dialog.show_busy(True)
    assert not dialog.error.isVisible()


def test_fields_are_named_and_the_password_is_hidden(dialog: SignInDialog) -> None:
    fields = dialog.findChildren(QLineEdit)
    assert [field.accessibleName() for field in fields] == ["Server address", "E-mail", "Password"]
    assert dialog.password.echoMode() == QLineEdit.EchoMode.Password
    assert dialog.focusWidget() is dialog.password
