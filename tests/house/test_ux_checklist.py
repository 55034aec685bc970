"""The page that says what holds for people tells the truth: all lines are on it, and each named test exists."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT

ROW = re.compile(r"^\| (\d+) \| .* \| (yes|part: [^|]+|no(?:: [^|]+)?) \| (?:`([^`]+)`)? ?\|$")
LINES = [
    match
    for line in (ROOT / "docs/ux-checklist.md").read_text(encoding="utf-8").splitlines()
    if (match := ROW.match(line)) is not None
]


def test_every_line_is_on_the_page_once() -> None:
    assert [int(line[1]) for line in LINES] == list(range(1, 54))


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[1])
def test_what_holds_names_a_test_that_exists(line: re.Match[str]) -> None:
    if line[3] is None:
        assert line[2].startswith("no"), "what holds is checked by something"
        return
    file, _, name = line[3].partition("::")
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    assert re.search(rf"def {re.escape(name)}\(", text), f"{file} has no {name}"
