"""Everything that talks to the server on behalf of one account: built together, started together, closed together."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import httpx

from inbox_app.profile import Account
from inbox_app.server.api import Api
from inbox_app.server.errors import ServerError
from inbox_app.sync.acts import Acts
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.engine import Line, SyncEngine
from inbox_app.sync.history import History
from inbox_app.sync.listener import WorkspaceListener
from inbox_app.sync.pull import Puller
from inbox_app.sync.reading import Reading
from inbox_app.sync.sender import Sender
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.changed import Changed
from local_cache.outbox import Outbox
from local_cache.outgoing import Act

RECONNECT_BASE_SECONDS = 1.0
RECONNECT_CAP_SECONDS = 30.0


class Online:
    """`on_line` hears of every change of the line, `act_refused` of what the server will not do to a message, and why;
    `clock` gives seconds (monotonic)."""

    def __init__(
        self,
        *,
        account: Account,
        token: str,
        cache: Cache,
        outbox: Outbox,
        tasks: Tasks,
        clock: Callable[[], float],
        client_version: str,
        on_line: Callable[[Line], None],
        act_refused: Callable[[Act, str], None],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._tasks = tasks
        self._on_line = on_line
        self.api = Api(account.server, token, transport)
        self.history = History(self.api, cache)
        self.sender = Sender(
            api=self.api,
            outbox=outbox,
            cache=cache,
            tasks=tasks,
            new_backoff=_backoff,
            signed_out=self._token_refused,
        )
        self.reading = Reading(
            api=self.api,
            outbox=outbox,
            cache=cache,
            tasks=tasks,
            new_backoff=_backoff,
            signed_out=self._token_refused,
        )
        self.acts = Acts(
            api=self.api,
            outbox=outbox,
            cache=cache,
            tasks=tasks,
            new_backoff=_backoff,
            signed_out=self._token_refused,
            refused=act_refused,
        )
        self.listener = WorkspaceListener(api=self.api, settings=account.realtime, client_version=client_version)
        self.engine = SyncEngine(
            cache=cache,
            puller=Puller(self.api, cache),
            listen=self.listener,
            backoff=_backoff(),
            tasks=tasks,
            clock=clock,
            on_line=self._line_changed,
        )
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connects, and takes up what an earlier run left to be sent."""
        self._running = self._tasks.spawn(self.engine.run(), "sync engine")
        self.sender.start()

    async def sign_out(self) -> None:
        """Revokes the token where the server can be reached; without it the token is only forgotten here."""
        try:
            await self.api.logout()
        except ServerError:
            return

    async def close(self) -> None:
        """Ends the connection; may be called twice."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        await self.api.close()

    def cache_changed(self, changed: Changed) -> None:
        """To be told of every write to the cache."""
        for conversation_id, survivor in changed.merged.items():
            self._tasks.spawn(self.sender.move(conversation_id, survivor), f"moving {conversation_id} to {survivor}")
        self.reading.cache_changed(changed)

    def _token_refused(self) -> None:
        """A socket stays open when its token is revoked; the engine asks for itself, and then says so."""
        self.engine.wake_up()

    def _line_changed(self, line: Line) -> None:
        live = line.kind == "live"
        self.sender.line_changed(live=live)
        self.reading.line_changed(live=live)
        self.acts.line_changed(live=live)
        self._on_line(line)


def _backoff() -> Backoff:
    return Backoff(RECONNECT_BASE_SECONDS, RECONNECT_CAP_SECONDS, random.random)
