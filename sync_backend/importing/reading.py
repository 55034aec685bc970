"""Reads the chats of a batch one by one: what cannot be used is reported, its neighbours are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sync_backend.errors import ApiError, validation_detail
from sync_backend.importing.history import GroupNews, HistoryChat, HistoryMessage, Person
from sync_backend.ingest.messages import clipped, made_up_key, provider_key, quote_of, shown_type, uuid_text
from sync_backend.ingest.people import identities_of, normal_participants, phone_in, sender_of
from sync_backend.ingest.validation import check_text, check_time, invalid
from sync_backend.store.accounts import Account
from sync_backend.store.identities import NotAChatError, refuse_what_is_no_chat, search_text
from sync_backend.store.messages import MessageContent, kept_of_quote
from wire.chats_sync import MOST_MESSAGES, PastChat, PastMessage, Rejected
from wire.rows import Media
from wire.status import ACKS, higher
from wire.webhooks import Identity

Report = Callable[[str | None, str], None]
"""Told which field (a path within the chat) cannot be used, and why."""


def read_chats(account: Account, chats: list[Any]) -> tuple[list[HistoryChat], list[Rejected]]:
    """What can be imported, and what cannot; `index` is the place in the batch."""
    usable: list[HistoryChat] = []
    rejected: list[Rejected] = []
    for index, document in enumerate(chats):

        def report(field: str | None, reason: str, index: int = index) -> None:
            rejected.append(Rejected(index=index, field=field, reason=reason))

        chat = _read_chat(account, document, report)
        if chat is not None:
            usable.append(chat)
    return usable, rejected


def _read_chat(account: Account, document: Any, report: Report) -> HistoryChat | None:
    try:
        chat, places = _validated(document, report)
        return _understood(account, chat, places, report)
    except ApiError as refused:
        report(refused.field, refused.message)
    except NotAChatError as refused:
        report(None, f"Not a conversation: {refused}.")
    return None


def _validated(document: Any, report: Report) -> tuple[PastChat, list[int]]:
    """The chat without those messages that are malformed, and the places of the others. ApiError."""
    given = document.get("messages") if isinstance(document, dict) else None
    messages: list[Any] = given if isinstance(given, list) else []
    count = len(messages)
    if count > MOST_MESSAGES:
        raise invalid("messages", f"More than {MOST_MESSAGES} messages; send the others in another batch.")
    try:
        return _adapter().validate_python(document), list(range(count))
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    odd = {problem["loc"][1]: problem for problem in reversed(problems) if _is_of_a_message(problem["loc"])}
    others = [problem for problem in problems if not _is_of_a_message(problem["loc"])]
    if others or not odd:
        detail = validation_detail(others or problems)
        raise invalid(detail.field, detail.message)
    for problem in odd.values():
        detail = validation_detail([problem])
        report(detail.field, detail.message)
    places = [place for place in range(count) if place not in odd]
    return _adapter().validate_python({**document, "messages": [messages[place] for place in places]}), places


def _understood(account: Account, chat: PastChat, places: list[int], report: Report) -> HistoryChat:
    person: Person = []
    group: GroupNews = {}
    if chat.type == "group":
        if not chat.group_jid or len(chat.group_jid) > 255:
            raise invalid("group_jid", "A group is named by its group_jid, of at most 255 characters.")
        refuse_what_is_no_chat(chat.group_jid)
        group = _group_news(chat)
    else:
        person = _plain(identities_of("contact_phone", chat.contact_phone, chat.identities))
        if not person:
            raise invalid("contact_phone", "A private chat is named by its contact_phone.")
    messages = []
    for place, message in zip(places, chat.messages or (), strict=True):
        try:
            messages.append(_message(account, chat, message))
        except ApiError as refused:
            report(f"messages.{place}.{refused.field}" if refused.field else f"messages.{place}", refused.message)
        except NotAChatError as refused:
            report(f"messages.{place}", f"Not a conversation: {refused}.")
    if not chat.messages and (last := _last_message(chat)) is not None:
        messages.append(_message(account, chat, last))
    messages.sort(key=lambda each: each["sent_at_ms"])
    return HistoryChat(
        person=person,
        name=None if chat.type == "group" else clipped(chat.contact_name),
        group_jid=chat.group_jid if chat.type == "group" else None,
        group=group,
        unread=max(0, chat.unread_count),
        messages=messages,
    )


def _last_message(chat: PastChat) -> PastMessage | None:
    """The original's batches bring a chat's last line alone."""
    if not chat.last_message or chat.timestamp is None:
        return None
    return PastMessage(
        message_body=chat.last_message,
        timestamp=chat.timestamp,
        sender_phone=chat.sender_phone,
        sender_name=chat.sender_name,
    )


def _message(account: Account, chat: PastChat, message: PastMessage) -> HistoryMessage:
    check_time(message.timestamp)
    check_text(message)
    writer: list[Identity] = []
    if chat.type == "group" and not message.from_me:
        writer = sender_of("sender_phone", message.sender_phone, message.identities)
    shown = shown_type(message.message_type)
    quoted = quote_of(message.quoted)
    return HistoryMessage(
        key=provider_key(message.message_id)
        if message.message_id
        else made_up_key(
            account,
            chat.group_jid or chat.contact_phone,
            message.sender_phone,
            message.timestamp,
            message.message_type,
            message.message_body,
        ),
        inbound=not message.from_me,
        body=message.message_body,
        message_type=shown,
        status=_status(message),
        sent_at_ms=message.timestamp * 1000,
        writer=_plain(writer),
        sender_name=None if message.from_me else clipped(message.sender_name),
        sender_phone=phone_in(writer),
        client_uuid=uuid_text(message.client_uuid) if message.from_me else None,
        quoted_key=None if quoted is None else quoted.message_id,
        quoted=None if quoted is None else kept_of_quote(quoted),
        extra=_extra_of(message, shown),
    )


def _extra_of(message: PastMessage, shown: str) -> dict[str, Any] | None:
    media = message.media or (Media() if message.has_media else None)
    if media is None and shown != "unsupported":
        return None
    return MessageContent(
        body="", media=media, provider_message_type=message.message_type[:255] if shown == "unsupported" else None
    ).metadata()


def _status(message: PastMessage) -> str:
    if not message.from_me:
        return "delivered"
    return "sent" if message.ack is None else higher("sent", ACKS.get(message.ack, "sent"))


def _group_news(chat: PastChat) -> GroupNews:
    news: GroupNews = {}
    if name := clipped(chat.group_name):
        news |= {"name": name, "search_text": search_text(name)}
    if chat.description is not None:
        news["description"] = chat.description
    if owner := phone_in(sender_of("owner_phone", chat.owner_phone)):
        news["owner_phone"] = owner
    participants = normal_participants(chat.participants)
    if participants is not None:
        news |= {"participants": [asdict(each) for each in participants], "participants_count": len(participants)}
    if code := clipped(chat.invite_code):
        news["invite_code"] = code
    if chat.settings is not None:
        news["settings"] = asdict(chat.settings)
    if chat.group_created_at is not None:
        news["group_created_at"] = _moment(chat.group_created_at)
    return news


def _moment(value: str | int) -> int:
    """Milliseconds, of seconds or of ISO 8601. ApiError."""
    if isinstance(value, int):
        check_time(value, "group_created_at")
        return value * 1000
    try:
        return int(datetime.fromisoformat(value).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise invalid("group_created_at", "Neither a time in seconds nor ISO 8601.") from None


def _plain(identities: list[Identity]) -> Person:
    return [(each.kind, each.value) for each in identities]


def _is_of_a_message(location: tuple[str | int, ...]) -> bool:
    return len(location) > 1 and location[0] == "messages" and isinstance(location[1], int)


@cache
def _adapter() -> TypeAdapter[PastChat]:
    return TypeAdapter(PastChat)
