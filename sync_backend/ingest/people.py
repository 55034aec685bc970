"""Finds out of whom an event speaks: the addresses in it, told apart and normalised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sync_backend.ingest.validation import invalid
from sync_backend.store.identities import InvalidAddressError, parse_address, parse_phone
from wire.rows import Participant
from wire.webhooks import Identity


def identities_of(field: str, address: str | None, others: Sequence[Identity] | None) -> list[Identity]:
    """Every identity of one person, the address first. ApiError 422; NotAChatError for what is no chat."""
    found = [] if not address else [_parsed(field, address)]
    for index, each in enumerate(others or ()):
        identity = _normal(f"identities.{index}.value", each)
        if identity not in found:
            found.append(identity)
    return found


def sender_of(field: str, address: str | None, others: Sequence[Identity] | None = None) -> list[Identity]:
    """Who wrote in a group. WhatsApp's own assistants have addresses of kinds we do not know: they stay nameless."""
    if address and "@" in address:
        try:
            parse_address(address)
        except InvalidAddressError:
            address = None
    return identities_of(field, address, others)


def phone_in(identities: Sequence[Identity]) -> str | None:
    return next((each.value for each in identities if each.kind == "phone"), None)


def normal_participants(participants: Sequence[Participant] | None) -> list[Participant] | None:
    """Phones as E.164; a member known by a privacy id alone has none, an odd one keeps what it came with."""
    return None if participants is None else [_normal_participant(each) for each in participants]


def _normal_participant(participant: Participant) -> Participant:
    if not participant.phone:
        return participant
    try:
        return replace(participant, phone=phone_in([parse_address(participant.phone)]))
    except ValueError:
        return replace(participant, phone=participant.phone[:50])


def _parsed(field: str, address: str) -> Identity:
    try:
        return parse_address(address)
    except InvalidAddressError as error:
        raise invalid(field, f"Cannot be used: {error}.") from None


def _normal(field: str, identity: Identity) -> Identity:
    if not identity.value or len(identity.value) > 255:
        raise invalid(field, "Empty or longer than 255 characters.")
    if identity.kind == "user_id":
        return identity
    if identity.kind == "phone" and "@" not in identity.value:
        try:
            return replace(identity, value=parse_phone(identity.value))
        except InvalidAddressError as error:
            raise invalid(field, f"Cannot be used: {error}.") from None
    return _parsed(field, identity.value if "@" in identity.value else f"{identity.value}@lid")
