"""A message typed here is seen at once, and once."""

from __future__ import annotations

from local_cache.cache import Cache
from local_cache.outgoing import OutgoingMessage
from local_cache.timeline import laid_over
from tests.local_cache.conftest import Fill
from tests.local_cache.rows import conversation, message


def test_outgoing_messages_lie_on_top_until_the_cache_has_them(cache: Cache, fill: Fill) -> None:
    fill(
        conversations=[conversation("c")],
        messages=[
            message("m1", "c", minutes=1),
            message("m2", "c", minutes=2, uuid="u1"),
            message("m3", "c", minutes=3, client_uuid="u2"),
        ],
    )
    outgoing = [OutgoingMessage(f"u{n}", "c", "text", n) for n in (1, 2, 3, 4)]
    newest = cache.messages("c")
    assert laid_over(newest, outgoing) == [outgoing[3], outgoing[2], *newest]
    assert laid_over([], outgoing[:1]) == outgoing[:1]
