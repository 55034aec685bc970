"""Names the protocol's error and close codes, and decides what a client does after each."""

from enum import Enum, IntEnum


class Code(IntEnum):
    TLS_ONLY = 4000
    UNKNOWN_APP = 4001
    APP_DISABLED = 4003
    OVER_QUOTA = 4004
    PATH_NOT_FOUND = 4005
    INVALID_VERSION = 4006
    UNSUPPORTED_PROTOCOL = 4007
    NO_PROTOCOL = 4008
    UNAUTHORIZED = 4009
    OVER_CAPACITY = 4100
    RECONNECT = 4200
    NO_PONG = 4201
    INACTIVE = 4202
    CLIENT_EVENT_RATE = 4301


class CloseAction(Enum):
    """What a client does once its connection is gone."""

    RECONNECT_OVER_TLS = "reconnect over TLS"
    STOP = "stop and tell the user"
    BACK_OFF = "reconnect after a wait of at least a second"
    RECONNECT_NOW = "reconnect now"


_WORDS = {
    Code.TLS_ONLY: "The server accepts only encrypted connections",
    Code.UNKNOWN_APP: "The server does not know this app key",
    Code.APP_DISABLED: "This app is disabled on the server",
    Code.OVER_QUOTA: "The server's quota of connections is used up",
    Code.PATH_NOT_FOUND: "The server has no realtime endpoint at this address",
    Code.INVALID_VERSION: "The protocol version is not a number",
    Code.UNSUPPORTED_PROTOCOL: "The server does not speak this protocol version",
    Code.NO_PROTOCOL: "No protocol version was given",
    Code.UNAUTHORIZED: "Connection is unauthorized",
    Code.OVER_CAPACITY: "The server is over capacity",
    Code.RECONNECT: "The server asks to reconnect",
    Code.NO_PONG: "No answer to a ping",
    Code.INACTIVE: "Closed after inactivity",
    Code.CLIENT_EVENT_RATE: "Too many client events",
}


def action_after_close(code: int | None) -> CloseAction:
    """The action for a WebSocket close code; None stands for a connection lost without one.

    Codes that are not listed follow the meaning of their range, so that a newer server is understood too.
    """
    if code == Code.TLS_ONLY:
        return CloseAction.RECONNECT_OVER_TLS
    if code is not None and 4000 <= code <= 4099:
        return CloseAction.STOP
    if code is not None and 4200 <= code <= 4299:
        return CloseAction.RECONNECT_NOW
    return CloseAction.BACK_OFF


def words_for(code: int | None) -> str:
    """A sentence about a code for people and error frames."""
    if code is None:
        return "The connection was lost"
    try:
        return _WORDS[Code(code)]
    except ValueError:
        return f"The connection was closed with code {code}"
