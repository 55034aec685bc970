"""What a message of Meta's webhooks means: written by a customer, on the business's own phone, or long ago."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from sync_backend.ingest.messages import Particulars
from sync_backend.ingest.meta.contents import Content, contacts_content, content_of, type_of
from sync_backend.ingest.meta.people import Person, address_of, named
from sync_backend.ingest.meta.steps import NotUnderstood, NumberChanged, OurNumber, Step, Told
from sync_backend.ingest.meta.values import mapping, seconds, text
from wire.rest import MAX_BODY_CHARACTERS
from wire.webhooks import MessageEdit, MessageEvent, MessageReaction, MessageRevoke, Quoted

_CHANGES_OF_NUMBER: Final = frozenset({"user_changed_number", "user_changed_user_id", "customer_changed_number"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a message came: `other` is whom the private chat is with, or who wrote in the group `group_id`."""

    number: OurNumber
    other: Person
    group_id: str | None = None
    from_me: bool = False
    live: bool = True
    status: str | None = None


def understand_message(message: dict[str, Any], setting: Setting) -> list[Step]:
    """The steps of one element, in their order."""
    kind = type_of(message)
    if kind == "reaction":
        return [_reaction(message, setting)]
    if kind == "edit":
        return [_edit(message, setting)]
    if kind == "revoke":
        return [_revoke(message, setting)]
    if kind == "system" and text(mapping(message.get("system")).get("type")) in _CHANGES_OF_NUMBER:
        return _number_changed(message, setting)
    return [_message(message, setting)]


def _message(message: dict[str, Any], setting: Setting) -> Step:
    if setting.group_id is None and not setting.other.identities:
        return NotUnderstood(f"nobody is named in a message of type {type_of(message)!r}")
    content = _content(message)
    shown = content or Content(message_type="unsupported")
    # A customer's answer opens the window and is counted; a notice of WhatsApp's is neither.
    is_notice = shown.message_type == "system"
    particulars = Particulars(
        live=setting.live and not is_notice,
        status=setting.status,
        raw=message if content is None else None,
        provider_media=shown.provider_media,
    )
    return Told(_event(message, setting, shown), particulars)


def _event(message: dict[str, Any], setting: Setting, content: Content) -> MessageEvent:
    other, in_group = setting.other, setting.group_id is not None
    phone = address_of(other, "phone")
    return MessageEvent(
        session_id=setting.number.session_id,
        workspace_id=setting.number.workspace_id,
        chat_type="group" if in_group else "private",
        contact_phone=None if in_group else phone,
        contact_name=None if in_group else other.name,
        group_jid=setting.group_id,
        sender_phone=phone if in_group and not setting.from_me else None,
        sender_name=other.name if in_group and not setting.from_me else None,
        message_body=content.body[:MAX_BODY_CHARACTERS],
        message_type=content.message_type,
        timestamp=seconds(message.get("timestamp")),
        has_media=content.media is not None,
        message_id=text(message.get("id")),
        from_me=setting.from_me,
        client_uuid=text(message.get("biz_opaque_callback_data")) if setting.from_me else None,
        identities=None if in_group and setting.from_me else other.identities,
        quoted=_quoted(message),
        media=content.media,
    )


def _content(message: dict[str, Any]) -> Content | None:
    if type_of(message) == "contacts":
        return contacts_content(message.get("contacts"))
    return content_of(message)


def _quoted(message: dict[str, Any]) -> Quoted | None:
    original = text(mapping(message.get("context")).get("id"))
    return None if original is None else Quoted(message_id=original)


def _reaction(message: dict[str, Any], setting: Setting) -> Step:
    part = mapping(message.get("reaction"))
    target = text(part.get("message_id"))
    if target is None:
        return NotUnderstood("a reaction to no message")
    in_group = setting.group_id is not None and not setting.from_me
    return Told(
        MessageReaction(
            session_id=setting.number.session_id,
            workspace_id=setting.number.workspace_id,
            message_id=target,
            emoji=text(part.get("emoji")) or "",
            # In a private chat there is only one other person, whichever identity they show today.
            identities=setting.other.identities if in_group else None,
            sender_name=setting.other.name if not setting.from_me else None,
            from_me=setting.from_me,
            timestamp=seconds(message.get("timestamp")),
        )
    )


def _edit(message: dict[str, Any], setting: Setting) -> Step:
    part = mapping(message.get("edit"))
    target = text(part.get("original_message_id"))
    content = _content(mapping(part.get("message")))
    if target is None or content is None:
        return NotUnderstood("an edit that names no message, or no text")
    return Told(
        MessageEdit(
            session_id=setting.number.session_id,
            workspace_id=setting.number.workspace_id,
            message_id=target,
            message_body=content.body[:MAX_BODY_CHARACTERS],
            timestamp=seconds(message.get("timestamp")),
        )
    )


def _revoke(message: dict[str, Any], setting: Setting) -> Step:
    target = text(mapping(message.get("revoke")).get("original_message_id"))
    if target is None:
        return NotUnderstood("a deletion of no message")
    return Told(
        MessageRevoke(
            session_id=setting.number.session_id,
            workspace_id=setting.number.workspace_id,
            message_id=target,
            timestamp=seconds(message.get("timestamp")),
        )
    )


def _number_changed(message: dict[str, Any], setting: Setting) -> list[Step]:
    """The person first, then the notice in their chat."""
    part = mapping(message.get("system"))
    new = named(part.get("wa_id") or part.get("new_wa_id"), part.get("user_id"))
    old = [*setting.other.identities, *named(None, part.get("previous_user_id"))]
    old = [each for each in dict.fromkeys(old) if each not in new]
    if not new:
        return [_message(message, setting)]
    known_by = replace(setting, other=Person([*new, *old], setting.other.name))
    return [NumberChanged(old, new), _message(message, known_by)]
