"""Reads WhatsApp's addresses: which are a phone number, which a privacy id, and which are no chat at all."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from wire.webhooks import Identity

_PHONE_SERVERS: Final = frozenset({"c.us", "s.whatsapp.net"})
_NO_CHAT_SERVERS: Final = frozenset({"newsletter", "broadcast"})
_TYPED_SEPARATORS: Final = re.compile(r"[\s().\-/]")
_PHONE_DIGITS: Final = re.compile(r"[1-9]\d{4,14}", re.ASCII)
_MOST_CHARACTERS: Final = 100


class InvalidAddressError(ValueError):
    """Neither a phone number nor an address of WhatsApp; the text says why."""


class NotAChatError(ValueError):
    """A channel, a broadcast list or the status feed: these never become conversations."""


def refuse_what_is_no_chat(address: str) -> None:
    """NotAChatError for channels, broadcasts and statuses."""
    if address.rpartition("@")[2] in _NO_CHAT_SERVERS and "@" in address:
        raise NotAChatError(f"{address.rpartition('@')[2]} is not a chat")


def parse_address(address: str) -> Identity:
    """A JID or a phone number with its country code. InvalidAddressError, NotAChatError."""
    address = address.strip()
    refuse_what_is_no_chat(address)
    user, separator, server = address.partition("@")
    if not separator:
        return Identity(kind="phone", value=parse_phone(address))
    # `6281…:12@c.us` names one device of a person.
    user = user.partition(":")[0]
    if server in _PHONE_SERVERS:
        return Identity(kind="phone", value=_e164(user))
    if server == "lid" and user and len(user) <= _MOST_CHARACTERS:
        return Identity(kind="lid", value=user)
    raise InvalidAddressError("not a person's address: expected …@c.us, …@lid or a phone number")


def parse_phone(text: str) -> str:
    """`+62 812-3456-7890` or `6281234567890` → `+6281234567890`. InvalidAddressError."""
    return _e164(_TYPED_SEPARATORS.sub("", text).removeprefix("+"))


@lru_cache(maxsize=4096)  # the numbering plan is a matter of regular expressions, and the same people write again
def _e164(digits: str) -> str:
    if not _PHONE_DIGITS.fullmatch(digits):
        raise InvalidAddressError("not a phone number with its country code")
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        # WhatsApp knows of numbers that the numbering plan does not.
        return f"+{digits}"
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def search_text(*parts: str | None) -> str:
    """What a chat is found by, folded so that upper and lower case are one."""
    return " ".join(part.casefold() for part in parts if part)[:512]
