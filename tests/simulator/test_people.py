"""The cast has everyone whom a naive inbox gets wrong, and nobody real."""

from __future__ import annotations

import unicodedata
from itertools import islice

import phonenumbers

from simulator.people import Person, cast


def people(count: int, seed: int = 1) -> list[Person]:
    return list(islice(cast(seed), count))


def is_right_to_left(name: str) -> bool:
    return any(unicodedata.bidirectional(character) in ("R", "AL") for character in name)


def test_the_same_seed_has_the_same_people_and_another_seed_others() -> None:
    assert people(300) == people(300)
    assert [person.name for person in people(300)] != [person.name for person in people(300, seed=2)]


def test_every_phone_is_a_valid_indonesian_mobile_number_and_made_up() -> None:
    for person in people(700):
        if person.phone is not None:
            number = phonenumbers.parse(person.phone)
            assert phonenumbers.is_valid_number_for_region(number, "ID"), person.phone
            assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE, person.phone
            assert person.phone[6:10] == "0000", "no network has given these out"


def test_no_two_people_share_a_phone_or_lid() -> None:
    cast_of_600 = people(600)
    phones = [person.phone for person in cast_of_600 if person.phone]
    assert len(set(phones)) == len(phones)
    assert len({person.lid for person in cast_of_600}) == 600


def test_even_a_small_cast_has_one_of_each_odd_kind() -> None:
    small = people(10)
    assert any(is_right_to_left(person.name) for person in small)
    assert any(person.name == "" for person in small)
    assert any(len(person.name) >= 80 for person in small)
    assert any(any(unicodedata.category(character) == "So" for character in person.name) for person in small)
    assert any("<" in person.name for person in small)
    assert any(person.phone is None for person in small)


def test_someone_with_a_hidden_phone_is_known_by_lid_alone() -> None:
    hidden = next(person for person in people(20) if person.phone is None)
    assert hidden.address == hidden.jid == f"{hidden.lid}@lid"
    assert [identity.kind for identity in hidden.identities] == ["lid"]


def test_most_people_are_ordinary() -> None:
    ordinary = [person for person in people(600) if person.phone and person.name.isascii() and len(person.name) > 2]
    assert len(ordinary) > 480
