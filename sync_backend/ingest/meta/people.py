"""Who an element speaks of: a phone number, a user id that is good for one business alone, or both."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal

from sync_backend.ingest.meta.values import mapping, mappings, text
from sync_backend.store.identities import InvalidAddressError, NotAChatError, parse_phone
from wire.webhooks import Identity

_LONGEST: Final = 255


@dataclass(frozen=True, slots=True)
class Person:
    """Someone and all the identities known of them, the phone first; nobody when there are none."""

    identities: list[Identity]
    name: str | None = None


class AddressBook:
    """The `contacts` beside the messages of one change."""

    def __init__(self, contacts: object) -> None:
        self._entries = [_entry(each) for each in mappings(contacts)]

    def person(self, phone: object, user_id: object, *, alone: bool = False) -> Person:
        """Whoever has this phone or user id. `alone`: nobody else speaks in the change, so a single entry is theirs.

        The phone may differ from the entry's `wa_id`, as in Brazil and Mexico: then both are theirs.
        """
        own = named(phone, user_id)
        for entry in self._entries:
            if any(each in entry.identities for each in own):
                return Person(_together(own, entry.identities), entry.name)
        if alone and len(self._entries) == 1:
            return Person(_together(own, self._entries[0].identities), self._entries[0].name)
        return Person(own)


def named(phone: object, user_id: object) -> list[Identity]:
    """The identities in a pair of fields; what cannot be one is left out."""
    found = []
    if (digits := text(phone)) is not None:
        with suppress(InvalidAddressError, NotAChatError):
            found.append(Identity(kind="phone", value=parse_phone(digits)))
    if (given := text(user_id)) is not None and len(given) <= _LONGEST:
        found.append(Identity(kind="user_id", value=given.strip()))
    return found


def address_of(person: Person, kind: Literal["phone", "user_id"]) -> str | None:
    return next((each.value for each in person.identities if each.kind == kind), None)


def _entry(contact: dict[str, Any]) -> Person:
    profile = mapping(contact.get("profile"))
    user_name = text(profile.get("username"))
    name = text(profile.get("name")) or (f"@{user_name.removeprefix('@')}" if user_name else None)
    return Person(named(contact.get("wa_id"), contact.get("user_id")), name)


def _together(first: Iterable[Identity], second: Iterable[Identity]) -> list[Identity]:
    return list(dict.fromkeys([*first, *second]))
