"""The cache's reads, in SQLAlchemy Core; parameters are named, columns come in the order of the records."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from local_cache.records import CachedMessage, CachedSession
from local_cache.tables import contacts, conversations, group_details, groups, messages, sessions
from wire.status import NOT_SENT

_ZERO: ColumnElement[int] = literal_column(
    "0"
)  # a literal, not a parameter: else SQLite cannot use the index of unread conversations

_ONE: ColumnElement[int] = literal_column("1")
_NOT_SENT: list[ColumnElement[str]] = [literal_column(f"'{status}'") for status in NOT_SENT]


def among(ids: ColumnElement[str]) -> ColumnElement[bool]:
    """`ids` is one of the JSON array bound as `ids`: one statement whatever the number of them."""
    listed = func.json_each(bindparam("ids")).table_valued(column("value", String))
    return ids.in_(select(listed.c.value))


SESSIONS = (
    select(*(sessions.c[name] for name in CachedSession._fields))
    .where(sessions.c.deleted_at_ms.is_(None))
    .order_by(sessions.c.is_primary.desc(), sessions.c.phone_number)
)

_row = (
    select(
        conversations.c.id,
        conversations.c.chat_type,
        conversations.c.session_id,
        conversations.c.provider_type,
        sessions.c.display_name,
        sessions.c.phone_number,
        conversations.c.contact_id,
        conversations.c.group_id,
        func.coalesce(contacts.c.name, groups.c.name),
        contacts.c.phone,
        groups.c.participants_count,
        conversations.c.last_message_at_ms,
        conversations.c.unread_count,
        conversations.c.status,
        conversations.c.window_expires_at_ms,
        conversations.c.contiguous_from,
        conversations.c.version,
        conversations.c.last_message_id,
        conversations.c.last_body,
        conversations.c.last_message_type,
        conversations.c.last_direction,
        conversations.c.last_status,
        conversations.c.last_sender_name,
        conversations.c.last_created_at_ms,
    )
    .select_from(
        conversations.outerjoin(sessions, sessions.c.id == conversations.c.session_id)
        .outerjoin(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(groups, groups.c.id == conversations.c.group_id)
    )
    .where(
        conversations.c.hidden == _ZERO,
        # Orphans wait unseen. Written with coalesce because `IS NOT NULL` would turn the outer joins into inner ones,
        # and then SQLite may begin with another table and sort the whole list for one page.
        func.coalesce(sessions.c.id, "") != "",
        func.coalesce(contacts.c.id, groups.c.id, "") != "",
    )
)

RESOLVE = select(conversations.c.merged_into).where(conversations.c.id == bindparam("id"))

UNREAD_TOTAL = select(func.coalesce(func.sum(conversations.c.unread_count), 0)).where(
    conversations.c.hidden == _ZERO, conversations.c.unread_count > _ZERO
)


class ListShape(NamedTuple):
    """What a list's query depends on; the values themselves are parameters."""

    session: bool
    chat_type: bool
    unread_only: bool
    phone: bool
    words: int
    continued: bool
    ids: bool


def conversation_page(shape: ListShape) -> Select[Any]:
    """Newest first. Parameters: limit; by shape session_id, chat_type, phone, word0…, before_at and before_id, ids."""
    query = _row
    if shape.session:
        query = query.where(conversations.c.session_id == bindparam("session_id"))
    if shape.chat_type:
        query = query.where(conversations.c.chat_type == bindparam("chat_type"))
    if shape.unread_only:
        query = query.where(conversations.c.unread_count > _ZERO)
    if shape.words:
        query = query.where(_found(shape))
    if shape.ids:
        query = query.where(among(conversations.c.id))
    key = tuple_(conversations.c.last_message_at_ms, conversations.c.id)
    if shape.continued:
        query = query.where(key < tuple_(bindparam("before_at"), bindparam("before_id")))
    return query.order_by(conversations.c.last_message_at_ms.desc(), conversations.c.id.desc()).limit(
        bindparam("limit")
    )


_answers, _questions = messages.alias("answers"), messages.alias("questions")
_last_answer = (
    select(func.max(_answers.c.order))
    .where(
        _answers.c.conversation_id == conversations.c.id,
        _answers.c.direction == literal_column("'outbound'"),
        _answers.c.status != literal_column("'failed'"),
        _answers.c.deleted_at_ms.is_(None),
    )
    .correlate(conversations)
    .scalar_subquery()
)
_waiting_since = (
    select(func.min(_questions.c.created_at_ms))
    .where(
        _questions.c.conversation_id == conversations.c.id,
        _questions.c.direction == literal_column("'inbound'"),
        _questions.c.deleted_at_ms.is_(None),
        _questions.c.order > func.coalesce(_last_answer, ""),
    )
    .correlate(conversations)
    .scalar_subquery()
    .label("waiting_since")
)


def awaiting_reply(*, of_session: bool) -> Select[Any]:
    """Private chats whose last word is the customer's, longest wait first, and since when (the last column).

    Parameters: newer_than, limit and, with `of_session`, session_id.
    """
    query = _row.add_columns(_waiting_since).where(
        conversations.c.last_message_at_ms > bindparam("newer_than"),
        conversations.c.last_direction == literal_column("'inbound'"),
        conversations.c.chat_type == literal_column("'private'"),
        conversations.c.status != literal_column("'resolved'"),
        literal_column("waiting_since").is_not(None),
    )
    if of_session:
        query = query.where(conversations.c.session_id == bindparam("session_id"))
    return query.order_by(literal_column("waiting_since"), conversations.c.id).limit(bindparam("limit"))


def _found(shape: ListShape) -> ColumnElement[bool]:
    """Every word in the name, or the whole as part of the phone number. `instr` knows no wildcards.

    The names are looked through first, once; that is quicker than a join for each conversation.
    """

    def named(name: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(*(func.instr(name, bindparam(f"word{index}")) > 0 for index in range(shape.words)))

    person = named(contacts.c.search_name)
    if shape.phone:
        person = or_(person, func.instr(contacts.c.search_phone, bindparam("phone")) > 0)
    return or_(
        conversations.c.contact_id.in_(select(contacts.c.id).where(person).correlate(None)),
        conversations.c.group_id.in_(select(groups.c.id).where(named(groups.c.search_name)).correlate(None)),
    )


_message = select(*(messages.c[name] for name in CachedMessage._fields))

MESSAGE = _message.where(messages.c.id == bindparam("id"))

MESSAGE_BY_UUID = _message.where(or_(messages.c.uuid == bindparam("uuid"), messages.c.client_uuid == bindparam("uuid")))

KNOWN_UUIDS = (
    select(messages.c.uuid)
    .where(among(messages.c.uuid))
    .union(select(messages.c.client_uuid).where(among(messages.c.client_uuid)))
)

MESSAGES_BY_ID = _message.where(among(messages.c.id))


GROUP_PARTICIPANTS = select(group_details.c.participants).where(group_details.c.id == bindparam("id"))


def message_page(*, continued: bool) -> Select[Any]:
    """Newest first, never below a gap. Parameters: conversation_id, limit and, when continued, before (an order)."""
    contiguous_from = (
        select(conversations.c.contiguous_from)
        .where(conversations.c.id == bindparam("conversation_id"))
        .scalar_subquery()
    )
    query = _message.where(
        messages.c.conversation_id == bindparam("conversation_id"),
        or_(messages.c.deleted_at_ms.is_(None), messages.c.revoked == _ONE),
        or_(messages.c.discarded == _ZERO, messages.c.status.not_in(_NOT_SENT)),
        messages.c.order >= func.coalesce(contiguous_from, ""),
    )
    if continued:
        query = query.where(messages.c.order < bindparam("before"))
    return query.order_by(messages.c.order.desc()).limit(bindparam("limit"))
