"""What can go wrong.

Two roots: the world failed (`WorldError`: network, provider, disk, settings, a caller's bad request; said in words),
and we failed (`DefectError`, and every other exception: logged, never shown in detail).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wire.rest import ErrorDetail

_PLACES: Final = frozenset({"body", "query", "path", "header", "cookie"})
_UNION_MEMBERS: Final = frozenset({"str", "int", "float", "bool"})
"""Pydantic ends the place of an error inside a union with the member it tried; that is no field of the caller's."""


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


def validation_detail(problems: Sequence[Mapping[str, Any]], request_id: str | None = None) -> ErrorDetail:
    """The first problem in full, the places of the others as a hint; `problems` as pydantic lists them."""
    first, *rest = problems
    others = sorted({path for problem in rest if (path := field_path(problem["loc"]))} - {field_path(first["loc"])})
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", "it cannot be parsed")
        return ErrorDetail(code="invalid", message=f"The body is not valid JSON: {reason}.", request_id=request_id)
    return ErrorDetail(
        code="invalid",
        message=f"{first['msg'].removeprefix('Value error, ').rstrip('.')}.",
        field=field_path(first["loc"]),
        hint=f"Also wrong: {', '.join(others)}." if others else None,
        request_id=request_id,
    )


def field_path(location: Sequence[str | int]) -> str | None:
    """`("body", "chats", 0, "chat_type")` → `chats.0.chat_type`; None when it names the whole body."""
    parts = [str(part) for part in location]
    if parts and parts[0] in _PLACES:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in _UNION_MEMBERS:
        parts.pop()
    return ".".join(parts) or None
