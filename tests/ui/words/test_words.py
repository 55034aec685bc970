"""Times, previews and plain text read as people expect, and hostile text does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import QLocale, QObject
from pytestqt.qtbot import QtBot

from tests.ui.samples import NOW, ms, now_ms
from ui.words.day_clock import DayClock
from ui.words.plain import has_emoji, isolated, one_line, tool_tip
from ui.words.previews import preview
from ui.words.times import day_name, list_time, milliseconds_to_midnight, people_locale, waiting_time

ENGLISH = QLocale("en_US")
INDONESIAN = QLocale("id_ID")


@pytest.mark.parametrize(
    ("moment", "english", "indonesian"),
    [
        (NOW.replace(hour=10, minute=42), "10:42 AM", "10.42"),
        (NOW.replace(hour=0, minute=0), "12:00 AM", "00.00"),
        (NOW - timedelta(days=1), "Yesterday", "Yesterday"),
        (NOW - timedelta(days=4), "Thu", "Kam"),
        (NOW - timedelta(days=7), "Nov 17", "17 Nov"),
        (NOW - timedelta(days=33), "Oct 22", "22 Okt"),
        (NOW - timedelta(days=500), "7/12/24", "12/07/24"),
        (NOW + timedelta(days=2), "Nov 26", "26 Nov"),
    ],
)
def test_list_time(moment: datetime, english: str, indonesian: str) -> None:
    assert list_time(ms(moment), now_ms(), ENGLISH).replace("\u00a0", " ") == english
    assert list_time(ms(moment), now_ms(), INDONESIAN) == indonesian


def test_a_chat_without_messages_has_no_time() -> None:
    assert list_time(0, now_ms(), ENGLISH) == ""


def test_day_names() -> None:
    days = [day_name(ms(NOW - timedelta(days=age)), now_ms(), ENGLISH) for age in (0, 1, 3, 40)]
    assert days == ["Today", "Yesterday", "Friday", "Wednesday, October 15, 2025"]


def test_the_locale_of_machines_is_not_shown_to_people() -> None:
    assert people_locale().language() != QLocale.Language.C


def test_the_day_changes_at_midnight_and_only_then(qtbot: QtBot) -> None:
    moment = NOW.replace(hour=23, minute=59, second=59)
    owner = QObject()
    clock = DayClock(lambda: ms(moment), owner)
    changes: list[str] = []
    clock.day_changed.connect(lambda: changes.append("day"))
    clock.look()
    assert changes == []
    moment += timedelta(seconds=2)
    clock.look()
    clock.look()
    assert changes == ["day"]
    assert milliseconds_to_midnight(ms(moment)) == (24 * 3600 - 1) * 1000


@pytest.mark.parametrize(
    ("body", "message_type", "expected"),
    [
        ("two\nlines\tand  more", "text", "two lines and more"),
        ("", "image", "📷 Photo"),
        ("our shop", "image", "📷 our shop"),
        ("", "voice", "🎤 Voice message"),
        ("invoice.pdf", "document", "📄 invoice.pdf"),
        ("", "sticker", "Sticker"),
        ("", "hologram", "hologram"),
        ("still text", "hologram", "still text"),
        ("", "text", ""),
    ],
)
def test_preview(body: str, message_type: str, expected: str) -> None:
    assert preview(body, message_type) == expected


def test_emoji_are_found_in_text() -> None:
    assert [has_emoji(text) for text in ("📷 Photo", "ok ✅", "متى يصل الطلب؟", "王伟", "a → b")] == [
        True,
        True,
        False,
        False,
        False,
    ]


def test_direction_controls_do_not_leave_their_text() -> None:
    assert one_line("invoice\u202egpj.exe") == "invoicegpj.exe"
    assert isolated("مريم") == "\u2068مريم\u2069"
    assert isolated("") == ""


def test_tool_tips_show_markup_as_text() -> None:
    assert "<img" not in tool_tip("<img src='file:///etc/passwd'>")
    assert tool_tip("a\nb") == "<qt>a<br>b</qt>"


@pytest.mark.parametrize(
    ("minutes", "said"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (1439, "23 h"), (2880, "2 d")]
)
def test_a_wait_is_said_in_its_largest_unit(minutes: int, said: str) -> None:
    assert waiting_time(minutes, people_locale()) == said
