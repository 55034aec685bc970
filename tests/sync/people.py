"""The customers and groups of these tests, under every name that WhatsApp has for them."""

from __future__ import annotations

from typing import Final

PEOPLE: Final = 4
GROUPS: Final = 2


def name_of(person: int) -> str:
    return f"Orang {person}"


def phone_jid(person: int) -> str:
    return f"628123456780{person}@c.us"


def lid_jid(person: int) -> str:
    return f"55500{person}@lid"


def group_jid(group: int) -> str:
    return f"12036300000000000{group}@g.us"


def addresses(person: str) -> set[str]:
    """Where messages for whom a desk shows under this name may go; groups are shown by their address."""
    if not person.startswith("Orang "):
        return {person}
    place = int(person.removeprefix("Orang "))
    return {phone_jid(place), lid_jid(place), f"+{phone_jid(place)[:-5]}"}


def person_at(address: str) -> str:
    """Whose phone, without its plus, or privacy id this is."""
    found = (place for place in range(PEOPLE) if address in (phone_jid(place)[:-5], lid_jid(place)[:-4]))
    return name_of(next(found))
