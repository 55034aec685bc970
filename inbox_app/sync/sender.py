"""Takes what was typed to the server: in order within a conversation, each conversation on its own, never twice.

A message is in the outbox before it is on the screen and leaves it when the cache holds it. The server knows each by
its uuid, so asking again after a lost answer is safe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from inbox_app.server.api import Api
from inbox_app.server.errors import Refused, SignedOut, Unreachable
from inbox_app.sync.backoff import Backoff
from inbox_app.tasks import Tasks
from local_cache.cache import Cache
from local_cache.outbox import Outbox, OutgoingMessage
from wire.rest import SendRequest


class Sender:
    """`outbox_changed(conversation_id)` hears of every change that the screen should show."""

    def __init__(
        self,
        *,
        api: Api,
        outbox: Outbox,
        cache: Cache,
        tasks: Tasks,
        new_backoff: Callable[[], Backoff],
        outbox_changed: Callable[[str], None],
    ) -> None:
        self._api = api
        self._outbox = outbox
        self._cache = cache
        self._tasks = tasks
        self._new_backoff = new_backoff
        self._outbox_changed = outbox_changed
        self._draining: set[str] = set()
        self._line_is_up = asyncio.Event()

    def start(self) -> None:
        """Takes up what an earlier run of the program left."""
        for conversation_id in self._outbox.waiting_conversations():
            self._drain(conversation_id)

    def line_is_live(self, live: bool) -> None:
        """With the line back there is no point in waiting any longer."""
        if live:
            self._line_is_up.set()
        else:
            self._line_is_up.clear()

    async def send(self, message: OutgoingMessage) -> None:
        """Returns once the message is safe in the outbox."""
        await asyncio.wrap_future(self._outbox.add(message))
        self._outbox_changed(message.conversation_id)
        self._drain(message.conversation_id)

    async def discard(self, uuid: str, conversation_id: str) -> None:
        """The person gives up on a message that failed."""
        await asyncio.wrap_future(self._outbox.discard(uuid))
        self._outbox_changed(conversation_id)

    def _drain(self, conversation_id: str) -> None:
        if conversation_id not in self._draining:
            self._draining.add(conversation_id)
            self._tasks.spawn(self._send_waiting(conversation_id), f"sending to {conversation_id}")

    async def _send_waiting(self, conversation_id: str) -> None:
        backoff = self._new_backoff()
        try:
            while (message := self._outbox.next_waiting(conversation_id)) is not None:
                try:
                    await self._hand_over(message)
                    backoff.reset()
                except SignedOut:
                    return
                except Unreachable as error:
                    await self._pause(backoff.next_delay(at_least=error.retry_after or 0.0))
        finally:
            self._draining.discard(conversation_id)

    async def _hand_over(self, message: OutgoingMessage) -> None:
        request = SendRequest(uuid=message.uuid, body=message.body, reply_to=message.reply_to)
        try:
            stored = await self._api.send(message.conversation_id, request)
        except SignedOut:
            raise
        except Refused as error:
            await asyncio.wrap_future(self._outbox.mark(message.uuid, "failed", error.message))
        else:
            await asyncio.wrap_future(self._cache.apply_message(stored))
            await asyncio.wrap_future(self._outbox.done(message.uuid))
        self._outbox_changed(message.conversation_id)

    async def _pause(self, seconds: float) -> None:
        self._line_is_up.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._line_is_up.wait()
        except TimeoutError:
            return
