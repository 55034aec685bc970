"""Takes a number from "add" or "connect" to connected: asks for the QR code again and again, and shows how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Final, Protocol

from inbox_app import phones
from inbox_app.features.numbers import words_of
from inbox_app.features.session_filter import number_row
from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, ServerError, Unreachable
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.records import CachedSession
from resources.catalog import Catalog
from ui.numbers.rows import LinkRow, MetaHookRow, NewNumber
from ui.session_filter.rows import NumberRow
from wire.rest import AddSessionRequest, MetaCredentials

POLL_SECONDS: Final = 2.0
"""WhatsApp renews a code every twenty seconds; one that is two seconds late can still be scanned."""

META_WEBHOOK_PATH: Final = "/api/meta/webhook"
ENDED: Final = ("logged_out", "failed")
STALE_LOOKS: Final = 4
"""How often a number that was just started may still be seen in the state in which it was left."""


class LinkView(Protocol):
    """The dialog: a form, the code, the end."""

    def show_busy(self, busy: bool) -> None: ...

    def show_form_error(self, words: str, field: str | None) -> None: ...

    def show_link(self, row: LinkRow) -> None: ...

    def show_connected(self, row: NumberRow) -> None: ...

    def show_failed(self, number: str, reason: str) -> None: ...

    def show_meta(self, row: MetaHookRow) -> None: ...


class LinkingPresenter:
    """One number at a time; `open_view` shows the dialog. `server` is its address, as Meta would have to call it."""

    def __init__(
        self,
        *,
        cache: Cache,
        api: Api,
        open_view: Callable[[], LinkView],
        tasks: Tasks,
        catalog: Catalog,
        server: str,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._cache = cache
        self._api = api
        self._open_view = open_view
        self._tasks = tasks
        self._catalog = catalog
        self._server = server
        self._poll_seconds = poll_seconds
        self._view: LinkView | None = None
        self._session_id: str | None = None
        self._number = ""
        self._connected = False
        self._running: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    def add_number(self) -> None:
        """A person wants to add a number: the form."""
        self.leave()
        self._view = self._open_view()

    def connect(self, session_id: str) -> None:
        """A person wants to connect a number that is there."""
        session = self._session(session_id)
        if session is None:
            return
        self.leave()
        self._view = self._open_view()
        self._begin(session_id, phones.written(session.phone_number), starts=True)

    def submit(self, typed: NewNumber) -> None:
        """The form was sent."""
        if self._view is not None:
            self._view.show_busy(True)
            self._spawn(self._add(self._view, typed), "adding a number")

    def retry(self) -> None:
        """It failed, and a person tries again."""
        if self._session_id is not None:
            self._begin(self._session_id, self._number, starts=True)

    def leave(self) -> None:
        """The dialog was closed: what was begun goes on at the server, and is seen in the list of numbers."""
        if self._running is not None:
            self._running.cancel()
        self._running = self._session_id = self._view = None
        self._connected = False

    def cache_changed(self, changed: Changed) -> None:
        if self._session_id is None or not (changed.reset or self._session_id in changed.sessions):
            return
        self._news.set()
        if self._connected:
            self._show_connected()

    def close(self) -> None:
        """Nothing is asked any more."""
        self.leave()

    async def _add(self, view: LinkView, typed: NewNumber) -> None:
        try:
            added = await self._api.add_session(_request(typed))
        except ServerError as error:
            field = error.field.rpartition(".")[2] if isinstance(error, Refused) and error.field else None
            view.show_form_error(words_of(error, self._catalog), field)
            return
        number = phones.written(added.session.phone_number)
        if added.verify_token is not None or added.session.provider_type == "meta":
            address = self._server.rstrip("/") + META_WEBHOOK_PATH
            view.show_meta(MetaHookRow(number=number, address=address, verify_token=added.verify_token or ""))
        elif added.session.status in ENDED:
            self._session_id, self._number = added.session.id, number
            view.show_failed(number, added.session.status_reason or "")
        else:
            self._begin(added.session.id, number, starts=False)

    def _begin(self, session_id: str, number: str, *, starts: bool) -> None:
        self._session_id, self._number, self._connected = session_id, number, False
        assert self._view is not None
        self._view.show_link(LinkRow(number=number, status="connecting"))
        self._spawn(self._link(self._view, session_id, number, starts), f"linking number {session_id}")

    async def _link(self, view: LinkView, session_id: str, number: str, starts: bool) -> None:
        if starts:
            try:
                await self._api.start_session(session_id)
            except ServerError as error:
                view.show_failed(number, words_of(error, self._catalog))
                return
        shown = LinkRow(number=number, status="connecting")
        stale_looks = STALE_LOOKS
        while True:
            try:
                code = await self._api.session_qr(session_id)
            except Unreachable as error:
                # What is shown may be too old by now; the next answer tells.
                view.show_link(replace(shown, trouble=words_of(error, self._catalog)))
            except Refused as error:
                view.show_failed(number, words_of(error, self._catalog))
                return
            else:
                if code.status == "connected":
                    self._connected = True
                    self._show_connected()
                    return
                if code.status in ENDED and not stale_looks:
                    view.show_failed(number, self._reason_of(session_id, code.status))
                    return
                stale_looks = stale_looks - 1 if code.status in ENDED else 0
                status = "connecting" if code.status in ENDED else code.status
                shown = LinkRow(number=number, status=status, code=code.qr)
                view.show_link(shown)
            await self._next_look()

    async def _next_look(self) -> None:
        """Soon, and sooner when the number's row says that something happened."""
        self._news.clear()
        try:
            async with asyncio.timeout(self._poll_seconds):
                await self._news.wait()
        except TimeoutError:
            return

    def _show_connected(self) -> None:
        session = self._session(self._session_id or "")
        if self._view is not None and session is not None:
            self._view.show_connected(number_row(session))

    def _reason_of(self, session_id: str, status: str) -> str:
        session = self._session(session_id)
        known = session is not None and session.status == status
        return (session.status_reason or "") if session is not None and known else ""

    def _session(self, session_id: str) -> CachedSession | None:
        return next((each for each in self._cache.sessions() if each.id == session_id), None)

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._running = self._tasks.spawn(work, name)


def _request(typed: NewNumber) -> AddSessionRequest:
    meta = None
    if typed.provider_type == "meta":
        meta = MetaCredentials(
            phone_number_id=typed.phone_number_id,
            access_token=typed.access_token or None,
            app_secret=typed.app_secret or None,
        )
    return AddSessionRequest(
        provider_type=typed.provider_type,
        phone_number=typed.phone_number,
        display_name=typed.display_name or None,
        meta=meta,
    )
