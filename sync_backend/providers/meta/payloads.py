"""The bodies that the Cloud API takes: a text, a template, a reaction, and that a message was read."""

from __future__ import annotations

from typing import Any, Final

from sync_backend.providers.base import OutboundMessage, OutboundReaction, Recipient

Payload = dict[str, Any]

LONGEST_TEXT: Final = 4096


def message_payload(message: OutboundMessage) -> Payload:
    """A text or a template; our uuid comes back with each of its ticks."""
    payload = _addressed(message.to) | {"biz_opaque_callback_data": message.client_uuid}
    if message.reply_to is not None:
        payload["context"] = {"message_id": message.reply_to}
    if message.template is not None:
        template: Payload = {
            "name": message.template.name,
            "language": {"code": message.template.language},
            "components": message.template.components,
        }
        return payload | {"type": "template", "template": template}
    return payload | {"type": "text", "text": {"preview_url": True, "body": message.body}}


def reaction_payload(reaction: OutboundReaction) -> Payload:
    part = {"message_id": reaction.message_id, "emoji": reaction.emoji}
    return _addressed(reaction.to) | {"type": "reaction", "reaction": part}


def read_payload(message_id: str, *, typing: bool) -> Payload:
    """Ticks the customer's message as read; `typing` also shows them, for 25 s or until we write, that we do."""
    payload: Payload = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
    return payload | {"typing_indicator": {"type": "text"}} if typing else payload


def _addressed(to: Recipient) -> Payload:
    payload: Payload = {"messaging_product": "whatsapp"}
    if to.kind == "group":
        return payload | {"recipient_type": "group", "to": to.value}
    payload["recipient_type"] = "individual"
    if to.kind == "user_id":
        return payload | {"recipient": to.value}
    return payload | {"to": to.value.removeprefix("+")}
