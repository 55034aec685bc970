"""Tells the server what a person did to a message (discarded it, reacted to it); until then the outbox remembers it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, SignedOut, Unreachable
from inbox_app.sync.backoff import Backoff
from inbox_app.sync.patience import Patience
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox
from local_cache.outgoing import Act, ActKind
from wire.rows import Message


class Acts:
    """Each may be told any number of times, so one whose answer was lost is simply told again.

    `refused(act, reason)` hears of what the server will not do; it is undone here then. `signed_out` is called when the
    server does not take the token any more.
    """

    def __init__(
        self,
        *,
        api: Api,
        outbox: Outbox,
        cache: Cache,
        tasks: Tasks,
        new_backoff: Callable[[], Backoff],
        signed_out: Callable[[], None],
        refused: Callable[[Act, str], None],
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._cache = cache
        self._tasks = tasks
        self._new_backoff = new_backoff
        self._signed_out = signed_out
        self._refused = refused
        self._patience = Patience()
        self._is_telling = False

    async def perform(self, act: Act) -> None:
        """Returns once it is safe on disk."""
        home = self._cache.resolve(act.conversation_id)
        await asyncio.wrap_future(self._outbox.add_act(act._replace(conversation_id=home)))
        self._take_up()

    def line_changed(self, *, live: bool) -> None:
        """Tells what could not be told while the line was down."""
        self._patience.line_changed(live=live)
        if live:
            self._take_up()

    def _take_up(self) -> None:
        if self._api.has_token and not self._is_telling:
            self._is_telling = True
            self._tasks.spawn(self._tell_all(), "telling what was done to messages")

    async def _tell_all(self) -> None:
        backoff = self._new_backoff()
        try:
            while waiting := self._outbox.acts():
                at_least: float | None = None
                for act in waiting:
                    try:
                        await self._tell(act)
                    except SignedOut:
                        self._signed_out()
                        return
                    except Unreachable as error:  # of one number perhaps, and no reason to hold up the others
                        at_least = max(at_least or 0.0, error.retry_after or 0.0)
                if at_least is not None:
                    await self._patience.pause(backoff.next_delay(at_least=at_least))
        finally:
            self._is_telling = False

    async def _tell(self, act: Act) -> None:
        epoch = self._cache.position().epoch
        if epoch is None:
            raise Unreachable("The server has not been heard of yet.")
        try:
            answer = await self._ask(act)
        except SignedOut:
            raise
        except Refused as error:
            await asyncio.wrap_future(self._outbox.act_done(act))
            self._refused(act, error.message)
        else:
            await asyncio.wrap_future(self._cache.apply_message(answer, epoch=epoch))
            await asyncio.wrap_future(self._outbox.act_done(act))

    async def _ask(self, act: Act) -> Message:
        if act.kind is ActKind.DISCARD:
            return await self._api.discard(act.message_id)
        return await self._api.react(act.message_id, act.value)
