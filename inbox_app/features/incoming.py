"""Picks from a change of the cache what the notifications may tell."""

from __future__ import annotations

from collections.abc import Callable

from inbox_app.features.chat_list import title_of
from inbox_app.features.notifications import Incoming
from local_cache.cache import Cache
from local_cache.changed import Changed
from ui.words.plain import one_line


def incoming_of(changed: Changed, cache: Cache, preview: Callable[[str, str], str]) -> list[Incoming]:
    """New inbound messages that nobody has read; `preview(body, message_type)` puts one into a line."""
    found: list[Incoming] = []
    for message in changed.new_messages:
        if message.direction != "inbound" or message.is_read or message.deleted_at_ms is not None:
            continue
        conversation = cache.conversation(message.conversation_id)
        if conversation is not None:
            found.append(
                Incoming(
                    conversation_id=conversation.id,
                    session_id=conversation.session_id,
                    message_id=message.id,
                    provider_id=message.provider_message_id or message.id,
                    title=one_line(title_of(conversation)),
                    is_group=conversation.chat_type == "group",
                    sender_name=one_line(message.sender_name or "") or None,
                    preview=preview(message.body, message.message_type),
                    created_at_ms=message.created_at_ms,
                )
            )
    return found
