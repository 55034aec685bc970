"""Turns a verified webhook document into its typed event, or says which field is wrong."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from sync_backend.errors import ApiError, validation_detail
from wire.chats_sync import PastMessage
from wire.rest import MAX_BODY_CHARACTERS
from wire.webhooks import EVENTS, BridgeEvent, MessageEdit, MessageEvent

_LATEST_SECOND: Final = 253_402_300_799
"""The end of the year 9999; a time in milliseconds lies beyond it."""


def read_event(document: Any) -> BridgeEvent:
    """ApiError 422 that names the field's path."""
    if not isinstance(document, dict):
        raise invalid(None, "The body must be a JSON object.")
    name = document.get("event", "message")
    if not isinstance(name, str) or name not in EVENTS:
        raise invalid("event", f"Unknown event. Known are {', '.join(EVENTS)}.")
    try:
        event = _adapter(name).validate_python(document)
    except ValidationError as error:
        detail = validation_detail(error.errors(include_url=False, include_context=False, include_input=False))
        raise ApiError(422, detail.code, detail.message, detail.field, detail.hint) from None
    timestamp: int | None = getattr(event, "timestamp", None)
    if timestamp is not None:
        check_time(timestamp)
    if isinstance(event, MessageEvent):
        check_text(event)
    elif isinstance(event, MessageEdit):
        _check_length(event.message_body)
    return event


def check_time(seconds: int, field: str = "timestamp") -> None:
    """ApiError 422 for what is no time in seconds."""
    if not 0 <= seconds <= _LATEST_SECOND:
        raise invalid(field, "Not a time in seconds since 1970.", "WhatsApp's times are seconds.")


def check_text(message: MessageEvent | PastMessage) -> None:
    """ApiError 422 for a text that is too long, or that should be there and is not."""
    _check_length(message.message_body)
    if (
        not message.message_body
        and message.message_type in ("text", "chat")
        and not message.has_media
        and message.media is None
    ):
        raise invalid("message_body", "A text message without text; only media may come without.")


def invalid(field: str | None, message: str, hint: str | None = None) -> ApiError:
    """The refusal of a request whose meaning, rather than whose signature, is wrong."""
    return ApiError(422, "invalid", message, field, hint)


@cache
def _adapter(name: str) -> TypeAdapter[BridgeEvent]:
    return TypeAdapter(EVENTS[name])


def _check_length(body: str) -> None:
    if len(body) > MAX_BODY_CHARACTERS:
        raise invalid("message_body", f"Longer than {MAX_BODY_CHARACTERS} characters.")
