"""Lays what was typed here over what the server confirmed, so that a message is seen at once and never twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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


def confirmed(
    outgoing: Sequence[OutgoingMessage], held: Callable[[str], CachedMessage | None]
) -> list[OutgoingMessage]:
    """Those that the cache holds (`held` looks a uuid up): they may leave the outbox."""
    return [message for message in outgoing if held(message.uuid) is not None]
