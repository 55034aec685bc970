"""What a person is told of, and what they are spared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox_app.features.notifications import FRESH_MS, Incoming, NotificationPresenter, Popup
from resources.catalog import english
from ui.settings.rows import NotificationChoices

NOW = 1_800_000_000_000


class Desktop:
    """A desktop that remembers its popups, and a timer that a test lets run out."""

    def __init__(self) -> None:
        self.popups: list[Popup] = []
        self.withdrawn: list[str] = []
        self._later: list[Callable[[], None]] = []

    def show(self, popup: Popup) -> None:
        self.popups.append(popup)

    def withdraw(self, key: str) -> None:
        self.withdrawn.append(key)

    def later(self, _seconds: float, call: Callable[[], None]) -> None:
        self._later.append(call)

    def let_time_pass(self) -> None:
        waiting, self._later = self._later, []
        for call in waiting:
            call()


def incoming(
    conversation: str = "c1",
    *,
    title: str = "Rina Kartika",
    group: bool = False,
    sender: str | None = None,
    preview: str = "Halo kak",
    age_ms: int = 0,
    message: str = "m1",
    provider: str | None = None,
) -> Incoming:
    return Incoming(
        conversation_id=conversation,
        session_id="s1",
        message_id=message,
        provider_id=provider or f"{conversation}-{message}-{preview}",
        title=title,
        is_group=group,
        sender_name=sender,
        preview=preview,
        created_at_ms=NOW - age_ms,
    )


AS_USUAL = NotificationChoices()


def presenter(
    desktop: Desktop,
    watched: str | None = None,
    choices: NotificationChoices = AS_USUAL,
    minute: int = 12 * 60,
) -> NotificationPresenter:
    return NotificationPresenter(
        shower=desktop,
        now_ms=lambda: NOW,
        later=desktop.later,
        is_watched=lambda id_: id_ == watched,
        catalog=english(),
        choices=lambda: choices,
        minute_of_day=lambda: minute,
    )


def test_a_message_is_told_in_the_originals_words() -> None:
    desktop = Desktop()
    presenter(desktop).came_in([incoming(message="m7")])
    desktop.let_time_pass()
    (popup,) = desktop.popups
    assert (popup.title, popup.body) == ("New message from Rina Kartika", "Halo kak")
    assert (popup.conversation_id, popup.message_id) == ("c1", "m7")


def test_a_group_message_names_group_and_sender() -> None:
    desktop = Desktop()
    presenter(desktop).came_in([incoming(title="Gudang Cakung", group=True, sender="Joko")])
    desktop.let_time_pass()
    assert desktop.popups[0].title == "New message in Gudang Cakung"
    assert desktop.popups[0].body == "Joko: Halo kak"


def test_several_messages_of_one_chat_become_one_popup() -> None:
    desktop = Desktop()
    told = presenter(desktop)
    told.came_in([incoming(preview="satu")])
    told.came_in([incoming(preview="dua")])
    desktop.let_time_pass()
    assert [popup.title for popup in desktop.popups] == ["2 new messages from Rina Kartika"]
    assert desktop.popups[0].body == "dua"


def test_a_burst_over_many_chats_becomes_one_word() -> None:
    desktop = Desktop()
    presenter(desktop).came_in([incoming(f"c{n}", title=f"Chat {n}") for n in range(12)])
    desktop.let_time_pass()
    assert [popup.title for popup in desktop.popups] == ["12 new messages in 12 chats"]


def test_what_was_missed_over_night_stays_silent() -> None:
    desktop = Desktop()
    presenter(desktop).came_in([incoming(age_ms=FRESH_MS + 1)])
    desktop.let_time_pass()
    assert desktop.popups == []


def test_the_chat_one_is_looking_at_stays_silent() -> None:
    desktop = Desktop()
    presenter(desktop, watched="c1").came_in([incoming("c1"), incoming("c2")])
    desktop.let_time_pass()
    assert [popup.conversation_id for popup in desktop.popups] == ["c2"]


def test_reading_elsewhere_takes_the_popup_away() -> None:
    desktop = Desktop()
    told = presenter(desktop)
    told.came_in([incoming("c1"), incoming("c2")])
    told.was_read("c1")
    desktop.let_time_pass()
    assert [popup.conversation_id for popup in desktop.popups] == ["c2"]
    assert desktop.withdrawn == ["c1"]


def test_a_group_that_two_of_our_numbers_are_in_is_told_once() -> None:
    desktop = Desktop()
    told = presenter(desktop)
    told.came_in([incoming("c1", provider="3EB0AA"), incoming("c2", provider="3EB0AA")])
    desktop.let_time_pass()
    assert [popup.conversation_id for popup in desktop.popups] == ["c1"]


def told(choices: NotificationChoices, *messages: Incoming, minute: int = 12 * 60) -> list[tuple[str, str]]:
    desktop = Desktop()
    presenter(desktop, choices=choices, minute=minute).came_in(messages)
    desktop.let_time_pass()
    return [(popup.title, popup.body) for popup in desktop.popups]


@pytest.mark.parametrize(
    ("choices", "minute", "is_told"),
    [
        (NotificationChoices(), 0, True),
        (NotificationChoices(do_not_disturb=True), 12 * 60, False),
        (NotificationChoices(quiet_from=22 * 60, quiet_to=7 * 60), 23 * 60, False),
        (NotificationChoices(quiet_from=22 * 60, quiet_to=7 * 60), 6 * 60 + 59, False),
        (NotificationChoices(quiet_from=22 * 60, quiet_to=7 * 60), 7 * 60, True),
        (NotificationChoices(quiet_from=12 * 60, quiet_to=13 * 60), 12 * 60 + 30, False),
        (NotificationChoices(quiet_from=12 * 60, quiet_to=13 * 60), 13 * 60, True),
        (NotificationChoices(muted_chats=frozenset({"c1"})), 0, False),
        (NotificationChoices(muted_numbers=frozenset({"s1"})), 0, False),
        (NotificationChoices(muted_chats=frozenset({"c2"}), muted_numbers=frozenset({"s2"})), 0, True),
    ],
)
def test_nothing_is_told_when_it_is_not_wanted(choices: NotificationChoices, minute: int, is_told: bool) -> None:
    assert bool(told(choices, incoming(), minute=minute)) == is_told


def test_the_screen_says_no_more_than_was_chosen() -> None:
    group = incoming(title="Gudang", group=True, sender="Budi", preview="Sandi 1234")
    assert told(NotificationChoices(privacy="full"), group) == [("New message in Gudang", "Budi: Sandi 1234")]
    assert told(NotificationChoices(privacy="name"), group) == [("New message in Gudang", "")]
    assert told(NotificationChoices(privacy="nothing"), group) == [("New message", "")]
    many = [incoming(f"c{number}", title=f"Orang {number}") for number in range(5)]
    assert told(NotificationChoices(privacy="nothing"), *many) == [("5 new messages in 5 chats", "")]


def test_a_silent_popup_carries_no_sound() -> None:
    desktop = Desktop()
    presenter(desktop, choices=NotificationChoices(sound=False)).came_in([incoming()])
    desktop.let_time_pass()
    assert [popup.sound for popup in desktop.popups] == [False]
