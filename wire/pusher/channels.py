"""Tells from a name what a Pusher channel, event or socket id is, and whether it is one at all."""

import re

MAX_NAME_LENGTH = 200
EVENT_PREFIX_OF_CLIENTS = "client-"
PROTOCOL_PREFIXES = ("pusher:", "pusher_internal:")

_CHANNEL = re.compile(r"[A-Za-z0-9_\-=@,.;]{1,200}")
_SOCKET_ID = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")


def is_channel_name(name: str) -> bool:
    return _CHANNEL.fullmatch(name) is not None


def is_event_name(name: str) -> bool:
    """True for names an application may use; the protocol keeps `pusher:` and `pusher_internal:` for itself."""
    return 0 < len(name) <= MAX_NAME_LENGTH and not name.startswith(PROTOCOL_PREFIXES)


def is_client_event_name(name: str) -> bool:
    return name.startswith(EVENT_PREFIX_OF_CLIENTS) and is_event_name(name)


def is_presence(channel: str) -> bool:
    return channel.startswith("presence-")


def needs_auth(channel: str) -> bool:
    return channel.startswith("private-") or is_presence(channel)


def is_socket_id(text: str) -> bool:
    return _SOCKET_ID.fullmatch(text) is not None
