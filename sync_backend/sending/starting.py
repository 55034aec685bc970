"""Starts a chat, or goes on with one: a message to a contact or a telephone number, from a number of ours."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from sync_backend.auth.tokens import SignedInUser
from sync_backend.database.tables import contacts
from sync_backend.errors import ApiError, not_found
from sync_backend.ingest.payload import parse_id
from sync_backend.ordering import WorkspaceTransaction, workspace_transaction
from sync_backend.sending.messages import (
    Outgoing,
    Taken,
    checked_uuid,
    conflict,
    content_for,
    find_known,
    store_outgoing,
)
from sync_backend.sending.selector import choose_number
from sync_backend.services import Services
from sync_backend.store.accounts import Account, find_account
from sync_backend.store.contacts import find_contacts, get_or_create_contact
from sync_backend.store.conversations import get_or_create_conversation
from sync_backend.store.identities import InvalidAddressError, NotAChatError, parse_phone
from wire.rest import StartRequest
from wire.webhooks import Identity


async def start_chat(services: Services, outgoing: Outgoing, user: SignedInUser, asked: StartRequest) -> Taken:
    """Opens the conversation and stores the message as `queued`. ApiError: 404 no such contact or number, 409 no
    number that can send, 422 neither contact nor phone, and whatever `take_message` refuses."""
    client_uuid = checked_uuid(asked.uuid)
    phone = _phone(asked)
    async with services.reads.connect() as connection:
        contact_id = await _contact_id(connection, user.workspace_id, asked, phone)
        number = await choose_number(
            connection, user.workspace_id, session_id=_session_id(asked), contact_id=contact_id
        )
    content = await content_for(outgoing.templates, user.workspace_id, number.id, asked)
    try:
        async with workspace_transaction(services.writes, user.workspace_id, services.broadcaster) as transaction:
            known = await find_known(transaction, client_uuid)
            if known is not None and known.body == content.body:
                return Taken(known.id, is_new=False)
            if known is not None:
                raise conflict()
            account = await find_account(transaction.connection, number.id)
            if account is None:
                raise not_found("session")
            now = services.clock()
            if phone is not None:
                contact_id = await _contact_of(transaction, account, phone, now)
            conversation = await get_or_create_conversation(transaction, account, now, contact_id=contact_id)
            message_id = await store_outgoing(
                transaction, outgoing.queue, user, account, conversation, client_uuid, asked, content, now
            )
            return Taken(message_id, is_new=True)
    except IntegrityError:
        raise conflict() from None


def _phone(asked: StartRequest) -> str | None:
    if (asked.phone is None) == (asked.contact_id is None):
        raise ApiError(422, "invalid", "Name either a contact or a telephone number.", field="phone")
    if asked.phone is None:
        return None
    try:
        return parse_phone(asked.phone)
    except (InvalidAddressError, NotAChatError):
        raise ApiError(
            422,
            "invalid",
            "This is not a telephone number with its country code.",
            field="phone",
            hint="Write it as +62 812-3456-7890.",
        ) from None


def _session_id(asked: StartRequest) -> int | None:
    if asked.session_id is None:
        return None
    session_id = parse_id(asked.session_id)
    if session_id is None:
        raise not_found("session")
    return session_id


async def _contact_id(
    connection: AsyncConnection, workspace_id: int, asked: StartRequest, phone: str | None
) -> int | None:
    """None for a telephone number that nobody has yet."""
    if phone is not None:
        known = await find_contacts(connection, workspace_id, [Identity(kind="phone", value=phone)])
        return known[0].id if known else None
    query = sa.select(contacts.c.id).where(
        contacts.c.id == parse_id(asked.contact_id),
        contacts.c.workspace_id == workspace_id,
        contacts.c.deleted_at.is_(None),
    )
    found: Any = await connection.scalar(query)
    if found is None:
        raise not_found("contact")
    return int(found)


async def _contact_of(transaction: WorkspaceTransaction, account: Account, phone: str, now: int) -> int:
    contact = await get_or_create_contact(
        transaction,
        account,
        [Identity(kind="phone", value=phone)],
        None,
        now,
        may_rename=False,
        source_type="manual",
    )
    return contact.id
