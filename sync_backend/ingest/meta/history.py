"""The chats that a number had before it was on the Cloud API: a number that is on a phone too hands them over once."""

from __future__ import annotations

from typing import Any, Final

from sync_backend.ingest.meta.messages import Setting, understand_message
from sync_backend.ingest.meta.people import AddressBook, Person, named
from sync_backend.ingest.meta.steps import NotUnderstood, OurNumber, Step, Told
from sync_backend.ingest.meta.values import mapping, mappings, number, text
from wire.webhooks import SyncProgress

_STATUSES: Final = {
    "error": "failed",
    "pending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "played",
}


def understand_history(ours: OurNumber, part: dict[str, Any], book: AddressBook) -> list[Step]:
    """The messages of all threads, then how far the import has come."""
    steps: list[Step] = []
    for thread in mappings(part.get("threads")):
        context = mapping(thread.get("context"))
        other_id, user_id = thread.get("id"), context.get("user_id") or thread.get("user_id")
        other = book.person(context.get("wa_id") or other_id, user_id)
        name = other.name or text(context.get("username"))
        for message in mappings(thread.get("messages")):
            steps += understand_message(message, _setting(ours, Person(other.identities, name), message))
    return [*steps, *_progress(ours, part)]


def _setting(ours: OurNumber, other: Person, message: dict[str, Any]) -> Setting:
    from_me = _is_ours(ours, other, message)
    status = _STATUSES.get((text(mapping(message.get("history_context")).get("status")) or "").lower())
    return Setting(number=ours, other=other, from_me=from_me, live=False, status=status if from_me else None)


def _is_ours(ours: OurNumber, other: Person, message: dict[str, Any]) -> bool:
    writer = text(message.get("from"))
    if writer is None:
        return mapping(message.get("history_context")).get("from_me") is True or text(message.get("to")) is not None
    if writer.removeprefix("+") == ours.digits:
        return True
    return not any(each in other.identities for each in named(writer, message.get("from_user_id")))


def _progress(ours: OurNumber, part: dict[str, Any]) -> list[Step]:
    if any(mappings(part.get("errors"))):
        declined = next(mappings(part.get("errors")))
        return [
            _state(ours, "cancelled"),
            NotUnderstood(f"history is not shared: {text(declined.get('message')) or text(declined.get('code'))}"),
        ]
    progress = number(mapping(part.get("metadata")).get("progress"))
    if progress is None:
        return []
    return [_state(ours, "completed" if progress >= 100 else "running")]


def _state(ours: OurNumber, status: Any) -> Step:
    return Told(SyncProgress(session_id=ours.session_id, workspace_id=ours.workspace_id, status=status))
