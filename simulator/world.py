"""The simulated world: numbers, people and groups, and the rooms in which they talk; pure and reproducible."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from simulator.people import Language, Person, cast, stranger
from simulator.settings import Number, WorldSize
from simulator.texts import Texts
from wire.rows import Participant
from wire.times import to_iso

_GROUP_SIZES: Final = (3, 4, 5, 6, 8, 9, 12, 17, 24, 48, 120)
_GROUP_SIZE_WEIGHTS: Final = (8, 9, 10, 9, 9, 8, 8, 6, 5, 4, 1)
_SHARED_EVERY: Final = 10
_GROUP_NAMES: Final[tuple[tuple[str, Language], ...]] = (
    ("Tim Gudang {city}", "indonesian"),
    ("Reseller {city} 🛍️", "indonesian"),
    ("Pengiriman & Kurir {city}", "indonesian"),
    ("Supplier Kain {city}", "indonesian"),
    ("Admin Toko {city}", "indonesian"),
    ("Arisan Pedagang {city}", "indonesian"),
    ("Panitia Bazar {city} 2025", "indonesian"),
    ("Customer Care {city}", "english"),
    ("{city} Store Team", "english"),
    ("Wholesale {city}", "english"),
    ("Night Shift {city} 🌙", "english"),
)
_ODD_GROUP_NAMES: Final[tuple[tuple[str | None, Language], ...]] = (
    (
        "Keluarga Besar Alumni Pelatihan Wirausaha Muda Mandiri Angkatan Ketujuh Se-Jawa Bali dan Nusa Tenggara",
        "indonesian",
    ),
    (None, "indonesian"),
    ("مجموعة الموردين", "english"),
    ("👨‍👩‍👧‍👦🏡", "indonesian"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a group."""

    person: Person
    is_admin: bool
    joined_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A WhatsApp group; a new one may have no name yet."""

    jid: str
    name: str | None
    description: str | None
    language: Language
    members: tuple[Member, ...]

    def nth(self, position: int) -> Person:
        """A member by position, counted round and round."""
        return self.members[position % len(self.members)].person


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Room:
    """Where talk happens: a private chat on one number, or a group that one or more of our numbers are in."""

    numbers: tuple[Number, ...]
    who: Person | Group

    @property
    def address(self) -> str:
        """The chat's name in webhooks: the contact's phone, LID or the group's JID."""
        return self.who.jid if isinstance(self.who, Group) else self.who.address

    @property
    def jid(self) -> str:
        return self.who.jid

    @property
    def language(self) -> Language:
        return self.who.language

    def participants(self) -> list[Participant]:
        """The group's members as webhooks list them, our own numbers among them; empty for a private chat."""
        if not isinstance(self.who, Group):
            return []
        ours = [Participant(phone=number.phone, name=number.name) for number in self.numbers]
        theirs = [
            Participant(
                phone=member.person.phone,
                name=member.person.name or None,
                isAdmin=member.is_admin,
                joinedAt=to_iso(member.joined_at_ms),
            )
            for member in self.who.members
        ]
        return ours + theirs


@dataclass(slots=True)
class World:
    """All rooms, the liveliest first; rooms may be added while it lives."""

    numbers: tuple[Number, ...]
    rooms: list[Room]
    _by_jid: dict[tuple[str, str], Room] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._by_jid = {}
        for room in self.rooms:
            self._index(room)

    def add_number(self, number: Number, rooms: Sequence[Room]) -> None:
        """Another number of ours, with those who know it; they are the least lively for now."""
        self.numbers = (*self.numbers, number)
        self.rooms.extend(rooms)
        for room in rooms:
            self._index(room)

    def number(self, session_id: str) -> Number | None:
        return next((number for number in self.numbers if number.session_id == session_id), None)

    def find(self, number: Number, jid: str) -> Room | None:
        return self._by_jid.get((number.session_id, jid))

    def add(self, room: Room) -> Room:
        self.rooms.insert(0, room)
        self._index(room)
        return room

    def _index(self, room: Room) -> None:
        for number in room.numbers:
            self._by_jid[number.session_id, room.jid] = room


def build_world(
    numbers: Sequence[Number], texts: Texts, size: WorldSize, seed: int, now_ms: int, *, passed_over: int = 0
) -> World:
    """The same world for the same arguments. Raises ValueError where they contradict each other.

    `passed_over` people of the cast are left to other worlds of the same seed.
    """
    if not numbers:
        raise ValueError("a world needs at least one number")
    if size.groups > size.chats:
        raise ValueError(f"{size.groups} groups do not fit into {size.chats} chats")
    # Few businesses have groups on the Cloud API.
    in_groups = [number for number in numbers if number.meta is None] or list(numbers)
    rng = random.Random(f"{seed}/world/{passed_over}" if passed_over else f"{seed}/world")
    people = islice(cast(seed), passed_over, None)
    acquaintances = [next(people) for _ in range(max(40, size.groups * 3))] if size.groups else []
    names = _group_names(texts, rng)
    rooms: list[Room] = []
    spare = size.chats
    for position in range(size.groups):
        group = _group(next(names), acquaintances, rng, now_ms)
        shared = len(in_groups) > 1 and spare > size.groups - position and position % _SHARED_EVERY == 4
        seen_by = tuple(rng.sample(in_groups, 2)) if shared else (_some_number(in_groups, rng),)
        rooms.append(Room(numbers=seen_by, who=group))
        spare -= len(seen_by)
    rooms += [Room(numbers=(_some_number(numbers, rng),), who=next(people)) for _ in range(spare)]
    rng.shuffle(rooms)
    return World(tuple(numbers), rooms)


def unknown_contact(number: Number, phone: str, name: str, rng: random.Random) -> Room:
    """A private chat with someone new; `phone` is E.164."""
    return Room(numbers=(number,), who=stranger(phone, name, str(rng.randrange(10**13, 10**14))))


def unknown_group(number: Number, jid: str, name: str | None, rng: random.Random, now_ms: int) -> Room:
    """A group that our number was just added to."""
    people = cast(rng.randrange(10**6))
    group = _group((name, "indonesian"), [next(people) for _ in range(40)], rng, now_ms)
    renamed = Group(jid=jid, name=name, description=None, language=group.language, members=group.members)
    return Room(numbers=(number,), who=renamed)


def _group_names(texts: Texts, rng: random.Random) -> Iterator[tuple[str | None, Language]]:
    yield from _ODD_GROUP_NAMES
    while True:
        pattern, language = rng.choice(_GROUP_NAMES)
        yield pattern.format(city=texts.city(rng)), language


def _group(name: tuple[str | None, Language], acquaintances: list[Person], rng: random.Random, now_ms: int) -> Group:
    count = min(rng.choices(_GROUP_SIZES, _GROUP_SIZE_WEIGHTS)[0], len(acquaintances))
    founded = now_ms - rng.randrange(60, 1_500) * 86_400_000
    members = tuple(
        Member(
            person=person,
            is_admin=position == 0 or rng.random() < 0.08,
            joined_at_ms=founded + rng.randrange(40) * 86_400_000,
        )
        for position, person in enumerate(rng.sample(acquaintances, count))
    )
    return Group(
        jid=f"120363{rng.randrange(10**11, 10**12)}@g.us",
        name=name[0],
        description=rng.choice((None, "Grup resmi, mohon sopan dan tanpa spam 🙏", "For work matters only, please.")),
        language=name[1],
        members=members,
    )


def _some_number(numbers: Sequence[Number], rng: random.Random) -> Number:
    """The first number is the shop's main line, so more people know it."""
    return rng.choices(numbers, [1 / (position + 1) for position in range(len(numbers))])[0]
