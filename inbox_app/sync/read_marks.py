"""Lays a read mark that the server does not know yet over what the cache says is unread."""

from __future__ import annotations

from local_cache.cache import Cache
from local_cache.records import CachedConversation

CONTEXT = 50
"""How many of our own answers may stand among the unread messages before some of those are overlooked."""


def covered(cache: Cache, conversation: CachedConversation, read_up_to: str | None) -> int:
    """How many messages the cache holds as unread that a mark at the message `read_up_to` reads.

    Only what is known to have arrived no later than that message counts, so that a mark never hides later news.
    """
    if read_up_to is None or conversation.unread_count == 0:
        return 0
    read = cache.message(read_up_to)
    if read is None:
        return 0
    newest = cache.messages(conversation.id, limit=conversation.unread_count + CONTEXT)
    return sum(each.direction == "inbound" and not each.is_read and each.arrival <= read.arrival for each in newest)


def still_unread(cache: Cache, conversation: CachedConversation, read_up_to: str | None) -> int:
    """The unread count as the person who set the mark sees it."""
    return max(0, conversation.unread_count - covered(cache, conversation, read_up_to))
