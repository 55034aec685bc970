"""The messages of a batch: those that are new are stored by one statement, in the order of their time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import chats as messages
from sync_backend.database.tables import contacts, reactions, receipts
from sync_backend.importing.conversations import ImportedInto, add_unread_to, open_windows, show_newest
from sync_backend.importing.history import HistoryChat, HistoryMessage
from sync_backend.importing.people import People, person_of
from sync_backend.ordering import Kind, WorkspaceTransaction
from sync_backend.store.accounts import Account, add_unread
from sync_backend.store.bulk import Row, insert_rows, new_uuids
from sync_backend.store.conversations import find_conversation
from sync_backend.store.messages import WINDOW_MS, MessageContent, NewMessage, add_message, sort_order
from sync_backend.store.revisions import complete_message
from sync_backend.store.status import name_message
from wire.rows import Media
from wire.webhooks import Quoted

_FEW: Final = 40
"""An event may carry so many messages, and names them."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A message in its chat; `is_unread` is WhatsApp's word."""

    chat: HistoryChat
    conversation: ImportedInto
    message: HistoryMessage
    is_unread: bool


_NO_QUOTE: Final = {"body": None}
_ByKey = dict[str, _Placed]


async def add_messages(
    transaction: WorkspaceTransaction,
    account: Account,
    chats: Sequence[HistoryChat],
    found: Sequence[ImportedInto],
    people: People,
    now: int,
) -> int:
    """Stores what is new of the messages, with all that follows from it; says how many there were."""
    inbound: _ByKey = {}
    outbound: _ByKey = {}
    for placed in _placed(chats, found):
        (inbound if placed.message["inbound"] else outbound).setdefault(placed.message["key"], placed)
    for direction, by_key in (("inbound", inbound), ("outbound", outbound)):
        await _leave_out_stored(transaction, account, direction, by_key)
    uuids = await _recognise_own(transaction, account, outbound, now)
    count = len(inbound) + len(outbound)
    awaited = await _take_awaited(transaction, account, (inbound, outbound))
    new = sorted((*inbound.values(), *outbound.values()), key=lambda each: each.message["sent_at_ms"])
    if new:
        await _insert(transaction, account, new, people, uuids, now)
        await _link_quotes(transaction, account, new)
        await _show(transaction, account, new, now)
    for each in awaited:
        await _add_singly(transaction, account, each, people, uuids, now)
    return count


def _placed(chats: Sequence[HistoryChat], found: Sequence[ImportedInto]) -> Iterator[_Placed]:
    for chat, conversation in zip(chats, found, strict=True):
        inbound = sum(message["inbound"] for message in chat["messages"])
        first_unread = inbound - chat["unread"]
        place = 0
        for message in chat["messages"]:
            yield _Placed(chat, conversation, message, message["inbound"] and place >= first_unread)
            place += message["inbound"]


async def _leave_out_stored(
    transaction: WorkspaceTransaction, account: Account, direction: str, by_key: _ByKey
) -> None:
    if not by_key:
        return
    parameters = {"account_id": account.id, "direction": direction, "keys": list(by_key)}
    for row in (await transaction.connection.execute(_STORED, parameters)).all():
        message = by_key.pop(row.provider_key).message
        if row.message_type == "unsupported" != message["message_type"]:
            await complete_message(transaction, account, row.provider_key, direction, _content_of(message))


async def _recognise_own(
    transaction: WorkspaceTransaction, account: Account, outbound: _ByKey, now: int
) -> dict[str, str]:
    """What our desktops sent finds its row; of the rest, the uuids (by key) that a restored backup does not know."""
    uuids = {key: uuid for key, each in outbound.items() if (uuid := each.message["client_uuid"]) is not None}
    if not uuids:
        return {}
    parameters = {"uuids": list(uuids.values())}
    rows = (await transaction.connection.execute(_OF_UUIDS, parameters)).all()
    held = {row.uuid: row for row in rows}
    for key, uuid in list(uuids.items()):
        row = held.get(uuid)
        if row is None:
            continue
        del uuids[key]
        if row.workspace_id == transaction.workspace_id and row.whatsapp_account_id == account.id:
            placed = outbound.pop(key)
            await name_message(transaction, account, row, key, now, status=placed.message["status"])
    return uuids


async def _take_awaited(
    transaction: WorkspaceTransaction, account: Account, directions: Sequence[_ByKey]
) -> list[_Placed]:
    """The few that take over something of what was there before them: news of them, or the text that they quote."""
    keys = [key for by_key in directions for key in by_key]
    if not keys:
        return []
    parameters = {"account_id": account.id, "keys": keys}
    awaited = set((await transaction.connection.scalars(_AWAITED, parameters)).all())
    for by_key in directions:
        awaited.update(key for key, each in by_key.items() if (each.message["quoted"] or _NO_QUOTE)["body"] == "")
    return [by_key.pop(key) for by_key in directions for key in list(by_key) if key in awaited] if awaited else []


async def _add_singly(
    transaction: WorkspaceTransaction,
    account: Account,
    placed: _Placed,
    people: People,
    uuids: dict[str, str],
    now: int,
) -> None:
    message = placed.message
    sender_id, sender_name, sender_phone = _sender(placed, people)
    conversation = await find_conversation(transaction.connection, transaction.workspace_id, placed.conversation.id)
    assert conversation is not None, "it was settled in this transaction"
    new = NewMessage(
        direction="inbound" if message["inbound"] else "outbound",
        content=_content_of(message),
        status=message["status"],
        sent_at_ms=message["sent_at_ms"],
        provider_key=message["key"],
        client_uuid=uuids.get(message["key"]),
        sender_contact_id=sender_id,
        sender_name=sender_name,
        sender_phone=sender_phone,
        quoted=Quoted(message_id=message["quoted_key"], **(message["quoted"] or {})) if message["quoted_key"] else None,
        live=placed.is_unread,
    )
    await add_message(transaction, account, conversation, new, now)


def _content_of(message: HistoryMessage) -> MessageContent:
    extra = message["extra"] or {}
    return MessageContent(
        body=message["body"],
        message_type=message["message_type"],
        media=Media(**extra["media"]) if "media" in extra else None,
        provider_message_type=extra.get("type"),
    )


def _sender(placed: _Placed, people: People) -> tuple[int | None, str | None, str | None]:
    """Of an inbound message: contact's id, name, phone."""
    message = placed.message
    if not message["inbound"]:
        return None, None, None
    if placed.conversation.contact_id is not None:
        contact = person_of(placed.chat, people)
        return contact.id, message["sender_name"] or contact.name, contact.phone
    known = next((people[kind, value] for kind, value in message["writer"] if (kind, value) in people), None)
    return None if known is None else known.id, message["sender_name"], message["sender_phone"]


_COLUMNS: Final = (
    "uuid",
    "wam_id",
    "provider_key",
    "type",
    "conversation_id",
    "contact_id",
    "group_id",
    "chat_type",
    "body",
    "message_type",
    "metadata",
    "status",
    "is_read",
    "created_at",
    "sent_at_ms",
    "sort_order",
    "client_uuid",
    "sender_contact_id",
    "sender_name",
    "sender_phone",
    "quoted_provider_key",
    "sent_via_account_id",
)


async def _insert(
    transaction: WorkspaceTransaction,
    account: Account,
    new: Sequence[_Placed],
    people: People,
    uuids: dict[str, str],
    now: int,
) -> None:
    shared = {
        "workspace_id": transaction.workspace_id,
        "whatsapp_account_id": account.id,
        "provider_type": account.provider_type,
        "arrival": transaction.head,
        "version": transaction.head,
    }
    rows = [
        _row(each, account, uuids.get(each.message["key"]) if uuids else None, own, people, transaction.head, now)
        for own, each in zip(new_uuids(len(new), now), new, strict=True)
    ]
    await insert_rows(transaction.connection, messages, shared, _COLUMNS, rows)
    if len(new) > _FEW:
        transaction.changed_in_bulk()
        return
    parameters = {"workspace_id": transaction.workspace_id, "head": transaction.head}
    transaction.changed(Kind.MESSAGE, (await transaction.connection.scalars(_STAMPED, parameters)).all())


def _row(
    placed: _Placed, account: Account, client_uuid: str | None, uuid: str, people: People, head: int, now: int
) -> Row:
    message, conversation = placed.message, placed.conversation
    inbound, key, sent_at = message["inbound"], message["key"], message["sent_at_ms"]
    return (
        client_uuid or uuid,
        key,
        key,
        "inbound" if inbound else "outbound",
        conversation.id,
        conversation.contact_id,
        conversation.group_id,
        conversation.chat_type,
        message["body"],
        message["message_type"],
        _metadata(message),
        message["status"],
        not placed.is_unread,
        sent_at,
        sent_at,
        sort_order(sent_at, now, head),
        client_uuid,
        *_sender(placed, people),
        message["quoted_key"],
        None if inbound else account.id,
    )


def _metadata(message: HistoryMessage) -> dict[str, Any] | None:
    if message["quoted"] is None:
        return message["extra"]
    return {"quoted": message["quoted"], **(message["extra"] or {})}


async def _link_quotes(transaction: WorkspaceTransaction, account: Account, new: Sequence[_Placed]) -> None:
    """Messages that answer others learn their ids, also of those that came with them."""
    if not any(each.message["quoted_key"] for each in new):
        return
    parameters = {"workspace_id": transaction.workspace_id, "head": transaction.head, "account_id": account.id}
    links = (await transaction.connection.execute(_QUOTING, parameters)).all()
    if links:
        rows = [{"own_id": row.id, "quoted": row.original_id} for row in links]
        await transaction.connection.execute(_LINK, rows)


async def _show(transaction: WorkspaceTransaction, account: Account, new: Sequence[_Placed], now: int) -> None:
    """What lists show of the messages: the last one, counters, windows."""
    newest: dict[int, int] = {}
    windows: dict[int, int] = {}
    unread: Counter[int] = Counter()
    for each in new:
        own, shown_at = each.conversation, min(each.message["sent_at_ms"], now)
        newest[own.id] = shown_at
        if each.is_unread:
            unread[own.id] += 1
        opens_window = each.message["inbound"] and each.message["message_type"] != "system"
        if account.provider_type == "meta" and opens_window:
            windows[own.id] = max(own.window_expires_at_ms or 0, shown_at + WINDOW_MS)
    await show_newest(transaction, sorted(newest), now)
    await add_unread_to(transaction, unread)
    await open_windows(transaction, windows)
    await add_unread(transaction, account.id, unread.total())
    people = {each.conversation.contact_id: newest[each.conversation.id] for each in new}
    noted = [{"own_id": own_id, "shown_at": at} for own_id, at in people.items() if own_id is not None]
    if noted:
        await transaction.connection.execute(_NOTE_LATEST_CHAT, noted)


_OWN_ACCOUNT: Final = messages.c.whatsapp_account_id == sa.bindparam("account_id")
_KEYS: Final[sa.BindParameter[Any]] = sa.bindparam("keys", expanding=True)
_STORED: Final = sa.select(messages.c.provider_key, messages.c.message_type).where(
    _OWN_ACCOUNT, messages.c.type == sa.bindparam("direction"), messages.c.provider_key.in_(_KEYS)
)
_OF_UUIDS: Final = sa.select(messages).where(messages.c.uuid.in_(sa.bindparam("uuids", expanding=True)))
_AWAITED: Final = sa.union(
    *(
        sa.select(table.c.provider_key).where(
            table.c.whatsapp_account_id == sa.bindparam("account_id"), table.c.provider_key.in_(_KEYS)
        )
        for table in (receipts, reactions)
    )
)
_STAMPED: Final = sa.select(messages.c.id).where(
    messages.c.workspace_id == sa.bindparam("workspace_id"), messages.c.version == sa.bindparam("head")
)
_original = messages.alias("original")
_QUOTING: Final = (
    sa.select(messages.c.id, _original.c.id.label("original_id"))
    .join(
        _original,
        sa.and_(
            _original.c.whatsapp_account_id == sa.bindparam("account_id"),
            sa.or_(_original.c.type == "inbound", _original.c.type == "outbound"),
            _original.c.provider_key == messages.c.quoted_provider_key,
        ),
    )
    .where(
        messages.c.workspace_id == sa.bindparam("workspace_id"),
        messages.c.version == sa.bindparam("head"),
        messages.c.arrival == sa.bindparam("head"),
        messages.c.quoted_provider_key.is_not(None),
    )
)
_LINK: Final = (
    sa.update(messages).where(messages.c.id == sa.bindparam("own_id")).values(quoted_chat_id=sa.bindparam("quoted"))
)
_NOTE_LATEST_CHAT: Final = brief(
    sa.update(contacts)
    .where(
        contacts.c.id == sa.bindparam("own_id"),
        sa.or_(
            contacts.c.latest_chat_created_at.is_(None), contacts.c.latest_chat_created_at < sa.bindparam("shown_at")
        ),
    )
    .values(latest_chat_created_at=sa.bindparam("shown_at"))
)
