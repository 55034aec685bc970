"""`/api/meta/webhook`: Meta's handshake, and its events; an answer of 200 means that they are stored."""

from __future__ import annotations

from typing import Annotated, Any, Final

import structlog
from fastapi import APIRouter, Query, Request, Response

from sync_backend.errors import ApiError
from sync_backend.ingest.meta.accounts import MetaAccount, account_with_token, accounts_of
from sync_backend.ingest.meta.apply import store
from sync_backend.ingest.meta.envelope import changes_of, peek_number_ids
from sync_backend.ingest.meta.steps import OurNumber, Step, Told
from sync_backend.ingest.meta.understanding import understand
from sync_backend.ingest.meta.values import mapping, text
from sync_backend.ingest.payload import MalformedJsonError, read_json
from sync_backend.ingest.validation import invalid
from sync_backend.ingest.webhook import read_body
from sync_backend.services import RequestServices
from wire.signatures import verify_body
from wire.webhooks import SessionStatus

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
"""Meta sends up to 3 MB."""

_SIGNATURE_HEADER: Final = "X-Hub-Signature-256"

router = APIRouter(prefix="/api/meta", tags=["webhooks"])
log = structlog.stdlib.get_logger("sync_backend.ingest.meta")


@router.get("/webhook", responses={200: {"content": {"text/plain": {"example": "1158201444"}}}})
async def handshake(
    services: RequestServices,
    mode: Annotated[str, Query(alias="hub.mode")] = "",
    token: Annotated[str, Query(alias="hub.verify_token")] = "",
    challenge: Annotated[str, Query(alias="hub.challenge")] = "",
) -> Response:
    """Meta asks whether this address is ours, naming the verify token of one of our numbers."""
    async with services.reads.connect() as connection:
        known = mode == "subscribe" and await account_with_token(connection, token)
    if not known:
        raise ApiError(403, "forbidden", "No number on Meta's Cloud API has this verify token.")
    return Response(challenge, media_type="text/plain")


@router.post(
    "/webhook",
    responses={
        200: {"content": {"application/json": {"example": {"success": True}}}},
        401: {"content": {"application/json": {"example": {"message": "Invalid webhook signature"}}}},
    },
)
async def receive(request: Request, services: RequestServices) -> Response:
    """Events of Meta's Cloud API, signed over the raw bytes; a repeated one is accepted and changes nothing."""
    body = await read_body(request, MAX_BODY_BYTES)
    signature = request.headers.get(_SIGNATURE_HEADER, "")
    document: Any = None
    try:
        document, problem = read_json(body), None
    except MalformedJsonError as error:
        problem = str(error)
    changes = list(changes_of(document))
    named = peek_number_ids(body) if problem is not None else {each.number_id for each in changes}
    async with services.reads.connect() as connection:
        # What names no number speaks of a whole business account: whoever knows any number's secret may tell it.
        known = await accounts_of(connection, named or None)
    genuine = {each.number_id: each for each in known if _is_signed(each, body, signature)}
    if not genuine:
        return _unauthenticated()
    if problem is not None:
        raise invalid(None, f"The body is not valid JSON: {problem}.")
    steps: dict[str, list[Step]] = {}
    for change in changes:
        if (account := genuine.get(change.number_id)) is not None:
            digits = text(mapping(change.value.get("metadata")).get("display_phone_number")) or account.phone_number
            steps.setdefault(change.number_id, []).extend(understand(change, _ours(account, digits)))
    for number_id, understood in steps.items():
        account = genuine[number_id]
        await store(services, account.account, [*_connection(account), *understood])
    # Meta delivers again what was signed with another secret than its number's, and meanwhile somebody may mend that.
    return _unauthenticated() if named and len(genuine) < len(known) else _accepted()


def _is_signed(account: MetaAccount, body: bytes, signature: str) -> bool:
    scheme, _, digest = signature.partition("=")
    return account.app_secret is not None and scheme == "sha256" and verify_body(account.app_secret, body, digest)


def _connection(account: MetaAccount) -> list[Step]:
    """The first thing that Meta tells of a number shows that it is connected."""
    if account.status != "connecting":
        return []
    own = account.account
    return [Told(SessionStatus(session_id=own.id, workspace_id=own.workspace_id, status="connected"))]


def _ours(account: MetaAccount, phone: str) -> OurNumber:
    digits = "".join(character for character in phone if character.isdigit())
    return OurNumber(account.account.id, account.account.workspace_id, digits)


def _accepted() -> Response:
    return Response(b'{"success":true}', media_type="application/json")


def _unauthenticated() -> Response:
    return Response(b'{"message":"Invalid webhook signature"}', status_code=401, media_type="application/json")
