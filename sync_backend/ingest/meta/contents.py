"""What a message says: its kind, its text and its media, for every kind of message that Meta tells of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sync_backend.ingest.meta.values import lines, mapping, mappings, number, text
from sync_backend.store.messages import ProviderMedia
from wire.rows import Media


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """`message_type` in our words, or the provider's own where we have none: such a message is shown as unsupported."""

    message_type: str
    body: str = ""
    media: Media | None = None
    provider_media: ProviderMedia | None = None


Reader = Callable[[dict[str, Any]], Content | None]
"""Reads the part of a message that bears its type's name; None when that part says nothing."""


def content_of(message: dict[str, Any]) -> Content | None:
    """None for what cannot be shown: an unknown kind, or a known one without what it should hold."""
    kind = type_of(message)
    reader = _READERS.get(kind)
    return None if reader is None else reader(mapping(message.get(kind)))


def type_of(message: dict[str, Any]) -> str:
    """Meta's word for a message's kind; where it is missing, the part that the message has."""
    named = text(message.get("type"))
    if named is not None:
        return named
    return next((kind for kind in _READERS if isinstance(message.get(kind), dict)), "unknown")


def _text(part: dict[str, Any]) -> Content | None:
    body = text(part.get("body"))
    return None if body is None else Content(message_type="text", body=body)


def _medium(kind: str) -> Reader:
    def read(part: dict[str, Any]) -> Content | None:
        media_id = text(part.get("id"))
        if media_id is None and text(part.get("mime_type")) is None:
            return None
        return Content(
            message_type="voice" if kind == "audio" and part.get("voice") is True else kind,
            body=text(part.get("caption")) or "",
            media=Media(mime_type=_short(part.get("mime_type")), file_name=_short(part.get("filename"))),
            provider_media=None if media_id is None else ProviderMedia(media_id, _short(part.get("sha256"))),
        )

    return read


def _location(part: dict[str, Any]) -> Content | None:
    latitude, longitude = number(part.get("latitude")), number(part.get("longitude"))
    place = None if latitude is None or longitude is None else f"{latitude}, {longitude}"
    body = lines(text(part.get("name")), text(part.get("address")), place)
    return Content(message_type="location", body=body) if body else None


def _interactive(part: dict[str, Any]) -> Content | None:
    """An answer to buttons or a list; or, written on the phone, the question itself."""
    answers = (mapping(part.get(kind)) for kind in ("button_reply", "list_reply", "product", "product_list"))
    body = next((body for each in answers if (body := _chosen(each))), "")
    flow = mapping(part.get("nfm_reply"))
    body = body or lines(text(flow.get("body")), _flow_answers(flow))
    permission = text(mapping(part.get("call_permission_reply")).get("response"))
    body = body or (f"Calls: {permission}" if permission else "")
    asked = (mapping(part.get(place)).get("text") for place in ("header", "body", "footer"))
    body = body or lines(*(text(each) for each in asked))
    return Content(message_type="interactive", body=body) if body else None


def _chosen(answer: dict[str, Any]) -> str:
    return lines(text(answer.get("title")), text(answer.get("description")))


def _flow_answers(flow: dict[str, Any]) -> str | None:
    return None if text(flow.get("body")) else text(flow.get("response_json"))


def _button(part: dict[str, Any]) -> Content | None:
    body = text(part.get("text")) or text(part.get("payload"))
    return None if body is None else Content(message_type="interactive", body=body)


def _order(part: dict[str, Any]) -> Content | None:
    items = [_ordered(each) for each in mappings(part.get("product_items"))]
    body = lines(text(part.get("text")), *items)
    return Content(message_type="interactive", body=body) if body else None


def _ordered(item: dict[str, Any]) -> str:
    price, currency = text(item.get("item_price")) or number(item.get("item_price")), text(item.get("currency"))
    what = f"{text(item.get('quantity')) or '?'} × {text(item.get('product_retailer_id')) or '?'}"
    return what if price is None else f"{what} ({price} {currency or ''}".rstrip() + ")"


def _system(part: dict[str, Any]) -> Content | None:
    body = text(part.get("body"))
    return None if body is None else Content(message_type="system", body=body)


def _template(part: dict[str, Any]) -> Content | None:
    name = text(part.get("name"))
    return None if name is None else Content(message_type="template", body=name)


def _short(value: object) -> str | None:
    found = text(value)
    return None if found is None else found[:255]


def contacts_content(shared: object) -> Content | None:
    """Shared contact cards: a list, so not read like the others."""
    body = lines(*(_card(each) for each in mappings(shared)))
    return Content(message_type="contacts", body=body) if body else None


def _card(contact: dict[str, Any]) -> str:
    name = mapping(contact.get("name"))
    shown = text(name.get("formatted_name")) or text(name.get("first_name"))
    phones = (text(each.get("phone")) or text(each.get("wa_id")) for each in mappings(contact.get("phones")))
    numbers = ", ".join(each for each in phones if each)
    return ": ".join(each for each in (shown, numbers) if each)


_READERS: Final[dict[str, Reader]] = {
    "text": _text,
    "image": _medium("image"),
    "video": _medium("video"),
    "audio": _medium("audio"),
    "voice": _medium("voice"),
    "document": _medium("document"),
    "sticker": _medium("sticker"),
    "location": _location,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
    "system": _system,
    "template": _template,
}
