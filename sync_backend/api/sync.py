"""`GET /snapshot` and `GET /changes`: how a client comes to hold what the server holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sync_backend.api.answers import Limit, json_response
from sync_backend.api.cursors import decode_cursor, encode_cursor
from sync_backend.auth.dependencies import CurrentUser
from sync_backend.errors import ApiError
from sync_backend.services import RequestServices
from sync_backend.sync.changes import LAST_KIND, Brevity, Place, changed_page, is_far_behind
from sync_backend.sync.pages import Pin, refuse_other_epoch, take_pin
from sync_backend.sync.snapshot import PARTS, START, snapshot_page
from wire.rest import ChangePage

router = APIRouter(prefix="/api/v1", tags=["sync"])


@router.get("/snapshot", response_model=ChangePage)
async def snapshot(user: CurrentUser, services: RequestServices, cursor: str | None = None) -> Response:
    """The present state; `head` is that of the first page, and a client's cursor once the walk is complete."""
    async with services.reads.connect() as connection:
        pin = await take_pin(connection, user.workspace_id)
        stage = START
        if cursor is not None:
            epoch, head, part, at, last_id = decode_cursor(cursor, str, int, str, int, int)
            if part not in PARTS:
                raise ApiError(422, "invalid", "Not a cursor of this list.", field="cursor")
            refuse_other_epoch(pin, epoch, head)
            pin, stage = Pin(epoch, head), (part, at, last_id)
        page, following = await snapshot_page(connection, user.workspace_id, stage)
    next_cursor = None if following is None else encode_cursor(pin.epoch, pin.head, *following)
    return json_response(page.answer(pin, next_cursor))


@router.get("/changes", response_model=ChangePage)
async def changes(
    user: CurrentUser,
    services: RequestServices,
    since: Annotated[int | None, Query(ge=0, lt=2**63)] = None,
    epoch: str | None = None,
    limit: Limit = 500,
    newest: Annotated[int | None, Query(ge=1, le=500)] = None,
    cursor: str | None = None,
) -> Response:
    """Rows changed after `since`, each in its latest state, deletions as tombstones; `cursor` goes on within a walk.

    A client that is thousands of messages behind may ask for the `newest` so many of each conversation only: of those
    that arrived after `since`, the others are named in `left_out`.
    """
    async with services.reads.connect() as connection:
        pin = await take_pin(connection, user.workspace_id)
        if cursor is not None:
            walk_epoch, head, since, kept, *place = decode_cursor(cursor, str, int, int, int, int, int, int)
            refuse_other_epoch(pin, walk_epoch, head)
            pin, after = Pin(walk_epoch, head), Place(*place)
        elif since is not None:
            refuse_other_epoch(pin, epoch, since)
            after = Place(since, LAST_KIND, 2**62)
            is_brief = newest is not None and await is_far_behind(connection, user.workspace_id, since)
            kept = newest if newest is not None and is_brief else 0
        else:
            raise ApiError(422, "invalid", "Say since which head.", field="since", hint="A first fetch is /snapshot.")
        brevity = Brevity(since, kept) if kept else None
        page, following = await changed_page(connection, user.workspace_id, after, pin.head, limit, brevity)
    next_cursor = (
        None
        if following is None
        else encode_cursor(pin.epoch, pin.head, since, kept, following.version, following.kind, following.id)
    )
    return json_response(page.answer(pin, next_cursor))
