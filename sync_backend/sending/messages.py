"""Takes in a message that an agent typed: stored once per uuid, in the order of arrival, before anyone is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sync_backend.auth.tokens import SignedInUser
from sync_backend.database.tables import chats
from sync_backend.errors import ApiError, not_found
from sync_backend.jobs.queue import Queue
from sync_backend.ordering import WorkspaceTransaction, workspace_transaction
from sync_backend.sending.discarding import replace_failed
from sync_backend.sending.outbox import send_job
from sync_backend.sending.templates import Templates
from sync_backend.sending.window import check_window
from sync_backend.services import Services
from sync_backend.store.accounts import Account, find_account
from sync_backend.store.conversations import KnownConversation, find_conversation
from sync_backend.store.messages import MessageContent, NewMessage, add_message
from wire.rest import MAX_BODY_CHARACTERS, SendRequest
from wire.webhooks import Quoted


@dataclass(frozen=True, slots=True)
class Taken:
    """`is_new` is false when the message was known already: then it is on its way, or has arrived."""

    message_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What takes messages on; `wake` is called after a job of the kind it is given was put into the queue."""

    queue: Queue
    wake: Callable[[str], None]
    templates: Templates


async def take_message(
    services: Services, outgoing: Outgoing, user: SignedInUser, conversation_id: int, asked: SendRequest
) -> Taken:
    """Stores it as `queued`, with the job to send it. Raises ApiError: 404 foreign, 409 same uuid with other content, a
    retry of what was sent, or a text outside Meta's 24 hours, 422 unusable."""
    client_uuid = checked_uuid(asked.uuid)
    account_id = 0 if asked.template is None else await _number_of(services, user.workspace_id, conversation_id)
    content = await content_for(outgoing.templates, user.workspace_id, account_id, asked)
    try:
        async with workspace_transaction(services.writes, user.workspace_id, services.broadcaster) as transaction:
            return await _take(
                transaction, services, outgoing.queue, user, conversation_id, client_uuid, asked, content
            )
    except IntegrityError:
        # Unique among all workspaces; one's own repetition was answered above.
        raise conflict() from None


async def _take(
    transaction: WorkspaceTransaction,
    services: Services,
    queue: Queue,
    user: SignedInUser,
    conversation_id: int,
    client_uuid: str,
    asked: SendRequest,
    content: MessageContent,
) -> Taken:
    conversation = await find_conversation(transaction.connection, user.workspace_id, conversation_id)
    if conversation is None:
        raise not_found("conversation")
    known = await find_known(transaction, client_uuid)
    if known is not None:
        if known.conversation_id != conversation.id or (known.body != content.body and known.edited_at_ms is None):
            raise conflict()
        return Taken(known.id, is_new=False)
    if asked.retry_of is not None:
        await replace_failed(transaction, conversation, asked.retry_of, user.id)
    account = await find_account(transaction.connection, conversation.whatsapp_account_id)
    if account is None:
        raise ApiError(409, "session_removed", "The number of this conversation was removed.")
    message_id = await store_outgoing(
        transaction, queue, user, account, conversation, client_uuid, asked, content, services.clock()
    )
    return Taken(message_id, is_new=True)


async def store_outgoing(
    transaction: WorkspaceTransaction,
    queue: Queue,
    user: SignedInUser,
    account: Account,
    conversation: KnownConversation,
    client_uuid: str,
    asked: SendRequest,
    content: MessageContent,
    now: int,
) -> int:
    """The message's id; it is stored together with the job that sends it."""
    check_window(account, conversation, content.message_type, now)
    message = NewMessage(
        direction="outbound",
        content=content,
        status="queued",
        sent_at_ms=now,
        client_uuid=client_uuid,
        user_id=user.id,
        quoted=await _quoted(transaction, conversation, asked.reply_to),
    )
    message_id = await add_message(transaction, account, conversation, message, now)
    job = send_job(
        workspace_id=user.workspace_id,
        account_id=account.id,
        conversation_id=conversation.id,
        message_id=message_id,
    )
    await queue.put(transaction.connection, [job])
    return message_id


async def content_for(templates: Templates, workspace_id: int, account_id: int, asked: SendRequest) -> MessageContent:
    """What is sent; a template's text is Meta's, so it is asked for before anything is locked."""
    if asked.template is None:
        _check_body(asked)
        return MessageContent(body=asked.body)
    return await templates.content(workspace_id, account_id, asked.template)


async def _number_of(services: Services, workspace_id: int, conversation_id: int) -> int:
    async with services.reads.connect() as connection:
        conversation = await find_conversation(connection, workspace_id, conversation_id)
    if conversation is None:
        raise not_found("conversation")
    return conversation.whatsapp_account_id


async def find_known(transaction: WorkspaceTransaction, client_uuid: str) -> Any | None:
    query = sa.select(chats.c.id, chats.c.conversation_id, chats.c.body, chats.c.edited_at_ms).where(
        chats.c.workspace_id == transaction.workspace_id, chats.c.client_uuid == client_uuid
    )
    return (await transaction.connection.execute(query)).one_or_none()


async def _quoted(
    transaction: WorkspaceTransaction, conversation: KnownConversation, reply_to: str | int | None
) -> Quoted | None:
    if reply_to is None:
        return None
    text = str(reply_to)
    message_id = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
    query = sa.select(chats).where(chats.c.id == message_id, chats.c.conversation_id == conversation.id)
    original = (await transaction.connection.execute(query)).one_or_none()
    if original is None:
        raise ApiError(422, "invalid", "There is no such message in this conversation.", field="reply_to")
    return Quoted(
        message_id=original.provider_key,
        sender_name=original.sender_name,
        body=original.body,
        message_type=original.message_type,
    )


def checked_uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise ApiError(422, "invalid", "This is not a uuid.", field="uuid") from None


def _check_body(asked: SendRequest) -> None:
    problem = None
    if not asked.body.strip():
        problem = "A message needs a text."
    elif len(asked.body) > MAX_BODY_CHARACTERS:
        problem = f"A text has at most {MAX_BODY_CHARACTERS} characters; this one has {len(asked.body)}."
    elif "\x00" in asked.body:
        problem = "A text cannot hold the character NUL."
    if problem is not None:
        raise ApiError(422, "invalid", problem, field="body")
    if asked.media_id is not None:
        raise ApiError(422, "invalid", "Sending media is not available yet.", field="media_id")


def conflict() -> ApiError:
    return ApiError(
        409,
        "uuid_conflict",
        "Another message was already sent under this uuid.",
        field="uuid",
        hint="Give each message a uuid of its own.",
    )
