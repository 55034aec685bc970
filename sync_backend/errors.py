"""What can go wrong.

Two roots: the world failed (`WorldError`: network, provider, disk, settings, a caller's bad request; said in words),
and we failed (`DefectError`, and every other exception: logged, never shown in detail).
"""

from __future__ import annotations

from collections.abc import Mapping


class WorldError(Exception):
    """Something outside this program failed; `message` says what in words, `hint` what to do about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class DefectError(Exception):
    """We failed: a promise that this program makes to itself is broken."""


class ApiError(WorldError):
    """A refused request, as its caller shall see it; `field` is a path such as `chats.0.chat_type`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        field: str | None = None,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        self.code = code
        self.field = field
        self.headers = dict(headers or {})


def not_found(what: str) -> ApiError:
    """404 for what does not exist, and for what exists in someone else's workspace."""
    return ApiError(404, "not_found", f"There is no such {what}.")
