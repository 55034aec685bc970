"""`POST /api/whatsapp/chats/sync`: takes a batch of chats into the queue, and answers once it is there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request, Response

from sync_backend.errors import ApiError
from sync_backend.importing.history import HistoryChat
from sync_backend.importing.progress import IMPORT
from sync_backend.importing.reading import read_chats
from sync_backend.ingest.validation import invalid
from sync_backend.ingest.webhook import (
    authenticated,
    names_other_workspace,
    read_body,
    read_document,
    unauthenticated,
)
from sync_backend.jobs.queue import NewJob, Queue
from sync_backend.services import RequestServices
from sync_backend.store.accounts import Account
from wire.chats_sync import MOST_CHATS, ChatsQueued

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""Fifty chats of fifty messages, long ones among them."""

_MESSAGES_PER_JOB: Final = 1_000
"""A job is one transaction, for which live messages wait."""
_RETRY_AFTER_FULL: Final = "5"
_RETRY_AFTER_DISABLED: Final = "300"


@dataclass(frozen=True, slots=True)
class Intake:
    """`wake` is called when jobs were put in; at `most_waiting` jobs the queue is full."""

    queue: Queue
    wake: Callable[[str], None]
    most_waiting: int
    is_enabled: bool


def chats_sync_router(intake: Intake) -> APIRouter:
    router = APIRouter(prefix="/api/whatsapp", tags=["webhooks"])

    @router.post(
        "/chats/sync",
        status_code=202,
        responses={
            202: {"model": ChatsQueued, "description": "The batch is in the queue; what was left out is listed."},
            401: {"content": {"application/json": {"example": {"message": "Invalid webhook signature"}}}},
        },
    )
    async def receive_chats(request: Request, services: RequestServices) -> Response:
        """A batch of at most 50 chats with their latest messages, signed over its raw bytes; it may be repeated."""
        body = await read_body(request, MAX_BODY_BYTES)
        document, problem = await asyncio.to_thread(read_document, body)
        account = await authenticated(services, request, body, document)
        if account is None:
            return unauthenticated()
        if problem is not None:
            raise invalid(None, f"The body is not valid JSON: {problem}.")
        if isinstance(document, dict) and names_other_workspace(document, account):
            return unauthenticated()
        chats = _chats_of(document)
        _refuse_when_disabled(intake)
        await _refuse_when_full(intake)
        usable, rejected = await asyncio.to_thread(read_chats, account, chats)
        batch_id = hashlib.sha256(body).hexdigest()[:32]
        if usable:
            jobs = jobs_of(account, batch_id, usable)
            async with services.writes.begin() as connection:
                await intake.queue.put(connection, jobs)
            intake.wake(IMPORT)
        answer = ChatsQueued(message=_words(len(usable), len(chats)), batch_id=batch_id, rejected=rejected)
        return Response(orjson.dumps(answer), status_code=202, media_type="application/json")

    return router


def _chats_of(document: Any) -> list[Any]:
    """ApiError 422 for a broken envelope."""
    if not isinstance(document, dict):
        raise invalid(None, "The body must be a JSON object.")
    if not isinstance(document.get("workspace_id"), str | int):
        raise invalid("workspace_id", "Field required.")
    chats = document.get("chats")
    if not isinstance(chats, list):
        raise invalid("chats", "A list of chats is required.")
    if len(chats) > MOST_CHATS:
        raise invalid("chats", f"At most {MOST_CHATS} chats; these are {len(chats)}.", "Post them in several batches.")
    return chats


def _refuse_when_disabled(intake: Intake) -> None:
    if not intake.is_enabled:
        raise ApiError(
            503,
            "sync_disabled",
            "Importing chats is switched off on this server.",
            hint="WHATSAPP_SYNC_ENABLED switches it on; live messages are not affected.",
            headers={"Retry-After": _RETRY_AFTER_DISABLED},
        )


async def _refuse_when_full(intake: Intake) -> None:
    if await intake.queue.depth(IMPORT) >= intake.most_waiting:
        raise ApiError(
            429,
            "queue_full",
            "More is waiting to be imported than the queue takes.",
            hint="Post the same batch again later.",
            headers={"Retry-After": _RETRY_AFTER_FULL},
        )


def jobs_of(account: Account, batch_id: str, chats: Sequence[HistoryChat]) -> list[NewJob]:
    """What a batch becomes in the queue."""
    return [
        NewJob(
            kind=IMPORT,
            workspace_id=account.workspace_id,
            account_id=account.id,
            payload={"batch_id": batch_id, "chats": part},
        )
        for part in _parts(chats)
    ]


def _parts(chats: Sequence[HistoryChat]) -> Iterator[list[HistoryChat]]:
    """Such that each is stored in a short transaction."""
    part: list[HistoryChat] = []
    count = 0
    for chat in chats:
        if part and count + len(chat["messages"]) > _MESSAGES_PER_JOB:
            yield part
            part, count = [], 0
        part.append(chat)
        count += len(chat["messages"])
    yield part


def _words(usable: int, given: int) -> str:
    queued = f"{usable} chat{'' if usable == 1 else 's'} queued"
    return f"{queued}." if usable == given else f"{queued}, {given - usable} left out."
