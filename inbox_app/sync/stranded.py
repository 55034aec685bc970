"""What was typed for chats that are gone: a server restored from an older backup does not know every chat of before.

No chat can show it, so it is shown by itself: nothing that a person typed is out of their sight.
"""

from __future__ import annotations

from typing import NamedTuple

from local_cache.cache import Cache
from local_cache.outbox import Outbox


class Stranded(NamedTuple):
    """A text without a chat: a message that may be discarded by its `uuid`, or a draft, which has none."""

    conversation_id: str
    uuid: str | None
    text: str


def stranded(cache: Cache, outbox: Outbox) -> list[Stranded]:
    """Messages in the order typed, then drafts; nothing while the cache is still being filled."""
    if cache.position().cursor is None:
        return []
    texts = [Stranded(message.conversation_id, message.uuid, message.body) for message in outbox.all()]
    texts += [Stranded(conversation_id, None, text) for conversation_id, text in outbox.drafts().items()]
    return [each for each in texts if cache.conversation(cache.resolve(each.conversation_id)) is None]
