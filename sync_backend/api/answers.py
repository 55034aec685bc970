"""Answers of the hot lists: encoded once, not validated again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Query, Response

from sync_backend.errors import not_found

Limit = Annotated[int, Query(ge=1, le=500)]


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


def page_response(items: list[Any], next_cursor: str | None) -> Response:
    return json_response({"items": items, "next_cursor": next_cursor})


def row_id(text: str, what: str) -> int:
    """Ids are opaque to clients; one that cannot be ours does not exist."""
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    raise not_found(what)
