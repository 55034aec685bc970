"""Phone numbers as people write them."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def written(number: str) -> str:
    """`+6281234567890` → `+62 812-3456-7890`; what is not a phone number is returned as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def tail(number: str) -> str:
    """The last four digits, enough to tell a team's own numbers apart in a list."""
    return number[-4:]
