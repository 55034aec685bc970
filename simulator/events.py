"""Turns what happens in a room into the webhook events that one number's bridge would post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from simulator.history import Story, Utterance
from simulator.people import Person
from simulator.settings import Number
from simulator.world import Group, Room
from wire.rows import Media
from wire.webhooks import (
    BridgeEvent,
    ChatRead,
    GroupUpdate,
    Identity,
    MessageAck,
    MessageEdit,
    MessageEvent,
    MessageReaction,
    Quoted,
)

ACK_ERROR: Final = -1
ACK_SERVER: Final = 1
ACK_DEVICE: Final = 2
ACK_READ: Final = 3

_MEDIA: Final[dict[str, Media]] = {
    "image": Media(mime_type="image/jpeg", file_name="photo.jpg", size=184_320),
    "video": Media(mime_type="video/mp4", file_name="video.mp4", size=2_411_724, duration_seconds=19),
    "voice": Media(mime_type="audio/ogg; codecs=opus", size=31_744, duration_seconds=12),
    "document": Media(mime_type="application/pdf", file_name="dokumen.pdf", size=96_256),
    "sticker": Media(mime_type="image/webp", size=22_528),
}


def message_event(
    number: Number,
    room: Room,
    utterance: Utterance,
    *,
    client_uuid: str | None = None,
    with_participants: bool = False,
) -> MessageEvent:
    """How `number` sees an utterance: what another number of ours wrote in a shared group is inbound to it."""
    writer = utterance.writer
    from_me = isinstance(writer, Number) and writer.session_id == number.session_id
    group = room.who if isinstance(room.who, Group) else None
    contact = room.who if isinstance(room.who, Person) else None
    sender_phone = (writer.phone if isinstance(writer, Number) else writer.address) if group and not from_me else None
    quoted = utterance.quotes
    return MessageEvent(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        chat_type=_chat_type(room),
        contact_phone=contact.address if contact else None,
        contact_name=contact.name if contact else None,
        group_jid=group.jid if group else None,
        group_name=group.name if group else None,
        sender_phone=sender_phone,
        sender_name=writer.name if group and not from_me else None,
        message_body=utterance.line.text,
        message_type=utterance.line.kind,
        timestamp=utterance.sent_at,
        has_media=utterance.line.has_media,
        message_id=utterance.message_id,
        from_me=from_me,
        client_uuid=client_uuid,
        identities=_identities(contact, writer),
        quoted=None
        if quoted is None
        else Quoted(
            message_id=quoted.message_id,
            sender_name=quoted.writer.name,
            body=quoted.line.text,
            message_type=quoted.line.kind,
        ),
        media=_MEDIA.get(utterance.line.kind),
        participants=room.participants() if with_participants else None,
    )


def ack_event(number: Number, message_id: str, ack: int, client_uuid: str | None = None) -> MessageAck:
    return MessageAck(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        message_id=message_id,
        ack=ack,
        client_uuid=client_uuid,
    )


def read_event(number: Number, room: Room) -> ChatRead:
    private = isinstance(room.who, Person)
    return ChatRead(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        chat_type=_chat_type(room),
        contact_phone=room.address if private else None,
        group_jid=None if private else room.address,
    )


def edit_event(number: Number, message_id: str, body: str, timestamp: int) -> MessageEdit:
    return MessageEdit(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        message_id=message_id,
        message_body=body,
        timestamp=timestamp,
    )


def own_reaction_event(number: Number, message_id: str, emoji: str, timestamp: int) -> MessageReaction:
    """Our number reacted, at its phone or through the bridge."""
    return MessageReaction(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        message_id=message_id,
        emoji=emoji,
        sender_phone=number.phone,
        from_me=True,
        timestamp=timestamp,
    )


def reaction_event(number: Number, message_id: str, emoji: str, who: Person, timestamp: int) -> MessageReaction:
    return MessageReaction(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        message_id=message_id,
        emoji=emoji,
        sender_phone=who.address,
        sender_name=who.name,
        timestamp=timestamp,
    )


def past_events(number: Number, story: Story) -> Iterator[tuple[BridgeEvent, bool]]:
    """A room's past, each event with whether it was over and read: what Meta tells as history."""
    read = {utterance.message_id for utterance in story.utterances[: story.read]}
    for event in history_events(number, story):
        message_id = getattr(event, "message_id", None)
        yield event, message_id in read


def history_events(number: Number, story: Story) -> Iterator[BridgeEvent]:
    """A room's past as `number` would have reported it when it happened, acks and reading included."""
    room = story.room
    for position, utterance in enumerate(story.utterances):
        event = message_event(number, room, utterance, with_participants=position == 0 and isinstance(room.who, Group))
        yield event
        if position == 0 and isinstance(room.who, Group):
            yield _group_event(number, room, room.who)
        if event.from_me:
            yield ack_event(number, utterance.message_id, ACK_READ if position < story.read else ACK_DEVICE)
        if position == story.read - 1 and any(spoken.writer != number for spoken in story.utterances[: story.read]):
            yield read_event(number, room)


def _group_event(number: Number, room: Room, group: Group) -> GroupUpdate:
    return GroupUpdate(
        session_id=number.session_id,
        workspace_id=number.workspace_id,
        group_jid=group.jid,
        group_name=group.name,
        description=group.description,
        owner_phone=group.members[0].person.phone,
        participants=room.participants(),
    )


def _identities(contact: Person | None, writer: Person | Number) -> list[Identity] | None:
    """Of the private chat's contact, else of the group's writer; null where the bridge could not map a LID."""
    person = contact or (writer if isinstance(writer, Person) else None)
    if person is None or (person.phone is not None and int(person.lid) % 2):
        return None
    return person.identities


def _chat_type(room: Room) -> Literal["private", "group"]:
    return "group" if isinstance(room.who, Group) else "private"
