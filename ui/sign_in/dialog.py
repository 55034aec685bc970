"""Asks for the server, an e-mail address and a password; says in words what went wrong."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.theme.controls import Words
from ui.theme.icons import app_icon
from ui.theme.theme import Theme
from ui.theme.tokens import GAP_L, GAP_S, GAP_XL, GRID

ICON: Final = 48
WIDTH: Final = 380


class SignInDialog(QDialog):
    """Emits `sign_in_requested(server, email, password)`; whoever hears it says `show_busy` and `show_error`.

    Show it with `open()` or `show()`, never with `exec()`, which would stop the event loop's other work.
    """

    sign_in_requested = Signal(str, str, str)

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, server: str = "", email: str = "") -> None:
        super().__init__(parent)
        self._theme = theme
        translate = QCoreApplication.translate
        self.setWindowTitle(translate("SignIn", "Sign in"))
        self.server = self._field(translate("SignIn", "Server address"), server)
        self.server.setPlaceholderText("https://inbox.example.com")
        self.email = self._field(translate("SignIn", "E-mail"), email)
        self.password = self._field(translate("SignIn", "Password"), "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.error = Words(theme, color=lambda colors: colors.danger, wrap=True, parent=self)
        self.error.hide()
        self.submit = QPushButton(translate("SignIn", "Sign in"), self)
        self.submit.setDefault(True)
        self.cancel = QPushButton(translate("SignIn", "Cancel"), self)
        self.cancel.setAutoDefault(False)
        self.submit.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.reject)
        self._busy = False
        self._lay_out()
        for field in (self.server, self.email, self.password):
            field.textChanged.connect(self._enable)
        next((field for field in (self.server, self.email) if not field.text()), self.password).setFocus()
        theme.changed.connect(self._dress)
        self._dress()
        self._enable()

    def show_busy(self, busy: bool) -> None:
        """While the server is asked, nothing can be changed or asked twice."""
        self._busy = busy
        for field in (self.server, self.email, self.password):
            field.setEnabled(not busy)
        translate = QCoreApplication.translate
        self.submit.setText(translate("SignIn", "Signing in…") if busy else translate("SignIn", "Sign in"))
        if busy:
            self.error.hide()
        self._enable()

    def show_error(self, message: str) -> None:
        """Say why it did not work; the keyboard goes to the password."""
        self.show_busy(False)
        self.error.setText(message)
        self.error.setAccessibleName(message)
        self.error.show()
        self.adjustSize()
        QAccessible.updateAccessibility(QAccessibleEvent(self.error, QAccessible.Event.Alert))
        self.password.setFocus()
        self.password.selectAll()

    def _ask(self) -> None:
        if self.submit.isEnabled():
            self.sign_in_requested.emit(self.server.text().strip(), self.email.text().strip(), self.password.text())

    def _enable(self) -> None:
        complete = self.server.text().strip() and self.email.text().strip() and self.password.text()
        self.submit.setEnabled(bool(complete) and not self._busy)

    def _field(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(text, self)
        field.setAccessibleName(name)
        return field

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GAP_XL, GAP_XL, GAP_XL, GAP_XL)
        layout.setSpacing(GRID)
        picture = QLabel(self)
        picture.setPixmap(app_icon().pixmap(ICON, ICON))
        picture.setFixedSize(ICON, ICON)
        layout.addWidget(picture, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP_S)
        title = Words(
            self._theme,
            QCoreApplication.translate("SignIn", "Sign in to your inbox"),
            font=lambda fonts: fonts.title,
            parent=self,
        )
        layout.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(GAP_L)
        for field in (self.server, self.email, self.password):
            label = Words(
                self._theme,
                field.accessibleName(),
                font=lambda fonts: fonts.secondary_medium,
                color=lambda colors: colors.muted,
                parent=self,
            )
            label.setBuddy(field)
            layout.addWidget(label)
            layout.addWidget(field)
            layout.addSpacing(GAP_S)
        layout.addWidget(self.error)
        layout.addSpacing(GAP_S)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP_S)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.submit)
        layout.addLayout(buttons)
        order = (self.server, self.email, self.password, self.submit, self.cancel)
        for before, after in pairwise(order):
            self.setTabOrder(before, after)

    def _dress(self) -> None:
        self.setFixedWidth(self._theme.px(WIDTH))
        self.adjustSize()
