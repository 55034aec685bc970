"""Who is signed in, to which server and team; the way out."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QPushButton

from ui.settings.page import Page
from ui.settings.rows import AccountRow
from ui.theme.theme import Theme
from ui.words.plain import one_line


class AccountPage(Page):
    """Shows an `AccountRow`."""

    sign_out_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        say = QCoreApplication.translate
        self.heading(say("Settings", "Account"))
        self._facts = [self.fact() for _ in range(5)]
        captions = (
            say("Settings", "Name"),
            say("Settings", "E-mail"),
            say("Settings", "Role"),
            say("Settings", "Team"),
            say("Settings", "Server"),
        )
        for caption, fact in zip(captions, self._facts, strict=True):
            self.line(caption, fact)
        self.sign_out = QPushButton(say("Settings", "Sign out…"), self)
        self.sign_out.setAutoDefault(False)
        self.sign_out.setSizePolicy(self.sign_out.sizePolicy().Policy.Fixed, self.sign_out.sizePolicy().Policy.Fixed)
        self.sign_out.clicked.connect(self.sign_out_requested)
        self.put(self.sign_out)
        self._column.setAlignment(self.sign_out, Qt.AlignmentFlag.AlignLeft)
        self.show_account(None)

    def show_account(self, account: AccountRow | None) -> None:
        """None: nobody is signed in."""
        nobody = QCoreApplication.translate("Settings", "Nobody is signed in")
        texts = (
            (account.name, account.email, _role(account.role), account.workspace, account.server)
            if account is not None
            else (nobody, "", "", "", "")
        )
        for fact, text in zip(self._facts, texts, strict=True):
            fact.setText(one_line(text))
        self.sign_out.setEnabled(account is not None)


def _role(role: str) -> str:
    words = {
        "agent": QCoreApplication.translate("Settings", "Agent"),
        "supervisor": QCoreApplication.translate("Settings", "Supervisor"),
        "admin": QCoreApplication.translate("Settings", "Administrator"),
    }
    return words.get(role, role)
