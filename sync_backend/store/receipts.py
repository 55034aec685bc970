"""News of a message that has not come yet: kept by the provider's id, and taken over when it comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import sqlalchemy as sa

from sync_backend.database.brief import brief
from sync_backend.database.tables import reactions, receipts
from sync_backend.ordering import WorkspaceTransaction
from wire.status import higher

Error = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyNews:
    """All that was heard of a message before the message itself."""

    is_reacted_to: bool = False
    status: str | None = None
    error: Error | None = None
    body: str | None = None
    edited_at_ms: int | None = None
    revoked_at_ms: int | None = None

    def status_of(self, direction: str, own: str) -> tuple[str, Error | None]:
        """Ticks speak of what we sent; the higher rank wins."""
        if direction != "outbound" or self.status is None:
            return own, None
        return higher(own, self.status), self.error


async def keep_early_ack(
    transaction: WorkspaceTransaction, account_id: int, provider_key: str, status: str, error: Error | None, now: int
) -> None:
    held = await _held(transaction, account_id, provider_key, "ack")
    if held is not None and higher(held["status"], status) == held["status"]:
        return
    news = {"status": status, "error": error or (held or {}).get("error")}
    await _keep(transaction, account_id, provider_key, "ack", news, now, replace=held is not None)


async def keep_early_edit(
    transaction: WorkspaceTransaction, account_id: int, provider_key: str, body: str, edited_at_ms: int, now: int
) -> None:
    held = await _held(transaction, account_id, provider_key, "edit")
    if held is not None and held["at"] > edited_at_ms:
        return
    news = {"body": body, "at": edited_at_ms}
    await _keep(transaction, account_id, provider_key, "edit", news, now, replace=held is not None)


async def keep_early_revoke(
    transaction: WorkspaceTransaction, account_id: int, provider_key: str, revoked_at_ms: int, now: int
) -> None:
    if await _held(transaction, account_id, provider_key, "revoke") is None:
        await _keep(transaction, account_id, provider_key, "revoke", {"at": revoked_at_ms}, now, replace=False)


async def take_early_news(transaction: WorkspaceTransaction, account_id: int, provider_key: str) -> EarlyNews:
    """Hands over what was kept of this message, and forgets it."""
    own = {"account_id": account_id, "key": provider_key}
    kept = {row.kind: row.news for row in await transaction.connection.execute(_HEARD, own)}
    is_reacted_to = _REACTION in kept
    kept.pop(_REACTION, None)
    if kept:
        await transaction.connection.execute(_FORGET, own)
    ack, edit, revoke = (kept.get(kind, {}) for kind in ("ack", "edit", "revoke"))
    return EarlyNews(
        is_reacted_to=is_reacted_to,
        status=ack.get("status"),
        error=ack.get("error"),
        body=edit.get("body"),
        edited_at_ms=edit.get("at"),
        revoked_at_ms=revoke.get("at"),
    )


async def adopt_reactions(
    transaction: WorkspaceTransaction, account_id: int, provider_key: str, message_id: int
) -> None:
    """Gives the message the reactions that came before it."""
    parameters = {"account_id": account_id, "key": provider_key, "message_id": message_id}
    await transaction.connection.execute(_ADOPT_REACTIONS, parameters)


async def _held(
    transaction: WorkspaceTransaction, account_id: int, provider_key: str, kind: Literal["ack", "edit", "revoke"]
) -> dict[str, Any] | None:
    news: dict[str, Any] | None = await transaction.connection.scalar(
        sa.select(receipts.c.news).where(*_of(account_id, provider_key, kind))
    )
    return news


async def _keep(
    transaction: WorkspaceTransaction,
    account_id: int,
    provider_key: str,
    kind: Literal["ack", "edit", "revoke"],
    news: dict[str, Any],
    now: int,
    *,
    replace: bool,
) -> None:
    transaction.keep()
    if replace:
        change = sa.update(receipts).where(*_of(account_id, provider_key, kind)).values(news=news, received_at_ms=now)
        await transaction.connection.execute(change)
        return
    await transaction.connection.execute(
        sa.insert(receipts).values(
            workspace_id=transaction.workspace_id,
            whatsapp_account_id=account_id,
            provider_key=provider_key,
            kind=kind,
            news=news,
            received_at_ms=now,
        )
    )


def _of(account_id: int, provider_key: str, kind: str) -> list[sa.ColumnElement[bool]]:
    return [
        receipts.c.whatsapp_account_id == account_id,
        receipts.c.provider_key == provider_key,
        receipts.c.kind == kind,
    ]


def _named(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.whatsapp_account_id == sa.bindparam("account_id"),
        table.c.provider_key == sa.bindparam("key"),
    )


_REACTION: Final = "reaction"

# One question for all, because most messages have no past.
_HEARD: Final = brief(
    sa.union_all(
        sa.select(receipts.c.kind, receipts.c.news).where(_named(receipts)),
        sa.select(sa.literal(_REACTION), sa.null()).where(sa.exists().where(_named(reactions))),
    )
)
_FORGET: Final = brief(sa.delete(receipts).where(_named(receipts)))
_ADOPT_REACTIONS: Final = sa.update(reactions).where(_named(reactions)).values(chat_id=sa.bindparam("message_id"))
