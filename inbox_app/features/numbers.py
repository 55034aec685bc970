"""What supervisors do with WhatsApp numbers from the list of them, and the end of an import, told once."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Final, Protocol

from inbox_app.features.session_filter import number_row
from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, ServerError
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from resources.catalog import Catalog
from ui.session_filter.rows import NumberRow

MANAGERS: Final = ("supervisor", "admin")


def may_manage_numbers(role: str) -> bool:
    """Whether the server lets people of this role manage numbers; it has the last word."""
    return role in MANAGERS


def words_of(error: ServerError, catalog: Catalog) -> str:
    """What went wrong and, where the server said so, what to do about it."""
    hint = error.hint if isinstance(error, Refused) else None
    return " ".join(catalog.say("Server", words) for words in (str(error), hint) if words)


class Command(Protocol):
    """Something the server does to a number."""

    def __call__(self, session_id: str) -> Awaitable[None]: ...


class NumbersView(Protocol):
    """The windows about numbers."""

    def show_busy(self, session_id: str, busy: bool) -> None: ...

    def show_trouble(self, session_id: str, words: str) -> None: ...


class ImportView(Protocol):
    """Where the progress of imports is seen."""

    def tell_import_ended(self, row: NumberRow) -> None: ...


class NumbersPresenter:
    """Commands go straight to the server, their results are seen; what comes of them arrives in the cache."""

    def __init__(
        self, *, cache: Cache, api: Api, view: NumbersView, imports: ImportView, tasks: Tasks, catalog: Catalog
    ) -> None:
        self._cache = cache
        self._api = api
        self._view = view
        self._imports = imports
        self._tasks = tasks
        self._catalog = catalog
        self._importing: set[str] = set()
        self._asking: set[str] = set()

    def show(self) -> None:
        """Remembers which imports run, so that their end is news, also when it came while this program was closed."""
        self._importing = {each.id for each in self._cache.sessions() if each.sync_status == "running"}

    def cache_changed(self, changed: Changed) -> None:
        if not (changed.sessions or changed.reset):
            return
        sessions = self._cache.sessions()
        for session in sessions:
            if session.id in self._importing and session.sync_status in ("completed", "failed"):
                self._imports.tell_import_ended(number_row(session))
        self._importing = {each.id for each in sessions if each.sync_status == "running"}

    def log_out(self, session_id: str) -> None:
        """Unlinks a number from its phone."""
        self._ask(session_id, self._api.logout_session)

    def start_import(self, session_id: str) -> None:
        """Imports a number's chats again."""
        self._ask(session_id, self._api.start_import)

    def cancel_import(self, session_id: str) -> None:
        """Stops an import."""
        self._ask(session_id, self._api.cancel_import)

    def _ask(self, session_id: str, command: Command) -> None:
        if session_id not in self._asking:
            self._asking.add(session_id)
            self._tasks.spawn(self._run(session_id, command), f"a command to number {session_id}")

    async def _run(self, session_id: str, command: Command) -> None:
        self._view.show_busy(session_id, True)
        trouble = ""
        try:
            await command(session_id)
        except ServerError as error:
            trouble = words_of(error, self._catalog)
        finally:
            self._asking.discard(session_id)
            self._view.show_busy(session_id, False)
        if trouble:
            self._view.show_trouble(session_id, trouble)
