"""What a change of Meta's webhooks means, element by element: one that is odd says nothing about its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sync_backend.ingest.meta.envelope import Change
from sync_backend.ingest.meta.history import understand_history
from sync_backend.ingest.meta.messages import Setting, understand_message
from sync_backend.ingest.meta.people import AddressBook, Person, named
from sync_backend.ingest.meta.statuses import understand_status
from sync_backend.ingest.meta.steps import NotUnderstood, OurNumber, Step
from sync_backend.ingest.meta.values import mapping, mappings, text


def understand(change: Change, ours: OurNumber) -> list[Step]:
    """The steps of a change, in the order in which it tells of them."""
    value = change.value
    book = AddressBook(value.get("contacts"))
    steps: list[Step] = []
    messages = list(mappings(value.get("messages")))
    alone = len({(str(each.get("from")), str(each.get("from_user_id"))) for each in messages}) == 1
    for message in messages:
        steps += understand_message(message, _received(ours, message, book, alone=alone))
    for echo in mappings(value.get("message_echoes")):
        steps += understand_message(echo, _written_on_the_phone(ours, echo, book))
    for status in mappings(value.get("statuses")):
        steps += understand_status(ours, status, book)
    for part in mappings(value.get("history")):
        steps += understand_history(ours, part, book)
    steps += _troubles(value)
    return steps


def _received(ours: OurNumber, message: dict[str, Any], book: AddressBook, *, alone: bool) -> Setting:
    # Media of old messages come apart from them, as if they had just been written.
    if mapping(message.get("history_context")):
        writer = text(message.get("from")) or ""
        if writer.removeprefix("+") == ours.digits:
            reader = Person(named(message.get("to"), message.get("to_user_id")))
            return Setting(number=ours, other=reader, from_me=True, live=False)
        return Setting(number=ours, other=book.person(writer, message.get("from_user_id")), live=False)
    writer_known = book.person(message.get("from"), message.get("from_user_id"), alone=alone)
    return Setting(number=ours, other=writer_known, group_id=_group_id(message))


def _written_on_the_phone(ours: OurNumber, echo: dict[str, Any], book: AddressBook) -> Setting:
    other = book.person(echo.get("to"), echo.get("to_user_id"))
    return Setting(number=ours, other=other, group_id=_group_id(echo), from_me=True, status="sent")


def _group_id(message: dict[str, Any]) -> str | None:
    """Opaque: nothing is read out of it."""
    group_id = text(message.get("group_id"))
    return None if group_id is None or len(group_id) > 255 else group_id


def _troubles(value: dict[str, Any]) -> Iterator[Step]:
    for error in mappings(value.get("errors")):
        words = text(error.get("title")) or text(error.get("message")) or ""
        yield NotUnderstood(f"Meta reports the error {text(error.get('code'))}: {words}")
