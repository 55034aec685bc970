"""Lays what was typed here over what the server confirmed, so that a message is seen at once and never twice."""

from __future__ import annotations

from collections.abc import Sequence

from local_cache.outgoing import OutgoingMessage
from local_cache.records import CachedMessage


def laid_over(
    newest: Sequence[CachedMessage], outgoing: Sequence[OutgoingMessage]
) -> list[CachedMessage | OutgoingMessage]:
    """Newest first: what is still outgoing, last typed on top, then the cached page.

    `newest` is the newest page of a conversation, `outgoing` what its outbox holds, in the order typed. The cached row
    of a uuid wins.
    """
    confirmed = {message.uuid for message in newest} | {message.client_uuid for message in newest}
    waiting = [message for message in outgoing if message.uuid not in confirmed]
    return [*reversed(waiting), *newest]
