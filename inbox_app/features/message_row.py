"""Turns messages of the cache and of the outbox into the rows that the conversation shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from inbox_app import phones
from local_cache.outgoing import OutgoingMessage
from local_cache.records import CachedMessage
from ui.conversation.rows import MessageRow, QuoteRow, ReactionRow
from wire.rows import Quote, Reaction


def message_row(message: CachedMessage, *, in_group: bool) -> MessageRow:
    """A message that the server knows."""
    outbound = message.direction == "outbound"
    names_sender = in_group and not outbound
    phone = phones.written(message.sender_phone) if message.sender_phone else None
    return MessageRow(
        key=message.client_uuid or message.uuid,
        message_id=message.id,
        order=message.order,
        outbound=outbound,
        body=message.body,
        message_type=message.message_type,
        status=message.status,
        error=message.error_message,
        sender_name=message.sender_name if names_sender else None,
        sender_phone=phone if names_sender else None,
        sender_seed=(message.sender_phone or message.sender_name or "") if names_sender else "",
        agent_name=message.user_name,
        time_ms=message.created_at_ms,
        quote=_quote(message.reply_to),
        reactions=_reactions(message.reactions),
        media_label=message.media.file_name if message.media else None,
        edited=message.edited_at_ms is not None,
        deleted=message.deleted_at_ms is not None,
    )


def outgoing_row(message: OutgoingMessage, agent_name: str) -> MessageRow:
    """A message that is still in the outbox."""
    return MessageRow(
        key=message.uuid,
        message_id=None,
        order="",
        outbound=True,
        body=message.body,
        status=message.state.value,
        error=message.reason,
        agent_name=agent_name,
        time_ms=message.created_at_ms,
    )


def _quote(quote: Quote | None) -> QuoteRow | None:
    if quote is None:
        return None
    return QuoteRow(sender_name=quote.sender_name, body=quote.body, message_type=quote.message_type)


def _reactions(reactions: Sequence[Reaction]) -> tuple[ReactionRow, ...]:
    counted = Counter(reaction.emoji for reaction in reactions)
    return tuple(ReactionRow(emoji=emoji, count=count) for emoji, count in counted.most_common())
