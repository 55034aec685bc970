"""Who one is talking with, and over which number."""

from __future__ import annotations

from inbox_app import phones
from inbox_app.features.chat_list import title_of
from local_cache.cache import Cache
from local_cache.records import CachedConversation
from ui.conversation.rows import ConversationHeader


def header_of(conversation: CachedConversation, cache: Cache) -> ConversationHeader:
    """What the conversation's header and its details show."""
    status = next((each.status for each in cache.sessions() if each.id == conversation.session_id), "")
    return ConversationHeader(
        conversation_id=conversation.id,
        title=title_of(conversation),
        has_name=bool(conversation.name),
        is_group=conversation.chat_type == "group",
        members=conversation.participants_count,
        avatar_seed=conversation.id,
        contact_phone=phones.written(conversation.phone) if conversation.phone else None,
        provider_type=conversation.provider_type,
        session_number=phones.written(conversation.session_phone),
        session_name=conversation.session_name,
        session_status=status,
    )
