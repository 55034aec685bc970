"""Turns messages of the cache and of the outbox into the rows that the conversation shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from inbox_app import phones
from local_cache.outgoing import OutgoingMessage
from local_cache.records import CachedMessage
from ui.conversation.rows import MessageRow, QuoteRow, ReactionRow
from wire.rows import Quote, Reaction


def key_of(message: CachedMessage) -> str:
    """Of its bubble: the same from the moment it was typed."""
    return message.client_uuid or message.uuid


def message_row(
    message: CachedMessage, *, in_group: bool, our_reaction: str | None = None, quoted_key: str | None = None
) -> MessageRow:
    """A message that the server knows. `our_reaction` is one that it does not know yet: an emoji, empty for one that is
    taken back. `quoted_key` is the key of the message that this one answers."""
    outbound = message.direction == "outbound"
    names_sender = in_group and not outbound
    phone = phones.written(message.sender_phone) if message.sender_phone else None
    return MessageRow(
        key=key_of(message),
        message_id=message.id,
        order=message.order,
        outbound=outbound,
        body=message.body,
        message_type=message.message_type,
        status=message.status,
        error=message.error_message,
        error_code=message.error_code,
        sender_name=message.sender_name if names_sender else None,
        sender_phone=phone if names_sender else None,
        sender_seed=(message.sender_phone or message.sender_name or "") if names_sender else "",
        agent_name=message.user_name,
        time_ms=message.created_at_ms,
        quote=_quote(message.reply_to, quoted_key),
        reactions=_reactions(message.reactions, our_reaction),
        media_label=message.media.file_name if message.media else None,
        edited=message.edited_at_ms is not None,
        deleted=message.deleted_at_ms is not None,
    )


def outgoing_row(message: OutgoingMessage, agent_name: str, quoted: CachedMessage | None) -> MessageRow:
    """A message that is still in the outbox; `quoted` is the one that it answers."""
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
        quote=quote_of(quoted) if quoted is not None else None,
    )


def quote_of(message: CachedMessage) -> QuoteRow:
    """How an answer to this message quotes it."""
    name = message.user_name if message.direction == "outbound" else message.sender_name
    return QuoteRow(sender_name=name, body=message.body, message_type=message.message_type, message_key=key_of(message))


def _quote(quote: Quote | None, key: str | None) -> QuoteRow | None:
    if quote is None:
        return None
    return QuoteRow(sender_name=quote.sender_name, body=quote.body, message_type=quote.message_type, message_key=key)


def _reactions(reactions: Sequence[Reaction], our_news: str | None) -> tuple[ReactionRow, ...]:
    ours = next((each.emoji for each in reactions if each.from_me), "") if our_news is None else our_news
    theirs = [each.emoji for each in reactions if not each.from_me]
    counted = Counter([*theirs, ours] if ours else theirs)
    return tuple(ReactionRow(emoji=emoji, count=count, ours=emoji == ours) for emoji, count in counted.most_common())
