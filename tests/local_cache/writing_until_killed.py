"""A process that writes to a cache and an outbox and says what was promised, until somebody kills it."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import OutgoingMessage
from tests.local_cache.rows import contact, conversation, message, page, session

ROWS_A_PAGE = 300


def main(folder: Path) -> None:
    cache, outbox = Cache(folder / "cache.db"), Outbox(folder / "outbox.db")
    parents = {"sessions": [session()], "contacts": [contact("k")], "conversations": [conversation("c", of="k")]}
    cache.apply_page(page(head=0, **parents), walk="snapshot", since=0, asked_cursor=None).result()  # type: ignore[arg-type]  # three kinds of rows
    for head in count(1):
        added = outbox.add(OutgoingMessage(f"u{head}", "c", "typed", head))
        # Two pages for each step of the cursor, the second asked for with the first one's cursor.
        for part, (asked, following) in enumerate(((None, "p2"), ("p2", None))):
            rows = [
                message(f"m{head}-{part}-{number}", "c", minutes=head, version=head) for number in range(ROWS_A_PAGE)
            ]
            cache.apply_page(
                page(head=head, messages=rows, next_cursor=following),
                walk="changes",
                since=head - 1,
                asked_cursor=asked,
            ).result()
        added.result()
        print(head, flush=True)  # noqa: T201  # the promise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
