"""Rows as a server would send them, with only what a test cares about spelled out."""

from __future__ import annotations

from collections.abc import Sequence

from wire.realtime import ChangedRows, ChangesEvent
from wire.rest import ChangePage
from wire.rows import (
    Contact,
    ContactRef,
    Conversation,
    Group,
    GroupRef,
    LastMessage,
    Message,
    Sender,
    Session,
    SyncState,
)
from wire.times import to_iso

EPOCH = "epoch-one"
NOON = 1_763_899_200_000


def session(number: str = "s1", *, version: int = 1, **fields: object) -> Session:
    known: dict[str, object] = {
        "phone_number": "+6281234567890",
        "provider_type": "webjs",
        "status": "connected",
        "sync": SyncState(status="completed"),
    }
    return Session(id=number, version=version, **{**known, **fields})  # type: ignore[arg-type]  # a test's own fields


def contact(
    contact_id: str, name: str | None = None, phone: str | None = None, *, version: int = 1, deleted: bool = False
) -> Contact:
    return Contact(id=contact_id, name=name, phone=phone, version=version, deleted_at=to_iso(NOON) if deleted else None)


def group(group_id: str, name: str | None = None, members: int | None = None, *, version: int = 1) -> Group:
    return Group(id=group_id, group_jid=f"{group_id}@g.us", name=name, participants_count=members, version=version)


def conversation(
    conversation_id: str,
    *,
    minutes: int | None = 0,
    of: str | None = None,
    of_group: str | None = None,
    session_id: str = "s1",
    unread: int = 0,
    version: int = 1,
    merged_into: str | None = None,
    deleted: bool = False,
    last_body: str | None = None,
) -> Conversation:
    """A private chat with contact `of` (by default called like the conversation), or a chat of the group `of_group`."""
    at = None if minutes is None else to_iso(NOON + minutes * 60_000)
    last = None
    if last_body is not None and at is not None:
        last = LastMessage(
            id="last", body=last_body, message_type="text", direction="inbound", status="delivered", created_at=at
        )
    return Conversation(
        id=conversation_id,
        chat_type="group" if of_group else "private",
        session_id=session_id,
        provider_type="webjs",
        contact=None if of_group else ContactRef(id=of or f"of-{conversation_id}"),
        group=GroupRef(id=of_group) if of_group else None,
        last_message=last,
        last_message_at=at,
        unread_count=unread,
        version=version,
        merged_into=merged_into,
        deleted_at=to_iso(NOON) if deleted else None,
    )


def message(
    message_id: str,
    conversation_id: str,
    *,
    minutes: int = 0,
    version: int = 1,
    arrival: int | None = None,
    deleted: bool = False,
    **fields: object,
) -> Message:
    known: dict[str, object] = {
        "uuid": f"uuid-{message_id}",
        "session_id": "s1",
        "direction": "inbound",
        "message_type": "text",
        "body": f"body of {message_id}",
        "status": "delivered",
        "sender": Sender(name="Sari", phone="+628000000001"),
        "created_at": to_iso(NOON + minutes * 60_000),
        "order": order(minutes, message_id),
        "arrival": version if arrival is None else arrival,
        "deleted_at": to_iso(NOON) if deleted else None,
    }
    return Message(
        id=message_id,
        conversation_id=conversation_id,
        version=version,
        **{**known, **fields},  # type: ignore[arg-type]  # a test's own fields
    )


def order(minutes: int, message_id: str) -> str:
    """Sortable as the server's is: by time, then by id."""
    return f"{NOON + minutes * 60_000:015d}-{message_id}"


def page(
    *,
    head: int,
    sessions: Sequence[Session] = (),
    contacts: Sequence[Contact] = (),
    groups: Sequence[Group] = (),
    conversations: Sequence[Conversation] = (),
    messages: Sequence[Message] = (),
    next_cursor: str | None = None,
    epoch: str = EPOCH,
) -> ChangePage:
    return ChangePage(
        epoch=epoch,
        head=head,
        sessions=list(sessions),
        contacts=list(contacts),
        groups=list(groups),
        conversations=list(conversations),
        messages=list(messages),
        next_cursor=next_cursor,
    )


def event(
    seq: int,
    *,
    sessions: Sequence[Session] = (),
    contacts: Sequence[Contact] = (),
    groups: Sequence[Group] = (),
    conversations: Sequence[Conversation] = (),
    messages: Sequence[Message] = (),
    epoch: str = EPOCH,
) -> ChangesEvent:
    rows = ChangedRows(
        sessions=list(sessions),
        contacts=list(contacts),
        groups=list(groups),
        conversations=list(conversations),
        messages=list(messages),
    )
    return ChangesEvent(epoch=epoch, seq=seq, rows=rows)
