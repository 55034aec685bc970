"""`POST /api/whatsapp/webhook`: takes the bridge's events in, and answers once they are safe."""

from __future__ import annotations

import logging
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from sync_backend.errors import ApiError
from sync_backend.ingest.events import prepare
from sync_backend.ingest.payload import MalformedJsonError, parse_id, peek_session_id, read_json
from sync_backend.ingest.signature import is_genuine
from sync_backend.ingest.validation import invalid, read_event
from sync_backend.ordering import workspace_transaction
from sync_backend.services import RequestServices, Services
from sync_backend.store.accounts import Account, find_account
from sync_backend.store.identities import NotAChatError

_log = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 2 * 1024 * 1024
"""A body of 65,536 characters, every one escaped, and a thousand participants fit."""

router = APIRouter(prefix="/api/whatsapp", tags=["webhooks"])


@router.post(
    "/webhook",
    responses={
        200: {"content": {"application/json": {"example": {"success": True}}}},
        401: {"content": {"application/json": {"example": {"message": "Invalid webhook signature"}}}},
    },
)
async def receive(request: Request, services: RequestServices) -> Response:
    """An event of the bridge, signed over its raw bytes; a repeated one is accepted and changes nothing."""
    body = await read_body(request)
    document, problem = read_document(body)
    account = await authenticated(services, request, body, document)
    if account is None:
        return unauthenticated()
    if problem is not None:
        raise invalid(None, f"The body is not valid JSON: {problem}.")
    if isinstance(document, dict) and names_other_workspace(document, account):
        return unauthenticated()
    try:
        apply = prepare(read_event(document), services.sync_limits)
    except NotAChatError as passed_over:
        _log.debug("webhook passed over: %s", passed_over)
        return _accepted()
    async with workspace_transaction(services.writes, account.workspace_id, services.broadcaster) as transaction:
        await apply(transaction, account, services.clock())
    return _accepted()


async def read_body(request: Request, limit: int = MAX_BODY_BYTES) -> bytes:
    """The raw bytes. ApiError 415 for anything that calls itself other than JSON, 413 beyond `limit`."""
    media_type = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise ApiError(415, "unsupported_media_type", "Webhooks are JSON.", hint="Content-Type: application/json")
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise ApiError(413, "too_large", f"The body is larger than {limit} bytes.")
    return bytes(chunks)


def read_document(body: bytes) -> tuple[Any, str | None]:
    """The JSON, or None and what is wrong with it: to be told only to whom the signature shows to be genuine."""
    try:
        return read_json(body), None
    except MalformedJsonError as error:
        return None, str(error)


async def authenticated(services: Services, request: Request, body: bytes, document: Any) -> Account | None:
    """The number whose secret signed the body; None for everybody else."""
    account_id = peek_session_id(body, document)
    if account_id is None:
        return None
    async with services.reads.connect() as connection:
        account = await find_account(connection, account_id)
    if account is None:
        return None
    secret = account.hmac_secret or services.webhook_secret
    if not secret:
        return None
    genuine = is_genuine(secret, body, request.headers, services.clock(), strict=account.strict_signatures)
    return account if genuine else None


def names_other_workspace(document: dict[str, Any], account: Account) -> bool:
    """A document without a workspace is malformed rather than foreign: validation names the field."""
    claimed = document.get("workspace_id")
    return isinstance(claimed, str | int) and parse_id(claimed) != account.workspace_id


def _accepted() -> Response:
    return Response(b'{"success":true}', media_type="application/json")


def unauthenticated() -> Response:
    """The original system's 401."""
    return Response(b'{"message":"Invalid webhook signature"}', status_code=401, media_type="application/json")
