"""Turns messages of the cache and of the outbox into the rows that the conversation shows."""

from __future__ import annotations

from collections import Counter

from inbox_app import phones
from local_cache.outbox import OutgoingMessage
from local_cache.records import CachedConversation, CachedMessage
from ui.conversation.rows import MessageRow, QuoteRow, ReactionRow
from wire.rows import Quote, Reaction


def message_row(message: CachedMessage, conversation: CachedConversation) -> MessageRow:
    """A message that the server knows."""
    outbound = message.direction == "outbound"
    in_group = conversation.chat_type == "group" and not outbound
    sender = message.sender if in_group else None
    phone = phones.written(sender.phone) if sender and sender.phone else None
    return MessageRow(
        key=message.key,
        message_id=message.id,
        order=message.order,
        outbound=outbound,
        body=message.body,
        message_type=message.message_type,
        status=message.status,
        error=message.error.message if message.error else None,
        sender_name=sender.name if sender else None,
        sender_phone=phone,
        sender_seed=(sender.phone or sender.name or "") if sender else "",
        agent_name=message.user.name if message.user else None,
        time_ms=message.created_at_ms,
        quote=_quote(message.reply_to),
        reactions=_reactions(message.reactions),
        media_label=message.media.file_name if message.media else None,
        edited=message.edited_at is not None,
        deleted=message.deleted_at is not None,
    )


def outgoing_row(message: OutgoingMessage, agent_name: str) -> MessageRow:
    """A message that is still in the outbox."""
    return MessageRow(
        key=message.uuid,
        message_id=None,
        order="",
        outbound=True,
        body=message.body,
        status=message.state,
        error=message.error,
        agent_name=agent_name,
        time_ms=message.created_at_ms,
    )


def _quote(quote: Quote | None) -> QuoteRow | None:
    if quote is None:
        return None
    return QuoteRow(sender_name=quote.sender_name, body=quote.body, message_type=quote.message_type)


def _reactions(reactions: list[Reaction]) -> tuple[ReactionRow, ...]:
    counted = Counter(reaction.emoji for reaction in reactions)
    return tuple(ReactionRow(emoji=emoji, count=count) for emoji, count in counted.most_common())
