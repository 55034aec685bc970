"""Every script can be told to its end, with all its blanks filled."""

from __future__ import annotations

import random
import re

import pytest

from simulator.people import Language
from simulator.texts import Line, load_texts

LANGUAGES: tuple[Language, ...] = ("indonesian", "english", "arabic", "hebrew")


def all_scripts() -> list[tuple[Language, list[Line]]]:
    texts = load_texts()
    private = [(language, script) for language in LANGUAGES for script in texts.conversations(language, in_group=False)]
    groups: tuple[Language, ...] = ("indonesian", "english")
    return private + [
        (language, script) for language in groups for script in texts.conversations(language, in_group=True)
    ]


def test_every_blank_is_filled_and_the_same_throughout() -> None:
    texts = load_texts()
    for language, script in all_scripts():
        for line in texts.fill(script, language, random.Random(1)):
            assert not re.search(r"[{}]", line.text), line


def test_every_conversation_begins_with_a_customer_or_member() -> None:
    assert all(script[0].speaker != "W" for _, script in all_scripts())


def test_a_line_without_words_has_media_or_a_place() -> None:
    assert all(line.text or line.kind != "text" for _, script in all_scripts() for line in script)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_something_to_reply_and_to_ask_again_in_every_language(language: Language) -> None:
    texts = load_texts()
    assert texts.reply(language, random.Random(1))
    assert texts.nudge(language, random.Random(1))


def test_hostile_texts_are_told_as_they_are() -> None:
    odd = load_texts().all_odd()
    assert any("<img src=x onerror=" in text for text in odd)
    assert any("{item}" in text for text in odd)
    assert any("\u202e" in text for text in odd)
