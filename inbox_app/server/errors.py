"""What can go wrong with the server, seen from the desktop.

ServerError
├── Unreachable        no connection, time-out, 5xx, 429: worth another try
└── Refused            the server said no: final, in its own words
    ├── SignedOut      401: the token, or the password, is not valid (any more)
    └── EpochChanged   409 epoch_changed: the server's database has a new life
"""

from __future__ import annotations


class ServerError(Exception):
    """Anything that kept the server from doing what was asked."""


class Unreachable(ServerError):
    """The world failed; `retry_after` in seconds when the server asked for patience."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Refused(ServerError):
    """The server understood and said no; `message` is fit to show, `field` the path of what was wrong."""

    def __init__(self, status: int, code: str, message: str, hint: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint


class SignedOut(Refused):
    """The token is unknown or revoked; at sign-in, the password is wrong."""


class EpochChanged(Refused):
    """A backup was restored: versions held here mean nothing any more."""
