"""The pages people read tell the truth: links lead somewhere, and ARCHITECTURE.md knows every room."""

import re
from pathlib import Path

from tests.house.sources import PRODUCT, ROOT

PAGES = [ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in [*PAGES, *(ROOT / "docs").rglob("*.md")]
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


def test_the_index_lists_every_page_of_the_docs() -> None:
    index = ROOT / "docs/README.md"
    listed = {(index.parent / target).resolve() for target in LINK.findall(index.read_text(encoding="utf-8"))}
    assert [str(page) for page in (ROOT / "docs").rglob("*.md") if page != index and page not in listed] == []


def test_architecture_names_only_what_exists() -> None:
    named = re.findall(r"`([a-z_]+/[\w./]*)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_architecture_names_every_room_with_rooms_of_its_own() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [
        folder.relative_to(ROOT)
        for package in PRODUCT
        for folder in (ROOT / package).iterdir()
        if (folder / "__init__.py").exists()
    ]
    assert [str(room) for room in rooms if f"`{Path(room).as_posix()}/`" not in text] == []
