"""The templates that may be sent from a number, and a message made of one: asked of Meta once in a while."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine

from sync_backend.clock import Clock
from sync_backend.database.tables import whatsapp_accounts
from sync_backend.errors import ApiError, not_found
from sync_backend.providers.directory import ProviderDirectory, SendingAccount
from sync_backend.providers.meta.templates import TemplatesUnavailableError, components_of, fetch_templates
from sync_backend.store.messages import MessageContent
from wire.rest import Template, TemplateChoice
from wire.templates import preview

_FRESH_MS: Final = 5 * 60 * 1000
_LONGEST_VALUE: Final = 1024


@dataclass(frozen=True, slots=True)
class _Shelf:
    templates: list[Template]
    fetched_at: int


class Templates:
    """Remembers for five minutes what Meta said."""

    def __init__(self, reads: AsyncEngine, providers: ProviderDirectory, clock: Clock) -> None:
        self._reads = reads
        self._providers = providers
        self._clock = clock
        self._shelves: dict[int, _Shelf] = {}

    async def of_number(self, workspace_id: int, account_id: int) -> list[Template]:
        """Empty for a number that is not on Meta's Cloud API. ApiError 404 foreign, 503 while Meta does not tell."""
        held = self._shelves.get(account_id)
        account = await self._account(workspace_id, account_id)
        if held is not None and held.fetched_at > self._clock() - _FRESH_MS:
            return held.templates
        graph = self._providers.graph_of(account) if account.provider_type == "meta" else None
        if graph is None:
            return []
        try:
            found = await fetch_templates(graph)
        except TemplatesUnavailableError as error:
            raise ApiError(503, "templates_unavailable", error.message, headers={"Retry-After": "5"}) from error
        self._shelves[account_id] = _Shelf(found, self._clock())
        return found

    async def content(self, workspace_id: int, account_id: int, choice: TemplateChoice) -> MessageContent:
        """The message that a template makes with its values. ApiError 422 for what does not fit."""
        found = next(
            (
                each
                for each in await self.of_number(workspace_id, account_id)
                if (each.name, each.language) == (choice.name, choice.language)
            ),
            None,
        )
        if found is None:
            raise ApiError(422, "invalid", "This number has no such template.", field="template.name")
        if found.problem is not None:
            raise ApiError(422, "invalid", found.problem, field="template.name")
        values = {each.key: choice.values.get(each.key, "") for each in found.fields}
        for key, value in values.items():
            _check(key, value)
        return MessageContent(
            body=preview(found, values),
            message_type="template",
            template={"name": found.name, "language": found.language, "components": components_of(found, values)},
        )

    async def _account(self, workspace_id: int, account_id: int) -> SendingAccount:
        query = sa.select(whatsapp_accounts).where(
            whatsapp_accounts.c.id == account_id,
            whatsapp_accounts.c.workspace_id == workspace_id,
            whatsapp_accounts.c.deleted_at.is_(None),
        )
        async with self._reads.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise not_found("session")
        return SendingAccount(
            id=row.id,
            provider_type=row.provider_type,
            bridge_url=row.bridge_url,
            hmac_secret=row.hmac_secret,
            provider_config=row.provider_config or {},
        )


def _check(key: str, value: str) -> None:
    problem = None
    if not value.strip():
        problem = "This place in the template needs a value."
    elif len(value) > _LONGEST_VALUE:
        problem = f"A value has at most {_LONGEST_VALUE} characters."
    elif any(character in value for character in "\n\r\t\x00") or "     " in value:
        problem = "A value is one line, without tabs and without more than four spaces in a row."
    if problem is not None:
        raise ApiError(422, "invalid", problem, field=f"template.values.{key}")
