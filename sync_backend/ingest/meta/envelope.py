"""Opens the envelope of Meta's webhooks: one body holds changes of several numbers, each with its own address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sync_backend.ingest.meta.values import mapping, mappings, text

_NUMBER_ID: Final = re.compile(rb'"phone_number_id"\s*:\s*"?([0-9]{1,40})\b')
_PEEK_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one number: `number_id` is Meta's id of it, `business_id` that of the business account."""

    number_id: str
    business_id: str | None
    field: str
    value: dict[str, Any]


def changes_of(document: object) -> Iterator[Change]:
    """All changes that name a number; those that speak of a whole business account (its templates, say) do not."""
    for entry in mappings(mapping(document).get("entry")):
        for change in mappings(entry.get("changes")):
            value = mapping(change.get("value"))
            number_id = text(mapping(value.get("metadata")).get("phone_number_id"))
            if number_id is not None:
                yield Change(number_id, text(entry.get("id")), text(change.get("field")) or "", value)


def peek_number_ids(body: bytes) -> set[str]:
    """The numbers that a body which is no JSON seems to name; only good for choosing the secret to check it with."""
    return {found.decode() for found in _NUMBER_ID.findall(body[:_PEEK_BYTES])}
