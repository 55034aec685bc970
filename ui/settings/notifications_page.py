"""When and how new messages are told: never, not at night, not of these numbers, and how much of them may be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QTimeEdit, QVBoxLayout, QWidget

from ui.session_filter.rows import NumberRow
from ui.session_filter.words import number_text
from ui.settings.page import Page
from ui.settings.rows import PRIVACIES, Privacy
from ui.theme.theme import Theme
from ui.window.remembered import Remembered
from ui.words.plain import one_line
from ui.words.said import counted

EVENING, MORNING = 22 * 60, 7 * 60
"""What quiet hours begin with."""


class NotificationsPage(Page):
    """Writes what is chosen at once; `changed` after each."""

    changed = Signal()

    def __init__(self, theme: Theme, remembered: Remembered) -> None:
        super().__init__(theme)
        self._remembered = remembered
        say, choices = QCoreApplication.translate, remembered.notifications
        self.heading(say("Settings", "Notifications"))
        self.do_not_disturb = self.choice(
            say("Settings", "Do not disturb: tell nothing"), checked=choices.do_not_disturb
        )
        self.sound = self.choice(say("Settings", "With a sound"), checked=choices.sound)
        self.privacy = QComboBox(self)
        for privacy in PRIVACIES:
            self.privacy.addItem(_privacy_words(privacy), privacy)
        self.privacy.setCurrentIndex(PRIVACIES.index(choices.privacy))
        self.line(say("Settings", "Show"), self.privacy)
        self.heading(say("Settings", "Quiet hours"))
        self.quiet = self.choice(
            say("Settings", "Tell nothing between these times"), checked=choices.quiet_from != choices.quiet_to
        )
        self.quiet_from, self.quiet_to = QTimeEdit(self), QTimeEdit(self)
        chosen = (choices.quiet_from, choices.quiet_to) if self.quiet.isChecked() else (EVENING, MORNING)
        for edit, minutes in zip((self.quiet_from, self.quiet_to), chosen, strict=True):
            edit.setTime(QTime(minutes // 60, minutes % 60))
        self.line(say("Settings", "From"), self.quiet_from)
        self.line(say("Settings", "Until"), self.quiet_to)
        self.heading(say("Settings", "Silent numbers"))
        self.numbers: dict[str, QCheckBox] = {}
        self._number_box = QWidget(self)
        self._number_column = QVBoxLayout(self._number_box)
        self._number_column.setContentsMargins(0, 0, 0, 0)
        self.put(self._number_box)
        self._muted_chats = self.sentence("")
        self._say_muted_chats()
        for box in (self.do_not_disturb, self.sound, self.quiet):
            box.toggled.connect(self._keep)
        self.privacy.currentIndexChanged.connect(self._keep)
        self.quiet_from.timeChanged.connect(self._keep)
        self.quiet_to.timeChanged.connect(self._keep)
        self._enable()

    def show_numbers(self, numbers: Sequence[NumberRow]) -> None:
        """A box for each number."""
        for box in self.numbers.values():
            self._number_column.removeWidget(box)
            box.deleteLater()
        muted = self._remembered.notifications.muted_numbers
        self.numbers = {}
        for row in numbers:
            name = one_line(row.display_name or "")
            box = QCheckBox(f"{number_text(row)} ({name})" if name else number_text(row), self._number_box)
            box.setChecked(row.session_id in muted)
            box.toggled.connect(self._keep)
            self._number_column.addWidget(box)
            self.numbers[row.session_id] = box

    def _keep(self) -> None:
        quiet = self.quiet.isChecked()
        before = self._remembered.notifications
        muted = {each for each, box in self.numbers.items() if box.isChecked()}
        elsewhere = {each for each in before.muted_numbers if each not in self.numbers}
        self._remembered.notifications = replace(
            before,
            do_not_disturb=self.do_not_disturb.isChecked(),
            sound=self.sound.isChecked(),
            privacy=PRIVACIES[self.privacy.currentIndex()],
            quiet_from=_minutes(self.quiet_from) if quiet else 0,
            quiet_to=_minutes(self.quiet_to) if quiet else 0,
            muted_numbers=frozenset(elsewhere | muted),
        )
        self._enable()
        self.changed.emit()

    def _enable(self) -> None:
        for edit in (self.quiet_from, self.quiet_to):
            edit.setEnabled(self.quiet.isChecked())

    def _say_muted_chats(self) -> None:
        count = len(self._remembered.notifications.muted_chats)
        advice = QCoreApplication.translate("Settings", "A chat is made silent in the menu of its row.")
        held = counted("Settings", "{count} chat is silent.", "{count} chats are silent.", count) if count else ""
        self._muted_chats.setText(f"{held} {advice}".strip())


def _minutes(edit: QTimeEdit) -> int:
    return edit.time().hour() * 60 + edit.time().minute()


def _privacy_words(privacy: Privacy) -> str:
    words = {
        "full": QCoreApplication.translate("Settings", "Name and text"),
        "name": QCoreApplication.translate("Settings", "Name only"),
        "nothing": QCoreApplication.translate("Settings", "Neither name nor text"),
    }
    return words[privacy]
