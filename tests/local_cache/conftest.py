"""A cache and an outbox on real files, closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from tests.local_cache import rows
from tests.local_cache.writes import done

Fill = Callable[..., Changed]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    opened = Cache(tmp_path / "profile" / "cache.db")
    yield opened
    opened.close()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = Outbox(tmp_path / "profile" / "outbox.db")
    yield opened
    opened.close()


@pytest.fixture
def fill(cache: Cache) -> Fill:
    """Applies a one-page snapshot at `head` (default 1) with these rows, and the contacts that its chats need."""

    def apply(*, head: int = 1, **given: Any) -> Changed:
        given.setdefault("sessions", [rows.session()])
        named = {each.id for each in given.get("contacts", ())}
        needed = {each.contact.id for each in given.get("conversations", ()) if each.contact} - named
        contacts = [*given.pop("contacts", ()), *(rows.contact(each, each) for each in sorted(needed))]
        page = rows.page(head=head, contacts=contacts, **given)
        return done(cache.apply_page(page, walk="snapshot", since=0, asked_cursor=None))

    return apply
