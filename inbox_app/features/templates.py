"""Lists the templates of a conversation's number, as the server has them of Meta."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from inbox_app.server.api import Api
from inbox_app.server.errors import ServerError
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from resources.catalog import Catalog
from ui.conversation.rows import TemplateFieldRow, TemplateRow
from wire.rest import Template, TemplateChoice


class TemplatesView(Protocol):
    """Lists templates."""

    def show_loading(self) -> None: ...

    def show_templates(self, rows: Sequence[TemplateRow]) -> None: ...

    def show_trouble(self, words: str) -> None: ...


class TemplatesPresenter:
    def __init__(self, *, cache: Cache, api: Api, tasks: Tasks, catalog: Catalog) -> None:
        self._cache = cache
        self._api = api
        self._tasks = tasks
        self._catalog = catalog

    def show(self, conversation_id: str, view: TemplatesView) -> None:
        """Shows at once that they are being asked for, then them, or why not."""
        view.show_loading()
        conversation = self._cache.conversation(conversation_id)
        if conversation is not None:
            self._tasks.spawn(self._fetch(conversation.session_id, view), "asking for templates")

    async def _fetch(self, session_id: str, view: TemplatesView) -> None:
        try:
            found = await self._api.templates(session_id)
        except ServerError as error:
            view.show_trouble(self._catalog.say("Server", str(error)))
            return
        view.show_templates([self._row(each) for each in found])

    def _row(self, template: Template) -> TemplateRow:
        return TemplateRow(
            name=template.name,
            language=template.language,
            header=template.header,
            body=template.body,
            footer=template.footer,
            fields=tuple(
                TemplateFieldRow(key=each.key, label=each.label, example=each.example) for each in template.fields
            ),
            problem=self._catalog.say("Server", template.problem) if template.problem else None,
        )


def choice_of(row: TemplateRow, values: dict[str, str]) -> str:
    """A chosen template as the outbox keeps it."""
    return msgspec.json.encode(TemplateChoice(name=row.name, language=row.language, values=values)).decode()
