"""What Meta says about messages of ours: how far each has come, or why it did not arrive."""

from __future__ import annotations

from typing import Any, Final

from sync_backend.ingest.meta.people import AddressBook
from sync_backend.ingest.meta.steps import NotUnderstood, OurNumber, SamePerson, Step, Told
from sync_backend.ingest.meta.values import mapping, mappings, text
from sync_backend.providers.meta.failures import words_for
from wire.webhooks import MessageAck

_ACKS: Final = {"sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": -1}


def understand_status(number: OurNumber, status: dict[str, Any], book: AddressBook) -> list[Step]:
    """The tick; and, where it names the recipient in two ways, that both are one person."""
    message_id, word = text(status.get("id")), text(status.get("status"))
    ack = _ACKS.get(word or "")
    if message_id is None or ack is None:
        return [NotUnderstood(f"the status {word!r}")]
    code, words = _error_of(status) if ack < 0 else (None, None)
    steps: list[Step] = [
        Told(
            MessageAck(
                session_id=number.session_id,
                workspace_id=number.workspace_id,
                message_id=message_id,
                ack=ack,
                client_uuid=text(status.get("biz_opaque_callback_data")),
                error=words,
                error_code=code,
            )
        )
    ]
    if text(status.get("recipient_type")) != "group":
        recipient = book.person(status.get("recipient_id"), status.get("recipient_user_id"), alone=True)
        if len(recipient.identities) > 1:
            steps.append(SamePerson(recipient.identities))
    return steps


def _error_of(status: dict[str, Any]) -> tuple[str | None, str | None]:
    """Meta's code, with our words for it; without any, the most that Meta says."""
    error = next(mappings(status.get("errors")), {})
    details = text(mapping(error.get("error_data")).get("details"))
    said = details or text(error.get("message")) or text(error.get("title"))
    code = text(error.get("code"))
    words = said if code is None else words_for(code, said)
    return None if code is None else code[:64], None if words is None else words[:1000]
