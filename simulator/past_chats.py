"""Turns a room's past into a chat of an import batch, as the bridge reads it from WhatsApp."""

from __future__ import annotations

from simulator.events import ACK_DEVICE, ACK_READ, message_event
from simulator.history import Story
from simulator.settings import Number
from simulator.world import Group
from wire.chats_sync import MOST_MESSAGES, PastChat, PastMessage
from wire.times import to_iso


def past_chat(number: Number, story: Story) -> PastChat:
    """The chat with its latest messages, oldest first, as `number` sees it."""
    room = story.room
    group = room.who if isinstance(room.who, Group) else None
    messages = [_message(number, story, place) for place in range(len(story.utterances))][-MOST_MESSAGES:]
    unread = [spoken for spoken in story.utterances[story.read :] if spoken.writer != number]
    first = message_event(number, room, story.utterances[0])
    return PastChat(
        type="group" if group else "private",
        contact_phone=first.contact_phone,
        contact_name=first.contact_name,
        identities=None if group else first.identities,
        group_jid=group.jid if group else None,
        group_name=group.name if group else None,
        participants=room.participants() if group else None,
        description=group.description if group else None,
        owner_phone=group.members[0].person.phone if group else None,
        group_created_at=to_iso(group.members[0].joined_at_ms) if group else None,
        timestamp=story.utterances[-1].sent_at,
        unread_count=len(unread),
        messages=messages,
    )


def _message(number: Number, story: Story, place: int) -> PastMessage:
    event = message_event(number, story.room, story.utterances[place])
    assert event.timestamp is not None, "what was said was said at some time"
    return PastMessage(
        message_id=event.message_id,
        message_body=event.message_body,
        message_type=event.message_type,
        timestamp=event.timestamp,
        from_me=event.from_me,
        has_media=event.has_media,
        sender_phone=event.sender_phone,
        sender_name=event.sender_name,
        identities=event.identities if event.sender_phone else None,
        ack=(ACK_READ if place < story.read else ACK_DEVICE) if event.from_me else None,
        quoted=event.quoted,
        media=event.media,
    )
