"""Only web and mail addresses become links, and they are what is shown."""

from __future__ import annotations

import pytest

from ui.conversation.links import find_links, may_open


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("see https://shop.example/a?b=1#c.", ["https://shop.example/a?b=1#c"]),
        ("(http://shop.example/a_(b))", ["http://shop.example/a_(b)"]),
        ("HTTPS://Shop.example!", ["HTTPS://Shop.example"]),
        ("write to mailto:toko@shop.example, ok", ["mailto:toko@shop.example"]),
        ('«https://a.example» "https://b.example"', ["https://a.example", "https://b.example"]),
        ("https://a.example\nhttps://b.example", ["https://a.example", "https://b.example"]),
        ("👋https://a.example👋 hi", ["https://a.example👋"]),
    ],
)
def test_addresses_are_found_without_their_sentence(text: str, targets: list[str]) -> None:
    links = find_links(text)
    assert [link.target for link in links] == targets
    assert [text[link.start : link.end] for link in links] == targets


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,hi",
        "smb://host/share",
        "https://",
        "http:///path",
        "mailto:nobody",
        "xhttps://shop.example",
        "shop.example",
        "https://[broken",
    ],
)
def test_other_schemes_and_broken_addresses_are_text(text: str) -> None:
    assert find_links(text) == ()


def test_a_direction_control_ends_an_address() -> None:
    assert [link.target for link in find_links("https://good.example/\u202egpj.exe")] == ["https://good.example/"]


def test_many_brackets_do_not_hold_up_the_window() -> None:
    assert len(find_links("https://a.example/" + ")" * 60_000)) == 1


def test_nothing_else_is_ever_opened() -> None:
    assert may_open("https://shop.example")
    assert not may_open("file:///etc/passwd")
    assert not may_open("javascript:alert(1)")
