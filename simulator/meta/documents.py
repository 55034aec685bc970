"""What Meta's webhooks say of what a bridge would have told: the same events in the Cloud API's words."""

from __future__ import annotations

import base64
from typing import Any, Final

from simulator.settings import MetaNumber, Number
from wire.webhooks import BridgeEvent, MessageAck, MessageEdit, MessageEvent, MessageReaction, SyncProgress

Document = dict[str, Any]

_STATUSES: Final = {1: "sent", 2: "delivered", 3: "read", 4: "played", -1: "failed"}
_MEDIA: Final = frozenset({"image", "video", "voice", "document", "sticker"})
_EXTENSIONS: Final = {"image": "image/jpeg", "video": "video/mp4", "document": "application/pdf"}


def wamid(message_id: str) -> str:
    """An id in the form of the Cloud API's."""
    return f"wamid.{base64.urlsafe_b64encode(message_id.encode()).decode()}"


def user_id(lid: str) -> str:
    """The business-scoped user id of somebody who hides their phone."""
    return f"ID.{lid}"


def document_of(number: Number, event: BridgeEvent, *, past: bool = False) -> Document | None:
    """None for what Meta never tells. What is `past` comes as history, read long ago."""
    meta = number.meta
    assert meta is not None, "only numbers on the Cloud API have documents"
    match event:
        case MessageEvent():
            return _message(number, meta, event, past=past)
        case MessageAck() if not past:
            return _value(number, meta, "messages", statuses=[_status(event)])
        case MessageReaction():
            reaction = {"message_id": wamid(event.message_id)} | ({"emoji": event.emoji} if event.emoji else {})
            element = _element(event, "reaction", reaction)
            return _received(number, meta, _by(event.sender_phone), event.sender_name, element)
        case MessageEdit():
            corrected = {"type": "text", "text": {"body": event.message_body}}
            edit = {"original_message_id": wamid(event.message_id), "message": corrected}
            return _received(number, meta, {}, None, _element(event, "edit", edit))
        case SyncProgress():
            told = {"metadata": {"phase": 2, "chunk_order": 1, "progress": 100 if event.status == "completed" else 0}}
            return _value(number, meta, "history", history=[told])
        case _:
            return None


def _message(number: Number, meta: MetaNumber, event: MessageEvent, *, past: bool) -> Document | None:
    if event.client_uuid is not None:
        return None  # of what came through the Cloud API itself there is no echo
    kind, part = _content(event)
    element = _element(event, kind, part) | {"id": wamid(event.message_id or "")}
    if event.quoted is not None:
        element["context"] = {"from": _digits(number.phone), "id": wamid(event.quoted.message_id)}
    other = _by(event.contact_phone)
    if past:
        writer = {"from": _digits(number.phone)} if event.from_me else other
        spoken = element | writer | {"history_context": {"status": "READ"}}
        phone = other.get("from")
        thread = {"id": phone} if phone else {"context": {"user_id": other.get("from_user_id")}}
        metadata = {"phase": 0, "chunk_order": 1, "progress": 50}
        contacts = [_contact(other, event.contact_name)]
        return _value(
            number, meta, "history", contacts=contacts,
            history=[{"metadata": metadata, "threads": [thread | {"messages": [spoken]}]}],
        )  # fmt: skip
    if event.from_me:
        to = {"to": other["from"]} if "from" in other else {"to_user_id": other.get("from_user_id")}
        echo = element | to | {"from": _digits(number.phone)}
        return _value(number, meta, "smb_message_echoes", message_echoes=[echo])
    return _received(number, meta, other, event.contact_name, element)


def _received(number: Number, meta: MetaNumber, other: Document, name: str | None, element: Document) -> Document:
    contacts = {"contacts": [_contact(other, name)]} if other else {}
    return _value(number, meta, "messages", **contacts, messages=[element | other])


def _value(number: Number, meta: MetaNumber, field: str, **told: Any) -> Document:
    metadata = {"display_phone_number": _digits(number.phone), "phone_number_id": meta.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, **told}
    entry = {"id": meta.business_id, "changes": [{"value": value, "field": field}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _element(event: MessageEvent | MessageReaction | MessageEdit, kind: str, part: Document) -> Document:
    event_id = wamid(f"{event.event}/{event.message_id}/{event.timestamp}")
    return {"id": event_id, "timestamp": str(event.timestamp), "type": kind, kind: part}


def _content(event: MessageEvent) -> tuple[str, Document]:
    kind, body = event.message_type, event.message_body
    if kind == "location":
        return "location", {"latitude": -6.1754, "longitude": 106.8272, "name": body or "Monas"}
    if kind not in _MEDIA:
        return "text", {"body": body}
    media = event.media
    part: Document = {"id": f"media-{event.message_id}", "sha256": "", "mime_type": _EXTENSIONS.get(kind, "")}
    if media is not None:
        part |= {"mime_type": media.mime_type} | ({"filename": media.file_name} if kind == "document" else {})
    if kind == "voice":
        return "audio", part | {"voice": True}
    return kind, part | ({"caption": body} if body and kind != "sticker" else {})


def _status(event: MessageAck) -> Document:
    status: Document = {"id": wamid(event.message_id), "status": _STATUSES[event.ack], "timestamp": "0"}
    if event.client_uuid is not None:
        status["biz_opaque_callback_data"] = event.client_uuid
    if event.ack < 0:
        details = event.error or "Message undeliverable"
        words = {"title": details, "message": details, "error_data": {"details": details}}
        status["errors"] = [{"code": int(event.error_code or 131026), **words}]
    return status


def _contact(other: Document, name: str | None) -> Document:
    entry: Document = {"profile": {"name": name} if name else {}}
    if "from" in other:
        entry["wa_id"] = other["from"]
    if "from_user_id" in other:
        entry["user_id"] = other["from_user_id"]
    return entry


def _by(address: str | None) -> Document:
    """The fields that say who wrote: the phone, or the user id of whoever hides it."""
    if address is None:
        return {}
    user, _, server = address.partition("@")
    return {"from_user_id": user_id(user)} if server == "lid" else {"from": _digits(user)}


def _digits(phone: str) -> str:
    return phone.removeprefix("+")
